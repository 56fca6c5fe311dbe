"""Everything the API's own document allows is asked, and much that it does not; every answer is one it describes."""

from __future__ import annotations

import asyncio
import shutil
from collections import Counter
from pathlib import Path

import pytest
import schemathesis
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import Status, events, from_schema

from adapters.web.pages import Site
from bot.commands.archive import Archive
from bot.storage.store import Store
from bot.testing import FakeClock

from .conftest import ADDRESS, NOW, filled
from .test_web_api import served_api

pytestmark = [
    pytest.mark.slow,
    # What schemathesis leaves open in its own threads is not ours.
    pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"),
]

CONFIG = {
    "seed": 20261120,
    "workers": 1,
    "generation": {"mode": "all", "max-examples": 40, "database": "none"},
    # A text that is no query is refused as 422: what a query may be no schema can say.
    "checks": {"positive_data_acceptance": {"expected-statuses": ["2xx", "404", "422"]}},
}


@pytest.mark.parametrize("database", ["sqlite", "postgres"])
def test_it_keeps_its_word_whatever_is_asked(request: pytest.FixtureRequest, database: str) -> None:
    url = str(request.getfixturevalue(f"{database}_papers"))
    store = asyncio.run(Store.open(url))
    try:
        site = Site(archive=Archive(store=store, clock=FakeClock(NOW)), address=ADDRESS)
        config = SchemathesisConfig.from_dict(CONFIG)
        schema = schemathesis.openapi.from_asgi("/api/openapi.json", served_api(site), config=config)
        faults, answers = _judged(schema)
    finally:
        asyncio.run(store.close())
    assert not faults
    assert answers[200] > 100
    assert answers[400] > 100
    assert set(answers) <= {200, 204, 400, 404, 405, 422}


@pytest.fixture
def sqlite_papers(shelved: Path, tmp_path: Path) -> str:
    return f"sqlite:///{shutil.copy(shelved, tmp_path / 'papers.db')}"


@pytest.fixture
def postgres_papers(postgres_url: str) -> str:
    asyncio.run(filled(postgres_url))
    return postgres_url


def _judged(schema: schemathesis.BaseSchema) -> tuple[list[str], Counter[int]]:
    faults: list[str] = []
    answers: Counter[int] = Counter()
    for event in from_schema(schema).execute():
        if isinstance(event, events.NonFatalError | events.FatalError):
            faults.append(repr(event))
        if isinstance(event, events.ScenarioFinished):
            told = (one.response for one in event.recorder.interactions.values())
            answers.update(one.status_code for one in told if one)
            checks = (check for all_of in event.recorder.checks.values() for check in all_of)
            faults += [_told(check) for check in checks if check.status is Status.FAILURE]
    return faults, answers


def _told(check: object) -> str:
    return f"{check.name}: {check.failure_info.failure} {check.failure_info.code_sample}"
