"""`email`: mails for whoever says yes, listed and ended by whoever asked; nobody learns which mailboxes are known."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import replace

import pytest

from bot.app.mailings import KeptMailings, Pages
from bot.commands.context import Asker, Context
from bot.commands.dispatch import dispatch
from bot.commands.replies import Notice, Tone
from bot.domain.subscription import Address
from bot.storage.sealing import Keys
from bot.storage.store import Store
from bot.storage.tokens import Tokens
from bot.testing import FakeClock

KEYS = Keys.of("A" * 43 + "=")
ADA = Address(platform="email", workspace="T1", channel="ada@example.org")


class Post:
    """Who is asked, in place of a mail server."""

    def __init__(self) -> None:
        self.asked: list[tuple[Address, str]] = []

    async def ask_reader(self, address: Address, *, confirm: str, key: str) -> None:
        assert key
        self.asked.append((address, confirm.rpartition("/")[2]))


@pytest.fixture
def post() -> Post:
    return Post()


@pytest.fixture
async def mailings(store: Store, clock: FakeClock, post: Post) -> AsyncIterator[KeptMailings]:
    made = KeptMailings(store, clock, Pages(Tokens(KEYS), "https://papers.example.org"), post)
    yield made
    await made.close()


@pytest.fixture
def say(context: Context, mailings: KeptMailings) -> Callable[..., object]:
    async def typed(line: str, user: str = "U1", **changes: object) -> object:
        asker = Asker(user=user, name="Ada", tz="Europe/Berlin", manager=user == "U1")
        services = replace(context.services, mailings=mailings)
        reply = await dispatch(line, replace(context, asker=asker, services=services, **changes))  # type: ignore[arg-type]  # a test's own changes
        await mailings.close()
        return reply

    return typed


async def test_without_mail_it_says_how_mail_is_turned_on(ask) -> None:
    reply = await ask("email ada@example.org")
    assert reply.kind is Tone.ERROR
    assert "not set up" in reply.what
    assert "init email" in reply.fix


async def test_a_channels_queries_and_hour_are_what_is_asked_for(say, post, store, clock) -> None:
    await say("subscribe knitting at:17:30 max:4")
    reply = await say("email <mailto:Ada@Example.org|Ada@Example.org>", user="U2")
    assert isinstance(reply, Notice)
    assert reply.kind is Tone.DONE
    ((address, token),) = post.asked
    assert address == ADA
    signup = await store.signup(token, clock.now())
    assert signup.asked_by == "slack:T1:U2"
    assert signup.wishes.queries == ("knitting",)
    assert f"{signup.wishes.schedule.at:%H:%M} {signup.wishes.schedule.tz}" == "17:30 Europe/Berlin"
    assert signup.wishes.max_papers == 4
    assert await store.destination(ADA) is None


async def test_a_query_and_an_hour_of_ones_own_go_before_the_channels(say, post, store, clock) -> None:
    await say("subscribe knitting")
    await say("email ada@example.org robots at:8am weekdays")
    signup = await store.signup(post.asked[0][1], clock.now())
    assert signup.wishes.queries == ("robots",)
    assert f"{signup.wishes.schedule.at:%H:%M}" == "08:00"
    assert len(signup.wishes.schedule.days) == 5


@pytest.mark.parametrize(
    "line",
    [
        "email ada@example.org",
        "email ada knitting",
        'email ada@example.org "knitting',
        "email ada@example.org knitting at:teatime",
        "email stop",
        "email stop ada",
    ],
    ids=["nothing-followed", "no-mailbox", "no-query", "no-hour", "stop-whom", "stop-nobody"],
)
async def test_what_cannot_be_mailed_is_said_and_asks_nobody(say, post, line: str) -> None:
    reply = await say(line)
    assert reply.kind is Tone.ERROR
    assert reply.fix
    assert post.asked == []


@pytest.mark.parametrize(
    "written",
    [
        "ada@example.org\nBcc: eve@example.org",
        "ada@example.org,eve@example.org",
        '"a b"@example.org',
        "Ada <ada@e.org>",
    ],
    ids=["line", "two", "quoted", "named"],
)
async def test_nothing_but_one_bare_mailbox_is_mailed(say, post, written: str) -> None:
    await say(f"email '{written}' knitting")
    assert [address.channel for address, _ in post.asked] in ([], ["ada@example.org"])
    assert all("eve" not in address.channel for address, _ in post.asked)


async def test_the_answer_is_the_same_whether_or_not_the_mailbox_is_asked_again(say, post) -> None:
    answers = [await say("email ada@example.org knitting", user=f"U{n}") for n in range(5)]
    assert answers == [answers[0]] * 5
    assert len(post.asked) == 3


async def test_who_asks_too_often_is_told_so(say, post) -> None:
    for number in range(10):
        await say(f"email {number}@example.org knitting")
    reply = await say("email x@example.org knitting")
    assert (reply.kind, "tomorrow" in reply.fix) == (Tone.ERROR, True)
    assert (await say("email x@example.org knitting", user="U2")).kind is Tone.DONE
    assert len(post.asked) == 11


async def test_who_asked_sees_what_came_of_it_and_nobody_else_does(say, post, mailings) -> None:
    await say("email ada@example.org knitting", user="U2")
    await say("email bob@example.org knitting", user="U2")
    await mailings.said_yes(post.asked[0][1])
    await mailings.used(post.asked[0][1])
    listed = await say("email list", user="U2")
    assert listed.lines == ("ada@example.org: said yes", "bob@example.org: has not said yes yet")
    assert (await say("email", user="U1")).lines == ()
    assert (
        await say("email", user="U2", address=Address(platform="slack", workspace="T2", channel="C1"))
    ).lines == ()


async def test_stopping_ends_what_one_asked_for_and_nothing_that_others_did(
    say, post, store, mailings
) -> None:
    await say("email ada@example.org knitting", user="U2")
    token = post.asked[0][1]
    others = await say("email stop ada@example.org", user="U3")
    assert await mailings.waiting(token)
    assert await say("email ada@example.org stop:yes", user="U2") == others
    assert await mailings.waiting(token) is None
    assert await say("email stop nobody@example.org", user="U2") != others  # only the mailbox differs


async def test_a_mailbox_that_said_yes_is_ended_by_who_asked_alone(say, post, store, mailings) -> None:
    await say("email ada@example.org knitting", user="U2")
    await mailings.said_yes(post.asked[0][1])
    await say("email stop ada@example.org", user="U3")
    assert await store.recipient(ADA)
    await say("email stop ada@example.org", user="U2")
    assert await store.recipient(ADA) is None
