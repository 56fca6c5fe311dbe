"""How a fake platform says no, read back the way an adapter reads it: status and headers to a `DeliveryError`."""

from __future__ import annotations

import math
from datetime import timedelta
from email.utils import format_datetime
from typing import NoReturn

from bot.domain.retry_after import retry_after
from bot.errors import AuthFailed, DestinationGone, Rejected, Throttled, Unknown
from bot.ports import Clock

from .faults import Deny, Fault, Faults, Form, Lost, Reject, Throttle

IN_FLIGHT = 1.0  # seconds a request may have been on its way when patience was asked for


def lost_answer(how: Lost) -> Exception:
    """What a caller sees when the answer is lost."""
    if how is Lost.TIMEOUT:
        return TimeoutError(how.value)
    return Unknown(f"Nobody knows whether it was posted: {how.value}.")


def check_standing(faults: Faults, channel: str) -> None:
    """Raise what lasts: a token taken back, a channel archived."""
    if faults.token_revoked:
        raise AuthFailed("The token is not accepted.")
    if faults.is_gone(channel):
        raise DestinationGone("The channel is archived.")


def raise_fault(fault: Fault | None) -> None:
    """Raise what the request itself is told."""
    match fault:
        case Reject():
            raise Rejected("The payload is refused.")
        case Deny():
            raise AuthFailed("The token is not accepted.")
        case _:
            return


class Patience:
    """The Retry-After times that are running, per lane and per channel."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._asked: dict[tuple[str, str], tuple[float, float, Form]] = {}  # since, until, how it is written

    def ask(self, lane: str, channel: str, fault: Throttle) -> None:
        """Be left alone from now on, for so long."""
        now = self._clock.monotonic()
        place = (lane, "") if fault.whole_lane else (lane, channel)
        self._asked[place] = (now, now + fault.seconds, fault.form)

    def check(self, lane: str, channel: str) -> None:
        """Raise `Throttled` while it runs."""
        now = self._clock.monotonic()
        for place in ((lane, ""), (lane, channel)):
            _, until, form = self._asked.get(place, (now, now, Form.SECONDS))
            if until > now:
                self._refuse(until - now, form, whole_lane=place[1] == "")

    def is_early(self, lane: str, channel: str) -> bool:
        """Whether a request now disregards it, other than by having been on its way already."""
        now = self._clock.monotonic()
        running = (
            self._asked.get(place, (now, now, Form.SECONDS)) for place in ((lane, ""), (lane, channel))
        )
        return any(since + IN_FLIGHT < now < until for since, until, _ in running)

    def _refuse(self, seconds: float, form: Form, *, whole_lane: bool) -> NoReturn:
        asked = retry_after(self._header(seconds, form), self._clock.now())
        raise Throttled("429: slow down.", retry_after=asked or 0.0, whole_lane=whole_lane)

    def _header(self, seconds: float, form: Form) -> str:
        match form:
            case Form.SECONDS:
                return str(math.ceil(seconds))
            case Form.FLOAT:
                return f"{seconds:.3f}"
            case Form.DATE:
                # A date has no fractions: the next full second, so that nobody comes early.
                until = self._clock.now() + timedelta(seconds=seconds + 1)
                return format_datetime(until, usegmt=True)
