"""The terminal: what is drawn, sent and answered."""

from __future__ import annotations

import asyncio
import io
import os
import pty
import re
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

from adapters.chat.console import HERE, ConsoleAdapter
from adapters.chat.console_document import decode, document, encode, short_authors, short_number
from adapters.chat.console_sheet import HOSTILE, READABLE
from bot.commands.replies import Notice, Tone
from bot.domain.digest import Digest, Folded, Group, Pick, Why
from bot.ports import CannotTell, ChatContext, Found
from bot.sample import sample_edition
from bot.testing import FakeClock, check_chat_adapter, contract_digests
from bot.testing.builders import make_paper

CONTEXT = ChatContext(clock=FakeClock(), settings={})
NOW = datetime(2026, 6, 1, 6, 0, tzinfo=UTC)


def pick(number: int, *hits: str, **changes: object) -> Pick:
    why = Why(query="knitting", subscription_id=1, hits=hits or ('title "knit"',))
    return Pick(paper=make_paper(number, **changes), why=(why,), score=1.0)


DIGEST = Digest(
    address=HERE,
    destination="this terminal",
    day=date(2026, 6, 1),
    tz="Europe/Berlin",
    groups=(
        Group(
            title='"flow matching" OR knitting -survey',
            picks=(
                pick(
                    1,
                    'title "knit"',
                    "cs.RO",
                    title="[bold]Not Bold[/bold]: Walking Robots That Knit, and Why the Longest of Titles Must Wrap Well",
                    authors=("Ada Example", "Bo Muster", "Cy Sample", "Di Specimen"),
                    votes=1234,
                    code_url="https://example.org/code",
                    stars=31_400,
                    summary="A walking robot learns to knit a scarf. It drops 12 % fewer stitches than the best knitter.",
                    sources=("huggingface", "arxiv"),
                ),
                pick(
                    2,
                    title="机器人编织：一个很长的标题需要在窄窄的终端里正确换行才行",
                    votes=0,
                    summary="短い要約。",
                ),
            ),
        ),
        Group(title="topic:rlhf", picks=(pick(3, title="Plain and Small", authors=(), url="", sources=()),)),
    ),
    folded=tuple(Folded(paper_id=number, score=1.0) for number in range(4, 15)),
    deferred=(99,),
    notes=("Hugging Face did not answer; its papers will come with the next digest.",),
    late=True,
)


def drawn(digest: Digest, width: int, *, colour: bool = False) -> str:
    out = io.StringIO()
    console = Console(
        file=out,
        width=width,
        force_terminal=colour,
        color_system="truecolor" if colour else None,
        legacy_windows=False,
        _environ={},
    )
    adapter = ConsoleAdapter(CONTEXT, console=console)
    for part in adapter.render(digest):
        adapter.print_part(part)
    return out.getvalue()


@pytest.mark.parametrize("width", [60, 80, 120])
def test_a_digest_is_drawn_as_it_was(width: int, same_as_golden) -> None:
    same_as_golden(f"console/digest-{width}.txt", drawn(DIGEST, width))


def test_the_sample_edition_is_drawn_as_it_was_and_says_what_it_is(same_as_golden) -> None:
    sample = sample_edition(HERE, "this terminal", day=date(2026, 6, 1), tz="UTC", now=NOW)
    text = drawn(sample, 80)
    same_as_golden("console/sample.txt", text)
    assert "Sample edition" in text.split("topic:")[0]


def test_an_empty_digest_is_still_a_page(same_as_golden) -> None:
    same_as_golden(
        "console/digest-empty.txt", drawn(replace(DIGEST, groups=(), folded=(), deferred=(), late=False), 80)
    )


@pytest.mark.parametrize("width", [20, 60, 77, 100, 200])
def test_no_line_is_wider_than_the_terminal_or_than_is_readable(width: int) -> None:
    for line in drawn(DIGEST, width).splitlines():
        assert cell_len(line) <= min(width, READABLE)
        assert line == line.rstrip()


def test_without_a_terminal_there_are_no_control_characters() -> None:
    assert not HOSTILE.search(drawn(DIGEST, 80).replace("\n", ""))


def test_colour_adds_nothing_to_what_is_said() -> None:
    coloured = drawn(DIGEST, 80, colour=True)
    assert "\x1b[1m" in coloured
    links_and_styles = re.compile(r"\x1b\]8;[^\x1b]*\x1b\\|\x1b\[[0-9;]*m")
    assert links_and_styles.sub("", coloured) == drawn(DIGEST, 80)


def test_no_color_leaves_the_colours_out() -> None:
    out = io.StringIO()
    console = Console(file=out, width=80, force_terminal=True, _environ={"NO_COLOR": "1", "TERM": "xterm"})
    adapter = ConsoleAdapter(CONTEXT, console=console)
    adapter.print_part(adapter.render(DIGEST)[0])
    assert "\x1b[33m" not in out.getvalue()


def test_a_title_is_a_link_only_to_the_web() -> None:
    group = Group(
        title="x", picks=(pick(1, url="javascript:alert(1)", title="Bad Link"), pick(2, title="Good Link"))
    )
    text = drawn(replace(DIGEST, groups=(group,)), 80, colour=True)
    assert "\x1b]8" in text
    assert "8;id=" in text
    assert ";javascript:" not in text


def test_markup_and_control_characters_stay_text() -> None:
    for digest in contract_digests("console"):
        text = drawn(digest, 80)
        assert "\x1b" not in text
        assert "\x07" not in text
        assert "\u202e" not in text
    hostile = drawn(contract_digests("console")[1], 100)
    assert "[bold red]not bold[/]" in hostile
    assert "<!channel> @everyone" in hostile


@given(st.text(max_size=120), st.integers(min_value=60, max_value=200))
def test_any_title_is_drawn_within_the_width(title: str, width: int) -> None:
    group = Group(title=title, picks=(pick(1, title=title or "x", summary=title, authors=(title,)),))
    text = drawn(replace(DIGEST, groups=(group,), folded=()), width)
    assert not HOSTILE.search(text.replace("\n", ""))
    assert all(cell_len(line) <= min(width, READABLE) for line in text.split("\n"))


def test_the_same_digest_gives_the_same_bytes_and_comes_back_whole() -> None:
    made = document(DIGEST)
    assert encode(made) == encode(document(DIGEST))
    assert decode(encode(made)) == made


@pytest.mark.parametrize(
    ("number", "short"), [(0, "0"), (999, "999"), (1000, "1k"), (1240, "1.2k"), (31_400, "31k")]
)
def test_numbers_are_short(number: int, short: str) -> None:
    assert short_number(number) == short


def test_authors_are_shortened_to_two_names() -> None:
    assert short_authors(("Yang Song", "Stefano Ermon", "A B", "C D")) == "Song, Ermon +2"
    assert short_authors(("Plato", " ")) == "Plato"


async def test_it_keeps_the_contract_of_a_chat_adapter() -> None:
    await check_chat_adapter(
        ConsoleAdapter(CONTEXT, console=Console(file=io.StringIO()), typed=io.StringIO()),
        markup=["\x1b[31m", "\x1b]8;;https://evil.example\x07", "\x9b2J", "\u202e", "\r"],
    )


async def test_what_was_printed_is_found_again() -> None:
    adapter = ConsoleAdapter(CONTEXT, console=Console(file=io.StringIO()))
    part = adapter.render(DIGEST)[0]
    receipt = await adapter.send(part, key="K1")
    assert await adapter.find(part, key="K1", since=NOW) == Found(receipt.remote_id)
    assert await adapter.find(part, key="K2", since=NOW) == CannotTell()


async def test_what_may_be_there_already_says_that_it_is_repeated() -> None:
    out = io.StringIO()
    adapter = ConsoleAdapter(CONTEXT, console=Console(file=out, width=80))
    part = adapter.render(DIGEST)[0]
    await adapter.send(part, key="K1")
    assert "repeated" not in out.getvalue()
    await adapter.send(replace(part, repeated=True), key="K1")
    assert "(repeated after a restart)" in out.getvalue()
    assert part.papers == tuple(pick.paper.id for pick in DIGEST.picks)


class Prompt:
    """A terminal at which a test types."""

    def __init__(self) -> None:
        self.out = io.StringIO()
        self.master, slave = pty.openpty()
        self.typed = os.fdopen(slave)
        self.asked: list[str] = []
        self.adapter = ConsoleAdapter(CONTEXT, console=Console(file=self.out, width=80), typed=self.typed)

    async def commands(self, line: str, **_who: object) -> Notice:
        self.asked.append(line)
        return Notice(kind=Tone.DONE, what=f"You said {line}.")

    async def type(self, text: str) -> None:
        running = asyncio.create_task(self.adapter.run(self.commands))
        await asyncio.sleep(0)
        os.write(self.master, text.encode())
        await asyncio.wait_for(running, timeout=120)

    def close(self) -> None:
        self.typed.close()
        os.close(self.master)


@pytest.fixture
def prompt():
    made = Prompt()
    yield made
    made.close()


async def test_a_prompt_answers_line_by_line_until_left(prompt: Prompt) -> None:
    await prompt.type("search knitting\n\nlist\nquit\nnever read\n")
    assert prompt.asked == ["search knitting", "list"]
    welcome, _, rest = prompt.out.getvalue().partition("\n")
    assert "`help`" in welcome
    assert rest.startswith("papers> You said search knitting.")


async def test_ctrl_d_leaves(prompt: Prompt) -> None:
    await prompt.type("help\n\x04")
    assert prompt.asked == ["help"]


async def test_ctrl_c_leaves_at_once(prompt: Prompt) -> None:
    running = asyncio.create_task(prompt.adapter.run(prompt.commands))
    await asyncio.sleep(0)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running


async def test_a_digest_that_arrives_at_a_prompt_asks_again_afterwards(prompt: Prompt) -> None:
    running = asyncio.create_task(prompt.adapter.run(prompt.commands))
    await asyncio.sleep(0)
    await prompt.adapter.send(prompt.adapter.render(DIGEST)[0], key="K")
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert prompt.out.getvalue().endswith("11 more: type `more`\n\npapers> ")
