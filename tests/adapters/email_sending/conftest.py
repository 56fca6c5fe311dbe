"""A mail server on loopback, and what sends to it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from adapters.chat.email.adapter import EmailAdapter
from bot.app.clock import SystemClock
from bot.domain.subscription import Address
from bot.ports import ChatContext, Clock, Part
from bot.testing.digests import sample_digests
from bot.testing.smtp import SmtpStandIn
from bot.testing.smtp.certificate import make_certificate

KEY, OTHER = "key0000000000000000000001", "key0000000000000000000002"
ADA = Address(platform="email", workspace="local", channel="ada@example.org")
FROM = "Paper Round <papers@example.org>"


@dataclass
class Counted:
    """What was told of mailboxes that were refused."""

    told: list[tuple[str, bool]] = field(default_factory=list)

    async def bounced(self, address: Address, *, hard: bool, reason: str) -> None:
        assert reason
        self.told.append((address.channel, hard))


def adapter_of(smtp: SmtpStandIn, clock: Clock | None = None, **given: object) -> EmailAdapter:
    settings = {
        "PAPERROUND_SMTP_URL": smtp.url,
        "PAPERROUND_MAIL_FROM": FROM,
        "PAPERROUND_MAIL_PER_SECOND": "1000",
    }
    more = {name: str(given.pop(name)) for name in list(given) if name.startswith("PAPERROUND_")}
    context = ChatContext(clock=clock or SystemClock(), settings={**settings, **more}, **given)  # type: ignore[arg-type]
    return EmailAdapter(context)


def part_to(adapter: EmailAdapter, channel: str = "ada@example.org") -> Part:
    address = Address(platform="email", workspace="local", channel=channel)
    (part,) = adapter.render(sample_digests(address)["one"])
    return part


@pytest.fixture
async def smtp() -> AsyncIterator[SmtpStandIn]:
    async with SmtpStandIn() as made:
        yield made


@pytest.fixture
def bounces() -> Counted:
    return Counted()


@pytest.fixture
async def adapter(smtp: SmtpStandIn, bounces: Counted) -> AsyncIterator[EmailAdapter]:
    made = adapter_of(smtp, bounces=bounces)
    yield made
    await made.close()


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_certificate(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def trusted(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Have the machine trust the stand-in's certificate."""
    from adapters.chat.email.smtp import connection  # noqa: PLC0415 - to forget what an earlier test was told

    connection._tls.cache_clear()
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    return connection._tls.cache_clear
