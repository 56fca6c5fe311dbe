"""A whole application with mail and its pages: a real mail server on loopback, a reader with a browser that keeps nothing."""

from __future__ import annotations

import asyncio
import re
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode

import httpx
import pytest

from adapters.web import limits
from adapters.web.limits import Rate
from bot.app.build import App, open_app
from bot.app.hosting import hosted
from bot.app.lag import LoopLag
from bot.config import Settings
from bot.domain.subscription import Address
from bot.storage.store import Store
from bot.testing import FakeClock
from bot.testing.builders import make_batch, make_facts, make_listing
from bot.testing.smtp import SmtpStandIn
from jobs.plan import plan_due

NOW = datetime(2026, 6, 1, 6, 0, tzinfo=UTC)
WEB = "https://papers.example.org"
ADA = Address(platform="email", workspace="local", channel="ada@example.org")
KEY = "A" * 43 + "="
SECRET = "a secret between two"
LINK = re.compile(rf"{re.escape(WEB)}(/\S+)")
WISH = {"address": ADA.channel, "query": "knitting", "at": "08:30", "tz": "Berlin", "days": "weekdays"}


@dataclass
class Reader:
    """Whoever opens links: no cookies, no memory."""

    app: App
    smtp: SmtpStandIn
    clock: FakeClock
    web: httpx.AsyncClient
    address: Address = field(default=ADA)

    async def get(self, path: str, **given: object) -> httpx.Response:
        return await self.web.get(path, **given)  # type: ignore[arg-type]  # as httpx has it

    async def post(self, path: str, form: dict[str, object] | None = None, **headers: str) -> httpx.Response:
        kind = {"content-type": "application/x-www-form-urlencoded"}
        body = urlencode(form or {}, doseq=True)
        return await self.web.post(path, content=body, headers={**kind, **headers})

    async def asks(self, **changes: str) -> httpx.Response:
        """Send the form, and wait until what it sent is out."""
        answer = await self.post("/mail/subscribe", {**WISH, **changes})
        if self.app.mailings:
            while tasks := [*self.app.mailings._trying, *self.app.mailings._later]:
                await asyncio.wait(tasks)
        return answer

    def link(self, kind: str, mailbox: str = ADA.channel) -> str:
        """The last link of a kind that came by mail."""
        texts = [mail.part("plain") for mail in self.smtp.mailbox(mailbox)]
        return [path for text in texts for path in LINK.findall(text) if path.startswith(f"/mail/{kind}/")][
            -1
        ]

    async def signs_up(self, **changes: str) -> None:
        await self.asks(**changes)
        answer = await self.post(self.link("confirm", changes.get("address", ADA.channel)))
        assert answer.status_code == 200, answer.text

    async def a_day_passes(self) -> None:
        """Let the next digest come due, be planned and sent."""
        due = await self.app.store.next_due()
        self.clock.move_to(due + timedelta(minutes=1) if due else self.clock.now() + timedelta(days=1))
        today = self.clock.now().date()
        await papers(self.app, today, number=100 + today.day)
        await plan_due(self.app.store, clock=self.clock)
        await self.app.sender.drain_due()

    async def everything(self) -> dict[str, object]:
        """What is kept of mailboxes."""
        store = self.app.store
        homes = await store.destinations(platform="email")
        return {
            "homes": homes,
            "subscriptions": await store.subscriptions([home.id for home in homes]),
            "known": await store.recipient(ADA),
        }


async def papers(app: App, day: date, number: int = 1) -> None:
    """A paper on knitting, listed that day."""
    facts = make_facts(number, title=f"Knitting {number}", abstract="We knit.")
    seen = datetime(day.year, day.month, day.day, 5, tzinfo=UTC)
    await app.store.add_batch(make_batch(make_listing(number, facts=facts, day=day), day=day), now=seen)


def settings_for(smtp: SmtpStandIn, tmp_path: Path, **changes: object) -> Settings:
    given = {
        "database_url": f"sqlite:///{tmp_path / 'papers.db'}",
        "chat": ("email",),
        "smtp_url": smtp.url,
        "mail_from": "Paper Round <papers@example.org>",
        "mail_per_second": 1000.0,
        "web_url": WEB,
        "secret_key": KEY,
        "mail_bounce_secret": SECRET,
        "trusted_proxies": ("127.0.0.1",),
    }
    return Settings(_env_file=None, **{**given, **changes})


@pytest.fixture
async def smtp() -> AsyncIterator[SmtpStandIn]:
    async with SmtpStandIn() as made:
        yield made


@pytest.fixture(scope="session")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated database with nothing in it; made once, copied for each test."""
    path = tmp_path_factory.mktemp("mail") / "papers.db"
    Store.open_now(f"sqlite:///{path}").database.close_now()
    return path


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(NOW)


async def _ready() -> str:
    return ""


@pytest.fixture
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """One address may send any number of forms: what else refuses them is looked at."""
    monkeypatch.setattr(limits, "FORMS", Rate(name="forms", at_once=1000, a_second=1))


@pytest.fixture
async def reader(smtp: SmtpStandIn, clock: FakeClock, tmp_path: Path, empty: Path) -> AsyncIterator[Reader]:
    shutil.copyfile(empty, tmp_path / "papers.db")
    async with open_app(settings_for(smtp, tmp_path), clock=clock) as app:
        host = hosted(app, {}, ready=_ready, lag=LoopLag())
        transport = httpx.ASGITransport(app=host, client=("127.0.0.1", 5000))
        async with httpx.AsyncClient(transport=transport, base_url=WEB) as web:
            yield Reader(app, smtp, clock, web)
