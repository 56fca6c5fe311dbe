"""Whether a request comes from Slack, and now: https://docs.slack.dev/authentication/verifying-requests-from-slack.

Looked at before anything reads the request, for nothing in it can be trusted until then: bolt decodes a body and
converts a timestamp without asking whether they can be.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from slack_sdk.signature import Clock as SignatureClock
from slack_sdk.signature import SignatureVerifier

from bot.ports import Clock

SIGNATURE, TIMESTAMP = "x-slack-signature", "x-slack-request-timestamp"
IS_SIGNATURE = re.compile(r"v0=[0-9a-f]{64}")
IS_TIMESTAMP = re.compile(r"[0-9]{1,12}")

Values = Callable[[str], Sequence[str]]  # a header's values by its lower-case name


class Signed:
    """Knows Slack's requests by the signing secret."""

    def __init__(self, secret: str, clock: Clock) -> None:
        self._verifier = SignatureVerifier(secret, _Seconds(clock))

    def text(self, body: bytes, values: Values) -> str | None:
        """The body of a request that Slack sent within the last five minutes; None for any other."""
        signature, timestamp = only(values(SIGNATURE)), only(values(TIMESTAMP))
        if not IS_SIGNATURE.fullmatch(signature) or not IS_TIMESTAMP.fullmatch(timestamp):
            return None
        try:
            text = body.decode()
        except UnicodeDecodeError:
            return None
        return text if self._verifier.is_valid(text, timestamp, signature) else None


class _Seconds(SignatureClock):
    """Our clock, as the verifier reads one."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def now(self) -> float:
        return self._clock.now().timestamp()


def only(values: Sequence[str]) -> str:
    """The value of a header that is there once; "" for any other, which is nobody's to choose from."""
    return values[0] if len(values) == 1 else ""
