from __future__ import annotations

import re

from bot.domain.delivery import delivery_key
from bot.domain.subscription import Address

HOME = Address(platform="slack", workspace="T01", channel="C01")


def test_a_key_is_25_small_base32_characters_and_always_the_same() -> None:
    key = delivery_key(HOME, 7, "2026-06-01", 0)
    assert re.fullmatch(r"[a-z2-7]{25}", key)
    assert key == "5x5ooieimlbpckxmnf5dxoso4"


def test_every_part_of_every_slot_of_every_channel_has_its_own() -> None:
    other = Address(platform="slack", workspace="T01", channel="C02")
    keys = {
        delivery_key(address, number, day, part)
        for address in (HOME, other)
        for number in (1, 2)
        for day in ("2026-06-01", "2026-06-02", "manual:1")
        for part in range(12)
    }
    assert len(keys) == 2 * 2 * 3 * 12
