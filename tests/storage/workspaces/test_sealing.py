"""Tokens are sealed with a key, each to its own place."""

from __future__ import annotations

import base64

import pytest
from pydantic import SecretStr

from bot.config import Settings
from bot.errors import ConfigError
from bot.storage.sealing import Keys, Place, is_sealed
from bot.testing.builders import make_secret_key

TOKEN = "xoxb-canary-1234567890"
HERE = Place(platform="slack", workspace="T01", field="token")
ELSEWHERE = (
    Place(platform="slack", workspace="T02", field="token"),
    Place(platform="discord", workspace="T01", field="token"),
    Place(platform="slack", workspace="T01", field="refresh_token"),
)


def test_what_was_sealed_is_opened() -> None:
    keys = Keys.of(make_secret_key())
    sealed = keys.seal(TOKEN, HERE)
    assert is_sealed(sealed)
    assert keys.open(sealed, HERE) == TOKEN
    assert TOKEN not in sealed
    assert keys.seal(TOKEN, HERE) != sealed  # never the same nonce twice


def test_nothing_is_sealed_as_nothing_whatever_the_keys() -> None:
    assert Keys.of("").seal("", HERE) == ""
    assert Keys.of("").open("", HERE) == ""


def test_any_text_comes_back_as_it_was() -> None:
    keys = Keys.of(make_secret_key())
    for text in ("x", "ключ 🔑", "a:b," * 1000):
        assert keys.open(keys.seal(text, HERE), HERE) == text


@pytest.mark.parametrize("elsewhere", ELSEWHERE, ids=str)
def test_a_value_that_was_moved_elsewhere_is_refused(elsewhere: Place) -> None:
    keys = Keys.of(make_secret_key())
    with pytest.raises(ConfigError, match=f"{elsewhere.workspace} is not what was sealed there") as refused:
        keys.open(keys.seal(TOKEN, HERE), elsewhere)
    assert refused.value.fix


def test_a_value_that_was_changed_anywhere_is_refused() -> None:
    keys = Keys.of(make_secret_key())
    key_id, _, text = keys.seal(TOKEN, HERE).partition(":")
    whole = base64.urlsafe_b64decode(text)
    for number in range(len(whole)):
        changed = whole[:number] + bytes([whole[number] ^ 1]) + whole[number + 1 :]
        with pytest.raises(ConfigError, match="T01 is not what was sealed there"):
            keys.open(f"{key_id}:{base64.urlsafe_b64encode(changed).decode()}", HERE)


@pytest.mark.parametrize("rest", ["", "AA==", "A", "not base64!", "AAAA" * 100])
def test_what_is_no_sealed_value_at_all_is_refused(rest: str) -> None:
    keys = Keys.of(make_secret_key())
    with pytest.raises(ConfigError, match="T01 is not what was sealed there"):
        keys.open(f"{keys.newest}:{rest}", HERE)
    with pytest.raises(ConfigError, match="T01 is not what was sealed there"):
        keys.open(TOKEN, HERE)


def test_the_first_key_seals_and_all_open() -> None:
    former, newer = make_secret_key(), make_secret_key()
    old, both, new = Keys.of(former), Keys.of(f" {newer} , {former},"), Keys.of(newer)
    sealed = old.seal(TOKEN, HERE)
    assert both.open(sealed, HERE) == TOKEN
    assert not both.is_current(sealed)
    assert both.newest == new.newest != old.newest
    assert new.open(both.seal(TOKEN, HERE), HERE) == TOKEN


def test_the_key_that_is_missing_is_named_by_its_variable_and_id() -> None:
    former, other = Keys.of(make_secret_key()), Keys.of(make_secret_key())
    with pytest.raises(
        ConfigError, match=f"PAPERROUND_SECRET_KEY.*{former.newest}.*slack workspace T01"
    ) as refused:
        other.open(former.seal(TOKEN, HERE), HERE)
    assert "new,former" in refused.value.fix


def test_without_a_key_nothing_is_sealed_or_opened() -> None:
    sealed = Keys.of(make_secret_key()).seal(TOKEN, HERE)
    for refused in (lambda: Keys.of("").seal(TOKEN, HERE), lambda: Keys.of(" , ").open(sealed, HERE)):
        with pytest.raises(ConfigError, match="PAPERROUND_SECRET_KEY is not set") as error:
            refused()
        assert "`paperround init` makes one" in error.value.fix


NO_KEYS = {
    "a word": "secret",
    "short": "A" * 40,
    "cut off": make_secret_key()[:-4],
    "too long": make_secret_key() + "AAAA",
    "no letters of base64": "ключ",
    "a mark within": "A" * 42 + "!=",
}


@pytest.mark.parametrize("key", NO_KEYS.values(), ids=NO_KEYS)
def test_what_is_no_key_is_refused_without_showing_it(key: str) -> None:
    with pytest.raises(ConfigError, match="PAPERROUND_SECRET_KEY cannot be used") as refused:
        Keys.of(key)
    assert key not in str(refused.value)
    assert refused.value.__cause__ is None
    with pytest.raises(ConfigError, match="number 2"):
        Keys.of(f"{make_secret_key()},{key}")


def test_a_key_may_come_without_its_filling() -> None:
    key = make_secret_key()
    assert Keys.of(key.rstrip("=")).newest == Keys.of(key).newest


def test_keys_are_not_shown() -> None:
    key = make_secret_key()
    raw = base64.urlsafe_b64decode(key)
    assert repr(raw)[2:-1] not in repr(Keys.of(key))
    assert repr(Keys.of(key)) == "Keys()"
    assert key not in repr(Settings(secret_key=SecretStr(key)))
