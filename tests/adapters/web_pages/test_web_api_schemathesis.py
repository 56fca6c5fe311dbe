"""Everything the API's own document allows is asked, and much that it does not; every answer is one it describes."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

import pytest
import schemathesis
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import Status, events, from_schema

from adapters.web.pages import Site
from bot.commands.archive import Archive
from bot.storage.store import Store
from bot.testing import FakeClock

from .conftest import ADDRESS, NOW
from .test_web_api import served_api

pytestmark = [
    pytest.mark.slow,
    # What schemathesis leaves open in its own threads is not ours.
    pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"),
]

CONFIG = {
    "seed": 20261120,
    "workers": 1,
    "generation": {"mode": "all", "max-examples": 60, "database": "none"},
    # A text that is no query is refused as 422: what a query may be no schema can say.
    "checks": {"positive_data_acceptance": {"expected-statuses": ["2xx", "404", "422"]}},
}


def test_it_keeps_its_word_whatever_is_asked(shelved: Path, tmp_path: Path) -> None:
    shutil.copy(shelved, tmp_path / "papers.db")
    store = asyncio.run(Store.open(f"sqlite:///{tmp_path / 'papers.db'}", migrate=False))
    try:
        site = Site(archive=Archive(store=store, clock=FakeClock(NOW)), address=ADDRESS)
        config = SchemathesisConfig.from_dict(CONFIG)
        schema = schemathesis.openapi.from_asgi("/api/openapi.json", served_api(site), config=config)
        faults, scenarios = _judged(schema)
    finally:
        asyncio.run(store.close())
    assert not faults
    assert scenarios >= 5


def _judged(schema: schemathesis.BaseSchema) -> tuple[list[str], int]:
    faults: list[str] = []
    scenarios = 0
    for event in from_schema(schema).execute():
        if isinstance(event, events.NonFatalError | events.FatalError):
            faults.append(repr(event))
        if isinstance(event, events.ScenarioFinished):
            scenarios += 1
            checks = (check for all_of in event.recorder.checks.values() for check in all_of)
            faults += [_told(check) for check in checks if check.status is Status.FAILURE]
    return faults, scenarios


def _told(check: object) -> str:
    return f"{check.name}: {check.failure_info.failure} {check.failure_info.code_sample}"
