"""The way to the server: encrypted as its address says, never less, and only with a certificate that is trusted."""

from __future__ import annotations

import asyncio

import pytest

from adapters.chat.email.settings import MAIL_FROM, SMTP_URL
from adapters.chat.email.setup import EmailSetup
from adapters.chat.email.smtp import connection
from adapters.chat.email.smtp.errors import Untrusted
from bot.errors import AuthFailed, Transient
from bot.testing.smtp import SmtpStandIn

from .conftest import FROM, KEY, adapter_of, part_to


@pytest.mark.parametrize("scheme", ["smtps", "smtp+starttls"])
async def test_a_mail_goes_over_a_trusted_encrypted_way(certificate, trusted, scheme) -> None:
    async with SmtpStandIn(scheme=scheme, certificate=certificate, user="ada", password="p@ss/1:") as smtp:
        adapter = adapter_of(smtp)
        await adapter.send(part_to(adapter), key=KEY)
        assert len(smtp.mailbox("ada@example.org")) == 1
        assert smtp.state.encrypted == 1
        await adapter.close()
    trusted()


@pytest.mark.parametrize("scheme", ["smtps", "smtp+starttls"])
async def test_a_certificate_nobody_trusts_is_refused_before_anything_is_said(certificate, scheme) -> None:
    connection._tls.cache_clear()
    async with SmtpStandIn(scheme=scheme, certificate=certificate, user="ada", password="secret") as smtp:
        adapter = adapter_of(smtp)
        with pytest.raises(Untrusted, match="certificate"):
            await adapter.send(part_to(adapter), key=KEY)
        assert smtp.state.tried == []
        await adapter.close()


async def test_a_server_without_encryption_gets_neither_password_nor_mail() -> None:
    async with SmtpStandIn(scheme="smtp+starttls", user="ada", password="secret") as smtp:
        adapter = adapter_of(smtp)
        with pytest.raises(Untrusted, match="no encryption"):
            await adapter.send(part_to(adapter), key=KEY)
        assert smtp.state.tried == smtp.state.taken == []
        await adapter.close()


async def test_a_plain_server_taken_for_an_encrypted_one_is_tried_again_later() -> None:
    async with SmtpStandIn() as smtp:
        adapter = adapter_of(smtp, PAPERROUND_SMTP_URL=smtp.url.replace("smtp:", "smtps:"))
        with pytest.raises(Transient, match="cannot be"):
            await adapter.send(part_to(adapter), key=KEY)
        await adapter.close()


async def test_init_is_not_content_with_a_certificate_nobody_trusts(certificate) -> None:
    connection._tls.cache_clear()
    async with SmtpStandIn(scheme="smtps", certificate=certificate) as smtp:
        (finding,) = [one async for one in EmailSetup().check({SMTP_URL: smtp.url, MAIL_FROM: FROM})]
    assert not finding.good
    assert not finding.passing
    assert "certificate" in finding.fix


async def test_a_wrong_password_stops_the_lane_and_is_not_told() -> None:
    async with SmtpStandIn(user="ada", password="secret") as smtp:
        adapter = adapter_of(smtp, PAPERROUND_SMTP_URL=smtp.url.replace("secret", "other-word"))
        with pytest.raises(AuthFailed) as caught:
            await adapter.send(part_to(adapter), key=KEY)
        assert "other-word" not in str(caught.value)
        assert smtp.state.taken == []
        async with asyncio.timeout(20):
            while smtp.open:  # noqa: ASYNC110 - the other end of a connection notices when it does
                await asyncio.sleep(0.01)
        await adapter.close()


async def test_a_server_that_knows_no_users_is_told_of() -> None:
    async with SmtpStandIn() as smtp:
        url = smtp.url.replace("//", "//ada:secret@")
        adapter = adapter_of(smtp, PAPERROUND_SMTP_URL=url)
        with pytest.raises(AuthFailed, match="user name"):
            await adapter.send(part_to(adapter), key=KEY)
        await adapter.close()
