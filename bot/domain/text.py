"""What "the same word" means: one function decides it for matching, search and highlighting alike."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from itertools import pairwise

from .stemming import singular

# Curly quotes, primes and modifier letters become ', every kind of dash and minus becomes -, odd spaces a space.
PLAIN_MARKS = str.maketrans(
    "\u2018\u2019\u201a\u201b\u02bb\u02bc\u2032\uff07`\u00b4"
    "\u201c\u201d\u201e\u201f\u00ab\u00bb\u2033\uff02\u300c\u300d\u300e\u300f"
    "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d\u00a0\u2009\u202f\u3000",
    "'" * 10 + '"' * 12 + "-" * 10 + " " * 4,
    "\u00ad\u200b\u200c\u200d\u2060\ufeff",  # soft hyphens and zero-width characters hold no place
)

# Small words that glue nothing: the text "a symmetric" is not the word "asymmetric" (see `spelled`).
FUNCTION_WORDS = frozenset(
    """
    a an and are as at be been but by for from in into is it its no not of on or our than that the their them then
    these they this those to via was we were with
    """.split()  # noqa: SIM905 - a list of words reads best as words
)

_MARKS = re.compile(
    "[\u0300-\u036f\u0483-\u0489\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff"
    "\u3099\u309a\ufe00-\ufe0f\ufe20-\ufe2f]+"
)
_CJK = "\u3005\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
# LLMs, GPUs, MoEs: their capitals give the plural away. (Written so that the scan is for capitals: 3x faster.)
_ACRONYM_PLURAL = re.compile(r"([A-Z])(?<=[^\W_][A-Z])s(?![^\W_])")
_POSSESSIVE = re.compile(r"'[sS](?<=[^\W_]'[sS])(?![^\W_])")
_INNER_APOSTROPHE = re.compile(r"'(?<=[^\W_]')(?=[^\W\d_])")  # don't is dont, but NeurIPS'24 is two words

# Kept whole, each by a rule: C++ (also before digits), A* B+ C# and the like, R&D, 360°.
_WHOLE = (
    r"(?<!\*)[a-z](?:\+\+(?![a-z+])|[+#*](?![^\W_]|[+#*]))"
    r"|[a-z]{1,2}&[a-z]{1,2}(?![^\W_])"
    r"|\d+(?:\.\d+)*°"
)
_WORD = r"[^\W_{cjk}]+(?:(?<=\d)\.\d[^\W_{cjk}]*)*"  # decimals are one word: 3.5, qwen2.5, 0.5b
_ASCII_TOKEN = re.compile(f"{_WHOLE}|{_WORD.format(cjk='')}", re.ASCII)
_TOKEN = re.compile(f"{_WHOLE}|{_WORD.format(cjk=_CJK)}|[{_CJK}]+")
_ODD = re.compile(r"[+#*&.](?:(?<!\.)|(?=[0-9]))")  # where an ASCII text may hold a word that is kept whole
_WORDS_ONLY = {code: chr(code).lower() if chr(code).isalnum() else " " for code in range(128)}
_IS_CJK = re.compile(f"[{_CJK}]")
_CACHED_WORDS = 400_000  # a month of arXiv; then the cache starts afresh


class _Cache(dict[str, str]):
    """Words already seen, looked up at C speed."""

    def __init__(self, *, marked: bool) -> None:
        self.marked = marked

    def __missing__(self, word: str) -> str:
        if len(self) > _CACHED_WORDS:
            self.clear()
        stem = singular(word)
        piece = self[word] = f" {stem} " if self.marked and stem in FUNCTION_WORDS else stem
        return piece


_STEMS = _Cache(marked=False)
_PIECES = _Cache(marked=True)


def fold(text: str) -> list[str]:
    """Return the words of a text without accents and case, plurals as they stand; for names and venues."""
    if not text.isascii():
        return _fold_any(text)
    return _ascii_words(_without_endings(text))


def normalise(text: str) -> tuple[str, ...]:
    """Return the words of a text, so that two texts say the same word exactly when they hold the same token.

    Accents, case and plurals are gone (`stemming.py` lists the plural rules), CJK is cut into overlapping pairs of
    characters, and C++, A*, R&D, 360° and decimals stay whole. Every token is its own only token:
    `normalise(token) == (token,)`.
    """
    return tuple(map(_STEMS.__getitem__, fold(text)))


def pieces(text: str) -> list[str]:
    """Return the words of a text ready to be joined: `spelled(run) == "".join(pieces of the run)`."""
    return list(map(_PIECES.__getitem__, fold(text)))


def spelled(tokens: Iterable[str]) -> str:
    """Return the letters of a run of words: two runs are one compound when they spell the same.

    "fine tuning" and "finetuning" do. A function word keeps a space on both sides, which no token holds, so
    "a symmetric" is not "asymmetric" while "bag of words" is still itself.
    """
    return "".join(f" {token} " if token in FUNCTION_WORDS else token for token in tokens)


def readable(tokens: Iterable[str]) -> str:
    """Return tokens as text that `normalise` reads back as the same tokens; CJK pairs are joined again."""
    text = ""
    for token in tokens:
        overlaps = len(token) == 2 and _IS_CJK.match(token) and _ends_in_pair(text) and text[-1] == token[0]
        text += token[1] if overlaps else f" {token}"
    return text.lstrip()


def clip(text: str, limit: int) -> str:
    """Return the text in at most `limit` characters, cut between words, or else graphemes, with an ellipsis."""
    if len(text) <= limit:
        return text
    if limit < 1:
        return ""
    cut = _grapheme_start(text, limit - 1)
    space = text.rfind(" ", 0, cut + 1)
    end = space if space > cut // 2 else cut  # a single long word is cut inside
    return text[:end].rstrip(" ,;:.-([") + "…"


def _ascii_words(text: str) -> list[str]:
    if _ODD.search(text):
        return _ASCII_TOKEN.findall(text.lower())
    return text.translate(_WORDS_ONLY).split()  # the same words, three times faster


def _without_endings(text: str) -> str:
    if "'" in text:
        text = _INNER_APOSTROPHE.sub("", _POSSESSIVE.sub("", text))
    return _ACRONYM_PLURAL.sub(r"\1", text)


def _fold_any(text: str) -> list[str]:
    folded = _without_endings(_decomposed(text)).casefold()
    if folded.isascii():
        return _ascii_words(folded)
    words: list[str] = []
    for word in _TOKEN.findall(_decomposed(folded)):
        if _IS_CJK.match(word) and len(word) > 2:
            words += map("".join, pairwise(word))
            continue
        words.append(word)
    return words


def _decomposed(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.translate(PLAIN_MARKS)).translate(PLAIN_MARKS)
    return unicodedata.normalize("NFC", _MARKS.sub("", plain))  # puts Korean syllables together again


def _ends_in_pair(text: str) -> bool:
    last = text.rpartition(" ")[2]
    return len(last) > 1 and _IS_CJK.match(last) is not None


def _grapheme_start(text: str, position: int) -> int:
    """Return the last grapheme boundary at or before a position: marks, joiners and flags stay with their base."""
    while 0 < position < len(text) and _continues(text, position):
        position -= 1
    return position


def _continues(text: str, position: int) -> bool:
    here, before = text[position], text[position - 1]
    if unicodedata.category(here) in ("Mn", "Me", "Mc") or here in "\u200d\ufe0f" or before == "\u200d":
        return True
    if "\U0001f3fb" <= here <= "\U0001f3ff":  # skin tones
        return True
    flags = 0
    while flags <= position and "\U0001f1e6" <= text[position - flags] <= "\U0001f1ff":
        flags += 1
    return flags > 0 and flags % 2 == 0  # the second half of a flag
