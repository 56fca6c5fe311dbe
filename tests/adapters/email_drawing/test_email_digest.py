"""A digest as a mail: what it says, how it looked last time, and that one can read it in the dark."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise

import pytest

from adapters.chat.email.drawing.letter import LARGEST, Links
from adapters.chat.email.drawing.parts import decoded, encoded, leading_to, part_of
from bot.errors import Rejected
from bot.testing.digests import digest_of, group_of, pick, sample_digests
from bot.testing.smtp import linked

from .conftest import HERE, WEB, findings, letter_of, links_of, mail_of

DIGESTS = {name: replace(digest, address=HERE) for name, digest in sample_digests(HERE).items()}
ORDINARY, LONG = DIGESTS["ordinary"], DIGESTS["long"]


@pytest.mark.parametrize("name", DIGESTS)
def test_a_mail_is_drawn_as_it_was(name: str, same_as_golden) -> None:
    letter = letter_of(DIGESTS[name])
    same_as_golden(f"email/digest_{name}.txt", f"Subject: {letter.subject}\n\n{letter.text}")
    same_as_golden(f"email/digest_{name}.html", letter.html)


def test_a_mail_without_pages_on_the_web_is_drawn_as_it_was(same_as_golden) -> None:
    letter = letter_of(ORDINARY, None)
    same_as_golden("email/digest_without_web.txt", letter.text)
    same_as_golden("email/digest_without_web.html", letter.html)


@pytest.mark.parametrize("name", DIGESTS)
@pytest.mark.parametrize("web", [WEB, None], ids=["web", "no-web"])
def test_nothing_is_wrong_with_any_mail(name: str, web) -> None:
    assert findings(DIGESTS[name], web) == []


@pytest.mark.parametrize("name", DIGESTS)
def test_every_paper_is_in_the_one_part(name: str) -> None:
    digest = DIGESTS[name]
    part = part_of(digest, WEB, "papers@example.org")
    assert part.papers == tuple(one.paper.id for one in digest.picks)
    letter = decoded(part.payload)
    for number in range(1, digest.shown + 1):
        assert f"\n{number}. " in letter.text
        assert f'class="paper" dir="auto">{number}. ' in letter.html


def test_the_same_digest_gives_the_same_bytes() -> None:
    first, second = (part_of(LONG, WEB, "a@example.org").payload for _ in range(2))
    assert first == second


def test_the_page_leads_to_the_papers_their_code_and_our_own_pages() -> None:
    assert linked(letter_of(ORDINARY).html) == links_of(ORDINARY)


def test_the_subject_says_how_many_of_which_day_and_the_first() -> None:
    assert letter_of(ORDINARY).subject.startswith("3 papers for Fri 20 Nov: Walking Robots That Knit")
    assert letter_of(DIGESTS["empty"]).subject == "No new papers for Fri 20 Nov"
    assert letter_of(DIGESTS["sample"]).subject.startswith("Sample edition: ")


def test_an_inbox_shows_the_other_titles_behind_the_subject() -> None:
    before = re.search(r'<div style="display:none[^>]*>([^<]*)<', letter_of(ORDINARY).html)
    assert before is not None
    assert before[1].endswith("Plain and Small")


def test_what_is_folded_is_one_link_away() -> None:
    letter = letter_of(ORDINARY)
    assert f'<a class="button" href="{WEB.digest(HERE, ORDINARY.day)}">11 more papers</a>' in letter.html
    assert f"11 more papers match:\n{WEB.digest(HERE, ORDINARY.day)}\n" in letter.text
    assert "11 more papers match." in letter_of(ORDINARY, None).html


def test_there_is_a_way_to_leave_in_both_forms() -> None:
    for said in (letter_of(ORDINARY).text, letter_of(ORDINARY).html):
        assert WEB.leave(HERE) in said
        assert WEB.preferences(HERE) in said
    for said in (letter_of(ORDINARY, None).text, letter_of(ORDINARY, None).html):
        assert "To change or end these mails, write to papers@example.org." in said


@pytest.mark.parametrize(
    "text", ["Wool. ", "\u7f8a\u6bdb ", "&<>\"' ", "\U0001f9f6"], ids=["words", "han", "marks", "emoji"]
)
def test_a_long_digest_has_fewer_abstracts_and_never_a_mail_that_is_cut(text: str) -> None:
    short = digest_of(HERE, group_of(*(pick(n, abstract="Robots knit. " * 40) for n in range(1, 9))))
    assert letter_of(short).text.count("Abstract: ") == 8
    long = digest_of(
        HERE,
        group_of(*(pick(n, title=text * 50, abstract=text * 900, summary=text * 200) for n in range(1, 51))),
    )
    letter = letter_of(long)
    assert letter.text.count("Abstract: ") < 50
    assert len(letter.text.encode()) + len(letter.html.encode()) <= LARGEST
    assert len(mail_of(letter)) < 100_000
    assert findings(long) == []


def test_abstracts_are_left_out_before_summaries_are() -> None:
    letter = letter_of(LONG)
    assert 0 < letter.text.count("Abstract: ") < 50
    assert letter.html.count('<p class="lede" dir="auto">') >= 50


def test_headings_go_down_step_by_step() -> None:
    for digest in (*DIGESTS.values(), digest_of(HERE, group_of(pick(1), title=""))):
        levels = [1, *(int(level) for level in re.findall(r"<h([1-6])", letter_of(digest).html)[1:])]
        assert all(after <= before + 1 for before, after in pairwise(levels))


def test_nothing_is_fetched_and_nothing_runs() -> None:
    page = letter_of(ORDINARY).html
    assert not re.search(r"<(?:img|script|link|iframe|form|object)|url\(|src=|@import", page)
    assert "prefers-color-scheme: dark" in page
    assert '<html lang="en"' in page


def test_a_mail_that_moved_takes_its_links_along() -> None:
    ben = replace(HERE, channel="ben@example.org")
    links = Links(leave=WEB.leave(ben), preferences=WEB.preferences(ben), digest="https://x.example/?a=1&b=2")
    moved = leading_to(letter_of(ORDINARY), links)
    assert linked(moved.html) & {WEB.leave(HERE), WEB.preferences(HERE)} == set()
    assert {links.leave, links.preferences, links.digest} <= linked(moved.html)
    assert WEB.leave(HERE) not in moved.text
    assert moved.links == links


@pytest.mark.parametrize("payload", [b"", b"[]", b"{}", b'{"v":1}', b'{"v":99}', b"\xff"])
def test_bytes_that_are_no_letter_are_refused(payload: bytes) -> None:
    with pytest.raises(Rejected):
        decoded(payload)


def test_a_letter_comes_back_as_it_was() -> None:
    letter = letter_of(LONG)
    assert decoded(encoded(letter)) == letter


def light_and_dark(page: str) -> list[tuple[str, str, str]]:
    """Each colour of text with what is behind it: (where, text, behind)."""
    found = []
    plain, dark = page.partition("@media")[::2]
    for name, style in (("light", plain), ("dark", dark)):
        rules = dict(re.findall(r"^(\S+) \{([^}]*)\}", style, re.MULTILINE))
        behind = colour("background", rules["body"])
        for where, rule in rules.items():
            if text := colour("color", rule):
                found.append((f"{name} {where}", text, colour("background", rule) or behind))
    return found


def colour(name: str, rule: str) -> str:
    match = re.search(rf"(?:^|[\s;]){name}: (#[0-9a-f]{{6}})", rule)
    return match[1] if match else ""


def brightness(colour: str) -> float:
    """https://www.w3.org/TR/WCAG22/#dfn-relative-luminance."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_every_text_stands_out_in_light_and_in_the_dark() -> None:
    pairs = light_and_dark(letter_of(ORDINARY).html)
    assert {where for where, _, _ in pairs} >= {
        "light a",
        "dark a",
        "light .small",
        "dark .small",
        "dark .note",
    }
    for where, text, behind in pairs:
        low, high = sorted((brightness(text), brightness(behind)))
        assert (high + 0.05) / (low + 0.05) >= 4.5, where
