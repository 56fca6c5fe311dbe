"""Where one sentence of an abstract ends and the next begins."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

_LEFT_SIGNS: Final = "([{'\"“‘«"  # noqa: RUF001  the quotes of running text
_RIGHT_SIGNS: Final = "\"'”’»)\\]」』）】"  # noqa: RUF001  the same, closing
_CJK_STOPS: Final = "。！？｡"  # noqa: RUF001  these need no white space after them
_ENDING: Final = re.compile(
    rf"(?<![.!?…])[.!?…]++[{_RIGHT_SIGNS}]*+(?=\s)"
    rf"|[{_CJK_STOPS}]+[{_RIGHT_SIGNS}]*"
    rf"|(?<=[\w%)])[.!?][{_RIGHT_SIGNS}]*(?=[A-Z][a-z]*[\s,])"  # where the white space was lost
    r"|\n[ \t]*\n"
)
_BRACKETS: Final = {")": "(", "]": "[", "）": "（"}  # noqa: RUF001  full-width pairs, as CJK text writes them
_LONGEST_ASIDE: Final = 400  # characters; a bracket open for longer was never closed on purpose
_LONGEST_WORD: Final = 40  # characters; how far to look around a stop


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


# A stop after these never ends a sentence.
_LEADING: Final = _set("e.g i.e eg ie cf vs viz")
# A stop after these, or after a single letter, ends one when the next word is an opener.
_EITHER: Final = _set(
    "al etc no fig figs eq eqs eqn sec secs sect tab tabs ref refs ch chap app alg thm def prop lem vol p pp dr prof "
    "mr mrs ms st jr resp w.r.t wrt s.t a.k.a aka ca approx incl u.s u.k u.n e.u a.m p.m i.i.d ph.d m.sc inc ltd co corp "
    "dept univ"
)
# Words that open sentences and are seldom names.
_OPENERS: Final = _set("""
    a additionally after all although among an and as at based because before besides beyond both building but by code
    codes comprehensive compared consequently conversely current currently despite due during each empirical
    empirically evaluated evaluation evaluations existing experiment experimental experiments extensive finally first
    firstly following for from furthermore given hence here how however if importantly in indeed inspired instead it
    its key lastly leveraging like many meanwhile more moreover most motivated nevertheless next no notably on once one
    only our overall prior project rather recent recently remarkably results second secondly several since so some
    specifically still such surprisingly that the their then there thereby therefore these they third this those
    through thus to together towards two ultimately under unfortunately unlike using we what when where whereas
    whether which while with without yet you your
""")


def sentences(text: str) -> tuple[str, ...]:
    """The sentences of `text` in order: joined, they are the text again, white space aside."""
    pieces = (" ".join(text[start:end].split()) for start, end in _spans(text))
    return tuple(piece for piece in pieces if piece)


def _spans(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    asides = _asides(text)
    for ending in _ENDING.finditer(text):
        if _inside(text, start, ending, asides) or not _ends_here(text, start, ending):
            continue
        yield start, ending.end()
        start = ending.end()
    yield start, len(text)


def _ends_here(text: str, start: int, ending: re.Match[str]) -> bool:
    stop = ending.group()
    if stop.isspace() or stop[0] in _CJK_STOPS:
        return True
    before = text[max(start, ending.start() - _LONGEST_WORD) : ending.start()]
    word = before.split()[-1].lstrip(_LEFT_SIGNS).lower() if before.strip() else ""
    following = _next_word(text, ending.end())
    opens = following.lower() in _OPENERS and following[:1].isupper()
    if ending.end() < len(text) and not text[ending.end()].isspace():
        return opens and _may_end(word, opens=opens)
    if stop[0] == "." and _is_number_of_item(text[start : ending.start()][:_LONGEST_WORD]):
        return False
    return _starts(following) and (stop[0] != "." or _may_end(word, opens=opens))


def _may_end(word: str, *, opens: bool) -> bool:
    """Whether a full stop after `word` can be the end, rather than part of an abbreviation."""
    if word in _LEADING:
        return False
    if word in _EITHER or (len(word) == 1 and word.isalpha()):
        return opens
    return True


def _is_number_of_item(sentence: str) -> bool:
    """Whether all there is of the sentence so far is "1" or "ii": its stop belongs to a list."""
    return re.fullmatch(r"\s*\(?(?:\d{1,2}|[ivx]{1,4})", sentence) is not None


def _starts(word: str) -> bool:
    """Whether a sentence can start with `word`: not with a small letter, unless its name is written so (xLSTM)."""
    return bool(word) and (not word[0].islower() or any(letter.isupper() for letter in word[1:]))


def _next_word(text: str, position: int) -> str:
    words = text[position : position + 2 * _LONGEST_WORD].split(maxsplit=1)
    return words[0].lstrip(_LEFT_SIGNS).rstrip(",:;.") if words else ""


def _asides(text: str) -> tuple[tuple[int, int], ...]:
    """The (start, end) of every bracket that is closed again soon."""
    opened: list[int] = []
    found = []
    for match in re.finditer(r"[()\[\]（）]", text):  # noqa: RUF001  full-width pairs
        sign = match.group()
        if sign not in _BRACKETS:
            opened.append(match.start())
        elif opened and text[opened[-1]] == _BRACKETS[sign]:
            found.append((opened.pop(), match.start()))
    return tuple((start, end) for start, end in found if end - start <= _LONGEST_ASIDE)


def _inside(text: str, start: int, ending: re.Match[str], asides: tuple[tuple[int, int], ...]) -> bool:
    """Whether the stop is within a bracket; one that holds the whole sentence, as in "(We checked.)", does not count."""
    at = ending.start()
    around = [(opened, closed) for opened, closed in asides if opened < at < closed]
    return any(closed >= ending.end() or text[start:opened].strip() for opened, closed in around)
