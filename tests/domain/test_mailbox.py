"""A mailbox is a bare address: nothing that could be more than one, or end a line, is taken for it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.mailbox import read_mailbox
from bot.errors import UserError
from bot.testing.hostile import HOSTILE

GOOD = {
    "ada@example.org": "ada@example.org",
    "  ada@example.org ": "ada@example.org",
    "ada.b+papers@Example.ORG": "ada.b+papers@example.org",
    "o'neil@sub.example.org": "o'neil@sub.example.org",
    "root@localhost": "root@localhost",
    "j\u00fcrgen@b\u00fccher.example": "j\u00fcrgen@xn--bcher-kva.example",
    "ada@fa\u00df.example": "ada@xn--fa-hia.example",
    "ada@FA\u1e9e.example": "ada@xn--fa-hia.example",
    "ada@\u03c2.b\u00fccher\u3002example": "ada@xn--3xa.xn--bcher-kva.example",
    "\u7f8a@example.org": "\u7f8a@example.org",
    f"{'a' * 64}@example.org": f"{'a' * 64}@example.org",
}
BAD = (
    *("", "ada", "@", "ada@", "@example.org", "ada@@example.org", "ada@b@example.org", ".ada@example.org"),
    *(
        "ada.@example.org",
        "a..b@example.org",
        "Ada <ada@example.org>",
        "<ada@example.org>",
        "ada@example.org,b@c.org",
    ),
    *(
        '"ada b"@example.org',
        "ada b@example.org",
        "ada@example.org\r\nBcc: eve@evil.example",
        "ada\x00@example.org",
    ),
    *(
        "ada@exa mple.org",
        "ada@-example.org",
        "ada@ex\u200dample.org",
        "ada@\u00df\u202eexample.org",
        "ada@example-.org",
        "ada@example..org",
        "ada@example.org.",
        "ada@[127.0.0.1]",
    ),
    *("ada(comment)@example.org", "a\u202eda@example.org", "a\u200bda@example.org", "ada\ud800@example.org"),
    *(f"{'a' * 65}@example.org", f"ada@{'a' * 64}.org", f"ada@{'a.' * 130}org", "ada\n", "ada@example.org\n"),
    *("ada@ex\u2028ample.org", "ada;b@example.org", "mailto:ada@example.org", "a\\b@example.org"),
)


@pytest.mark.parametrize("text", GOOD, ids=range(len(GOOD)))
def test_a_bare_address_is_read(text: str) -> None:
    mailbox = read_mailbox(text)
    assert str(mailbox) == GOOD[text]
    assert mailbox.is_ascii == mailbox.local.isascii()
    assert mailbox.domain.isascii()


@pytest.mark.parametrize("text", BAD, ids=range(len(BAD)))
def test_anything_more_or_less_is_refused(text: str) -> None:
    with pytest.raises(UserError, match="not a mail address"):
        read_mailbox(text)


@given(st.text() | st.sampled_from(HOSTILE) | st.text(alphabet="a@.\r\n\x00 <>,\u00fc", max_size=12))
def test_whatever_is_taken_is_one_line_with_one_at(text: str) -> None:
    try:
        taken = str(read_mailbox(text))
    except UserError:
        return
    assert taken.count("@") == 1
    assert taken.isprintable()
    assert not set(taken) & set(' <>,;:"()[]\\')
    assert len(taken.encode()) <= 254
    assert str(read_mailbox(taken)) == taken
