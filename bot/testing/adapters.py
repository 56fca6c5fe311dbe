"""What every chat adapter must keep; third parties run it against theirs."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime

from bot.domain.digest import Digest, Group, Pick, Why
from bot.domain.subscription import Address
from bot.errors import DeliveryError
from bot.ports import Answer, CannotTell, ChatAdapter, Found, LaneLimits, NotFound, Part, Receipt, Teller

from .builders import SAMPLE_DAY, make_paper
from .contracts import ContractBroken, need

# Each would ping, link, style, ring or run somewhere if it were taken for mark-up.
HOSTILE_TITLES = (
    "<!channel> @everyone <@U123> look at this",
    "[bold red]not bold[/] **nor this** _or this_ `or this`",
    "[a link](https://evil.example) <https://evil.example|another>",
    "Tags <script>alert(1)</script> & entities &lt;b&gt;",
    "A bell \x07 an escape \x1b[31m and an override \u202egnp",
    "Long " + "very " * 200 + "long",
)
# Words of those titles that are text on every platform, however its mark-up is defused.
SURVIVING = ("look at this", "not bold", "a link", "alert", "A bell")
# No JSON message needs these: a bell, an escape, a C1 control sequence introducer.
CONTROLS = ("\x07", "\x1b", "\x9b")
SETTLE_SECONDS = 0.05
SENT_KEY, NEVER_SENT_KEY = "CONTRACTCHECK0000000000AA", "CONTRACTNEVERSENT0000000A"


async def check_chat_adapter(
    adapter: ChatAdapter, *, channel: str = "contract", markup: Sequence[str] = ()
) -> None:
    """Run the contract, sending for real through the adapter; raises `ContractBroken` at the first clause broken.

    `markup` are strings the platform obeys and a digest never uses itself ("<!channel>", "@everyone", an escape): each
    is put into every text of a digest and must not come out as it went in. Without it nobody can tell what your
    platform obeys, and only control characters in JSON payloads are looked for.
    """
    need(isinstance(adapter.platform, str) and adapter.platform != "", "`platform` is a name")
    need(isinstance(adapter.limits, LaneLimits), "`limits` is a LaneLimits")
    need(adapter.limits.rate_per_s > 0 and adapter.limits.concurrency > 0, "`limits` let something through")
    for digest in contract_digests(adapter.platform, channel):
        _check_rendering(adapter, digest)
    _check_survival(adapter, contract_digests(adapter.platform, channel)[1])
    check_escaping(adapter, markup, channel=channel)
    await _check_sending(adapter, contract_digests(adapter.platform, channel)[0])
    await _check_telling(adapter, channel)
    await _check_cancelling(adapter)


def contract_digests(platform: str, channel: str = "contract") -> tuple[Digest, ...]:
    """An ordinary digest, one of hostile titles, one too long for a message, and an empty one."""
    hostile = tuple(_pick(number, title) for number, title in enumerate(HOSTILE_TITLES, 1))
    ordinary = tuple(_pick(number, f"An ordinary paper, the {number}th") for number in range(1, 4))
    many = tuple(_pick(number, f"Paper {number} of many") for number in range(1, 51))
    return tuple(_digest(platform, channel, picks) for picks in (ordinary, hostile, many, ()))


def _check_rendering(adapter: ChatAdapter, digest: Digest) -> None:
    parts = adapter.render(digest)
    need(len(parts) > 0, "`render` gives at least one part")
    need([part.number for part in parts] == list(range(len(parts))), "parts are numbered from 0, in order")
    need(all(part.payload for part in parts), "every part has bytes to send")
    need(all(part.channel == digest.address.channel for part in parts), "every part names its channel")
    need(_same(parts, adapter.render(digest)), "`render` is pure: the same digest gives the same bytes")


def _check_survival(adapter: ChatAdapter, digest: Digest) -> None:
    """Defused is not dropped: a reader still sees what the title says."""
    text = "".join(part.payload.decode("utf-8", errors="replace") for part in adapter.render(digest))
    for words in SURVIVING:
        need(words in text, f"hostile mark-up survives as text: {words!r} is gone")


def check_escaping(adapter: ChatAdapter, markup: Sequence[str], *, channel: str = "contract") -> None:
    """Whatever text a digest carries, no payload holds a string of `markup`, nor a JSON one a control character."""
    for raw in (*markup, *CONTROLS):
        digest = _everywhere(f"{raw}look at this", adapter.platform, channel)
        for part in adapter.render(digest):
            _check_part(part.payload.decode("utf-8", errors="replace"), raw, is_markup=raw in markup)


def _check_part(payload: str, raw: str, *, is_markup: bool) -> None:
    try:
        texts = list(_strings(json.loads(payload)))
    except ValueError:
        texts = [payload] if is_markup else []  # where a control does no harm, only the adapter knows
    need(not any(raw in text for text in texts), f"mark-up is defused: {raw!r} went through as it was")


def _strings(value: object) -> Iterator[str]:
    """Every text within a JSON value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in (*value, *value.values()):
            yield from _strings(item)
    elif isinstance(value, list):
        for item in value:
            yield from _strings(item)


async def _check_sending(adapter: ChatAdapter, digest: Digest) -> None:
    part = adapter.render(digest)[0]
    receipt = await _receipt(adapter, part)
    since = datetime(2026, 1, 1, tzinfo=UTC)
    answer: Answer = await adapter.find(part, key=SENT_KEY, since=since)
    need(isinstance(answer, (Found, NotFound, CannotTell)), "`find` gives an Answer")
    if isinstance(answer, NotFound):  # then sending it again must be harmless: a nonce, a Message-ID
        again = await _receipt(adapter, part)
        need(again.remote_id == receipt.remote_id, "`find` does not deny what was just sent")
    other: Answer = await adapter.find(part, key=NEVER_SENT_KEY, since=since)
    need(isinstance(other, (NotFound, CannotTell)), "`find` does not find what was never sent")


async def _receipt(adapter: ChatAdapter, part: Part) -> Receipt:
    try:
        receipt = await adapter.send(part, key=SENT_KEY)
    except DeliveryError as error:
        raise ContractBroken(f"`send` gives a receipt; it raised {type(error).__name__}: {error}") from error
    except Exception as error:
        raise ContractBroken(f"`send` raises only DeliveryErrors; it raised {error!r}") from error
    need(isinstance(receipt, Receipt) and receipt.remote_id != "", "`send` gives a receipt with an id")
    return receipt


async def _check_telling(adapter: ChatAdapter, channel: str) -> None:
    """Whoever offers a private line answers for it as for everything it sends."""
    if not isinstance(adapter, Teller):
        return
    address = Address(platform=adapter.platform, workspace="contract", channel=channel)
    try:
        await adapter.tell(address, "contract-person", "Your digest is paused: its channel is archived.")
    except DeliveryError:
        return  # this person cannot be reached
    except Exception as error:
        raise ContractBroken(f"`tell` raises only DeliveryErrors; it raised {error!r}") from error


async def _check_cancelling(adapter: ChatAdapter) -> None:
    """`run` ends when it is cancelled (or by itself), and leaves no task behind."""
    before = asyncio.all_tasks()
    running = asyncio.create_task(adapter.run(_nobody_answers))
    await asyncio.sleep(SETTLE_SECONDS)
    running.cancel()
    done = (await asyncio.gather(running, return_exceptions=True))[0]
    need(
        done is None or isinstance(done, asyncio.CancelledError),
        f"`run` ends when cancelled; it gave {done!r}",
    )
    await asyncio.sleep(SETTLE_SECONDS)
    left = asyncio.all_tasks() - before
    need(not left, f"`run` leaves nothing running; it left {[task.get_name() for task in left]}")


async def _nobody_answers(*_asked: object, **_who: object) -> object:
    return None


def _digest(platform: str, channel: str, picks: tuple[Pick, ...]) -> Digest:
    return Digest(
        address=Address(platform=platform, workspace="contract", channel=channel),
        destination="#contract",
        day=SAMPLE_DAY,
        tz="Europe/Berlin",
        groups=(Group(title="knitting OR robots", picks=picks),) if picks else (),
        notes=("Hugging Face did not answer; its papers will come with the next digest.",),
        combined=(date(2026, 5, 31),),
    )


def _pick(number: int, title: str) -> Pick:
    why = Why(query="robots", subscription_id=1, hits=('title "robots"',))
    summary = f"{title[:120]} It drops 12 % fewer stitches."
    return Pick(paper=make_paper(number, title=title, summary=summary), why=(why,), score=1.0)


def _everywhere(text: str, platform: str, channel: str) -> Digest:
    """A digest with one text wherever it carries text from outside."""
    paper = make_paper(
        1,
        title=text,
        summary=text,
        abstract=text,
        authors=(text, "Ada Example"),
        organization=text,
        venue=text,
        comment=text,
        keywords=(text,),
    )
    pick = Pick(paper=paper, why=(Why(query=text, subscription_id=1, hits=(text,)),), score=1.0)
    plain = _digest(platform, channel, ())
    return replace(plain, destination=text, groups=(Group(title=text, picks=(pick,)),), notes=(text,))


def _same(first: Sequence[Part], second: Sequence[Part]) -> bool:
    return [part.payload for part in first] == [part.payload for part in second]
