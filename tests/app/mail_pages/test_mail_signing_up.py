"""From the form to the digest and out again: nothing is mailed before its reader says yes, and a GET changes nothing."""

from __future__ import annotations

import pytest

from bot.app.build import inviter_of, open_app
from bot.app.hosting import doors_of
from bot.errors import ConfigError, StoreBusy

from .conftest import ADA, NOW, WEB, WISH, Reader, settings_for


async def test_a_reader_says_yes_gets_a_digest_and_leaves_by_one_click(reader: Reader) -> None:
    asked = await reader.asks()
    assert asked.status_code == 200
    assert "says yes" not in asked.text
    assert (await reader.everything())["homes"] == ()
    page = await reader.get(reader.link("confirm"))
    assert "knitting" in page.text
    assert "weekdays 08:30 Europe/Berlin" in page.text
    done = await reader.post(reader.link("confirm"))
    assert "You follow knitting." in done.text
    (home,) = (await reader.everything())["homes"]
    assert (home.address, home.name, f"{home.schedule.at:%H:%M}") == (ADA, "your mailbox", "08:30")
    await reader.a_day_passes()
    digest = reader.smtp.mailbox(ADA.channel)[-1]
    assert "Knitting 101" in digest.part("plain")
    leave = str(digest.message["List-Unsubscribe"]).strip("<>").removeprefix(WEB)
    assert digest.message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    left = await reader.post(leave, {"List-Unsubscribe": "One-Click"})
    assert left.status_code == 200
    before = len(reader.smtp.state.taken)
    await reader.a_day_passes()
    assert len(reader.smtp.state.taken) == before


async def test_who_only_looks_changes_nothing(reader: Reader) -> None:
    await reader.asks()
    await reader.get(reader.link("confirm"))
    await reader.web.head(reader.link("confirm"))
    assert (await reader.everything())["homes"] == ()
    await reader.post(reader.link("confirm"))
    await reader.a_day_passes()
    before = await reader.everything()
    for kind in ("confirm", "leave", "preferences"):
        for method in ("GET", "HEAD"):
            answer = await reader.web.request(method, reader.link(kind))
            assert answer.status_code == 200
            assert answer.headers["cache-control"] == "no-store"
            assert answer.headers["referrer-policy"] == "no-referrer"
    assert await reader.everything() == before


async def test_saying_yes_or_leaving_twice_changes_nothing_more(reader: Reader) -> None:
    await reader.signs_up()
    once = await reader.everything()
    again = await reader.post(reader.link("confirm"))
    assert again.status_code == 200
    assert "already" in again.text
    assert await reader.everything() == once
    await reader.a_day_passes()
    first, leave = await reader.post(reader.link("leave")), reader.link("leave")
    gone = await reader.everything()
    second = await reader.post(leave)
    assert (second.status_code, second.text) == (first.status_code, first.text)
    assert await reader.everything() == gone
    await reader.app.store.prune(reader.clock.now())
    assert (await reader.everything())["homes"] == ()
    assert (await reader.post(leave)).text == first.text


async def test_a_link_of_before_does_not_confirm_for_ever(reader: Reader) -> None:
    await reader.asks()
    link = reader.link("confirm")
    reader.clock.move_to(NOW.replace(day=NOW.day + 2, hour=NOW.hour + 1))
    assert (await reader.get(link)).status_code == 404
    assert (await reader.post(link)).status_code == 404
    assert (await reader.everything())["homes"] == ()


async def test_a_second_query_keeps_the_hour_its_reader_chose(reader: Reader) -> None:
    await reader.signs_up()
    await reader.signs_up(query="robots", at="23:00")
    (home,) = (await reader.everything())["homes"]
    subscribed = (await reader.everything())["subscriptions"]
    assert [one.query for one in subscribed[home.id]] == ["knitting", "robots"]
    assert f"{home.schedule.at:%H:%M}" == "08:30"


async def test_what_cannot_be_followed_any_more_is_said_and_the_link_stays_good(reader: Reader) -> None:
    await reader.app.store.define_topic("local", "wool", "wool OR yarn", "U1", NOW)
    await reader.asks(query="topic:wool")
    await reader.app.store.remove_topic("local", "wool")
    answer = await reader.post(reader.link("confirm"))
    assert answer.status_code == 422
    assert "wool" in answer.text
    await reader.app.store.define_topic("local", "wool", "wool OR yarn", "U1", NOW)
    assert "You follow topic:wool." in (await reader.post(reader.link("confirm"))).text


async def test_a_database_that_is_away_asks_for_patience_and_changes_nothing(
    reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    await reader.signs_up()
    leave = reader.app.mailings.pages.leave(ADA).removeprefix(WEB)

    async def away(_address: object) -> bool:
        raise StoreBusy("The database does not answer.")

    with monkeypatch.context() as patched:
        patched.setattr(reader.app.store, "mailbox_left", away)
        answer = await reader.post(leave, {"List-Unsubscribe": "One-Click"})
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "60")
    assert (await reader.post(leave)).status_code == 200


async def test_who_left_may_come_again(reader: Reader) -> None:
    await reader.signs_up()
    await reader.a_day_passes()
    await reader.post(reader.link("leave"))
    await reader.signs_up()
    (home,) = (await reader.everything())["homes"]
    assert not home.paused


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"address": "ada"}, "not a mail address"),
        ({"address": "list"}, "not a mail address"),
        ({"address": "a@b@c"}, "not a mail address"),
        ({"query": ""}, "which papers"),
        ({"query": '"knitting'}, ""),
        ({"at": "25:00"}, ""),
        ({"tz": "Atlantis"}, ""),
    ],
    ids=["no-at", "a-verb", "two-at", "no-query", "open-quote", "hour", "zone"],
)
async def test_what_is_missing_is_said_beside_what_was_written(
    reader: Reader, changes: dict[str, str], said: str
) -> None:
    answer = await reader.asks(**changes)
    assert answer.status_code == 422
    assert said in answer.text
    assert 'role="alert"' in answer.text
    assert 'value="08:30"' in answer.text or "at" in changes
    assert reader.smtp.state.taken == []


HEADERS = [
    "\r\nBcc: eve@example.org",
    "\nSubject: x",
    "%0d%0aBcc: eve@example.org",
    "\x00",
    "\u2028",
    ", eve@example.org",
]


@pytest.mark.parametrize("tail", HEADERS, ids=["crlf", "lf", "percent", "nul", "separator", "comma"])
async def test_no_header_comes_in_by_an_address(reader: Reader, tail: str) -> None:
    for address in (f"ada@example.org{tail}", f"ada{tail}@example.org", f'"{tail}"@example.org'):
        await reader.asks(address=address)
    assert {mail.to for mail in reader.smtp.state.taken} <= {"ada@example.org"}
    for mail in reader.smtp.state.taken:
        assert "eve" not in mail.content.decode("utf-8", "replace").partition("\r\n\r\n")[0]


async def test_the_question_says_nothing_of_what_a_stranger_wrote(reader: Reader) -> None:
    await reader.asks(query='"buy now at evil example"')
    (mail,) = reader.smtp.state.taken
    assert "evil" not in mail.content.decode()
    assert mail.message["List-Unsubscribe"] is None


async def test_the_answer_is_the_same_for_every_mailbox_known_or_not_asked_or_not(reader: Reader) -> None:
    await reader.signs_up()
    reader.smtp.faults.add(
        "refuse", stage="rcpt", to="nobody@example.org", answer="550 5.1.1 No such user", times=None
    )
    asked = [ADA.channel] * 4 + ["eve@example.org", "nobody@example.org"]
    answers = [await reader.asks(address=one) for one in asked]
    assert {(one.status_code, one.text) for one in answers} == {(200, answers[0].text)}
    questions = [mail for mail in reader.smtp.mailbox(ADA.channel) if "confirm" in mail.part("plain")]
    assert len(questions) == 3


@pytest.mark.usefixtures("unhurried")
async def test_one_place_on_the_web_asks_ten_times_a_day(reader: Reader) -> None:
    for number in range(10):
        assert (await reader.asks(address=f"{number}@example.org")).status_code == 200
    assert (await reader.asks(address="x@example.org")).status_code == 422
    elsewhere = await reader.post(
        "/mail/subscribe", {**WISH, "address": "x@example.org"}, **{"x-forwarded-for": "203.0.113.9"}
    )
    assert elsewhere.status_code == 200


async def test_a_greylisted_question_is_asked_again(reader: Reader) -> None:
    reader.smtp.faults.add("refuse", stage="rcpt", answer="451 4.7.1 Greylisted", times=2)
    await reader.asks()
    assert len(reader.smtp.mailbox(ADA.channel)) == 1


async def test_who_asks_from_where_is_not_kept(reader: Reader) -> None:
    await reader.post("/mail/subscribe", WISH, **{"x-forwarded-for": "203.0.113.9"})
    path = reader.app.store.path
    assert path is not None
    kept = b"".join(one.read_bytes() for one in path.parent.glob("papers.db*"))
    assert b"203.0.113.9" not in kept


async def test_the_question_goes_by_mail_whatever_chats_there_are(reader: Reader) -> None:
    class Other:
        platform = "other"

        async def invite(self) -> str:
            return "https://other.example/add"

    by_mail = reader.app.adapters["email"]
    assert inviter_of({"other": Other(), "email": by_mail}) is by_mail
    assert doors_of({"email": by_mail}) == []


async def test_without_a_key_it_says_how_one_is_made(smtp, tmp_path, clock) -> None:
    with pytest.raises(ConfigError) as told:
        async with open_app(settings_for(smtp, tmp_path, secret_key=""), clock=clock):
            pass
    assert "paperround init" in told.value.fix


async def test_without_the_web_nobody_signs_up_and_mails_go_on(smtp, tmp_path, clock) -> None:
    async with open_app(settings_for(smtp, tmp_path, web_url="", secret_key=""), clock=clock) as app:
        assert app.mailings is None
        assert "email" in app.adapters
