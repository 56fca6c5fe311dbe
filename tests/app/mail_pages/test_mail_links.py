"""Links in mails open one thing for one mailbox; whatever else is tried meets one page, always the same."""

from __future__ import annotations

from datetime import date

import pytest

from bot.app.mailings import DIGEST, LEAVE, PREFERENCES, DigestTokens, Pages
from bot.commands.context import Asker
from bot.domain.subscription import Address, Visibility
from bot.storage.sealing import Keys
from bot.storage.tokens import Tokens

from .conftest import ADA, WEB, Reader

OLD, NEW = "A" * 43 + "=", "B" * 43 + "="
PAGES = Pages(Tokens(Keys.of(OLD)), WEB)
BOB = Address(platform="email", workspace="local", channel="bob@example.org")
ASKER = Asker(user=ADA.channel, name="Ada", manager=True)
PURPOSES = ("leave", "preferences")


def token_of(link: str) -> str:
    return link.removeprefix(WEB).split("/")[3]


async def test_a_link_says_nothing_of_whose_it_is_and_is_the_same_each_time() -> None:
    links = [PAGES.leave(ADA), PAGES.preferences(ADA), PAGES.digest(ADA, date(2026, 6, 1)), PAGES.leave(BOB)]
    assert len(set(links)) == 4
    assert links[0] == PAGES.leave(ADA)
    assert not any(
        word in link for link in links for word in ("ada", "example.org/mail/leave/e", "local", "%")
    )


async def test_a_key_that_was_put_behind_a_newer_one_still_opens_its_links() -> None:
    made = token_of(PAGES.leave(ADA))
    assert Tokens(Keys.of(f"{NEW},{OLD}")).read(LEAVE, made) == Tokens(Keys.of(OLD)).read(LEAVE, made)
    assert Tokens(Keys.of(NEW)).read(LEAVE, made) is None


def test_a_link_cut_or_lengthened_anywhere_opens_nothing() -> None:
    made = token_of(PAGES.leave(ADA))
    odd = [*(made[:length] for length in range(len(made))), *(made + "A" * more for more in range(1, 9))]
    assert {PAGES.tokens.read(LEAVE, one) for one in odd} == {None}


@pytest.mark.usefixtures("unhurried")
async def test_links_open_nothing_but_what_they_are_for(reader: Reader) -> None:
    await reader.signs_up()
    before = await reader.everything()
    tokens = {"leave": token_of(PAGES.leave(ADA)), "preferences": token_of(PAGES.preferences(ADA))}
    changed = tokens["leave"][:-2] + ("AA" if tokens["leave"][-2:] != "AA" else "BB")
    other = Pages(Tokens(Keys.of(NEW)), WEB)
    digest = token_of(PAGES.digest(ADA, date(2026, 6, 1)).replace("/digest/", "/mail/digest/"))
    bad = [changed, tokens["leave"] + "A", tokens["leave"][:-4], "x", "A" * 64, "%00", digest]
    bad += [token_of(other.leave(ADA)), token_of(other.preferences(ADA))]
    paths = [f"/mail/{purpose}/{token}" for purpose in PURPOSES for token in bad]
    paths += [f"/mail/leave/{tokens['preferences']}", f"/mail/preferences/{tokens['leave']}"]
    paths += [f"/mail/confirm/{token}" for token in (*bad, *tokens.values())]
    answers = [await reader.get(path) for path in paths]
    answers += [await reader.post(path, {"do": "leave", "List-Unsubscribe": "One-Click"}) for path in paths]
    assert {(one.status_code, one.text) for one in answers} == {(404, answers[0].text)}
    assert await reader.everything() == before


async def test_the_link_of_one_mailbox_changes_no_other(reader: Reader) -> None:
    await reader.signs_up()
    await reader.signs_up(address=BOB.channel)
    await reader.post(f"/mail/leave/{token_of(PAGES.leave(BOB))}")
    assert not (await reader.app.store.destination(ADA)).paused
    assert (await reader.app.store.destination(BOB)).paused


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"List-Unsubscribe=One-Click", "application/x-www-form-urlencoded"),
        (
            b'--x\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--x--',
            "multipart/form-data; boundary=x",
        ),
        (b"", "text/plain"),
    ],
    ids=["form", "multipart", "empty"],
)
async def test_one_click_needs_no_cookie_no_login_and_no_certain_form(
    reader: Reader, body: bytes, kind: str
) -> None:
    await reader.signs_up()
    link = f"/mail/leave/{token_of(PAGES.leave(ADA))}"
    answer = await reader.web.post(link, content=body, headers={"content-type": kind})
    assert answer.status_code == 200
    assert "set-cookie" not in answer.headers
    assert (await reader.app.store.destination(ADA)).paused


async def test_the_digest_link_opens_the_digest_of_its_mailbox_until_that_is_closed(reader: Reader) -> None:
    await reader.signs_up()
    await reader.a_day_passes()
    home = await reader.app.store.destination(ADA)
    path = PAGES.digest(ADA, date(2026, 6, 1)).removeprefix(WEB)
    shown = await reader.get(path)
    assert shown.status_code == 200, shown.text
    assert "Knitting 101" in shown.text
    assert ADA.channel not in shown.text
    refused = await reader.app.commands("settings archive:public", asker=ASKER, address=ADA, place="here")
    assert refused.exit_code
    digests = DigestTokens(reader.app.store, Tokens(Keys.of(OLD)))
    assert await digests.destination(digests.token(home.id)) == home
    assert await digests.destination(Tokens(Keys.of(OLD)).make(PREFERENCES, str(home.id))) is None
    await reader.app.store.update_destination(home.id, archive=Visibility.OFF)
    assert (await reader.get(path)).status_code == 404
    assert await digests.destination(Tokens(Keys.of(OLD)).make(DIGEST, "999")) is None
