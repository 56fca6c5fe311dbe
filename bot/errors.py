"""Every error the bot raises on purpose, grouped by who must act.

PaperRoundError
+-- UserError            the person who asked; told privately, never logged as an error
|   +-- InvalidQuery     a query that cannot be read
|   +-- NotFound         no such paper, subscription, topic, feed
|   +-- NotAllowed       the asker may not do this here
+-- ConfigError          the operator, before anything runs (exit 2)
+-- SchemaError          the operator: the database belongs to another version (exit 3)
+-- StoreBusy            nobody: try again (exit 5)
+-- SourceError          nobody, or the operator if it lasts: other sources go on, the next run retries
+-- DeliveryError        see its subclasses: each names who must act
    +-- Transient        nobody: certainly not posted, try again later
    +-- Throttled        nobody: wait `retry_after` seconds
    +-- Unknown          nobody: it may have been posted; ask the platform before sending again
    +-- DestinationGone  the channel's people: it is held until somebody acts
    +-- Rejected         us: the platform will never take this payload
    +-- AuthFailed       the operator: the token is no good (exit 4)
"""

from __future__ import annotations


class PaperRoundError(Exception):
    """Something went wrong in a way we know."""

    code = "P-ERROR"
    exit_code = 1

    def __init__(self, what: str, *, fix: str = "") -> None:
        """`what` says what happened and what it means; `fix` is one thing to try."""
        super().__init__(what)
        self.what = what
        self.fix = fix

    def __str__(self) -> str:
        return f"{self.what} {self.fix}".strip()


class UserError(PaperRoundError):
    """The asker can mend this by asking differently."""

    code = "P-USER"
    exit_code = 2


class InvalidQuery(UserError):
    """The query cannot be read; `column` (from 1) is where, when it is known."""

    code = "P-QUERY"

    def __init__(self, what: str, *, fix: str = "", column: int | None = None) -> None:
        super().__init__(what, fix=fix)
        self.column = column


class NotFound(UserError):
    """What was asked for is not here."""

    code = "P-NOT-FOUND"
    exit_code = 1


class NotAllowed(UserError):
    """The asker may not do this here."""

    code = "P-NOT-ALLOWED"


class ConfigError(PaperRoundError):
    """A setting is missing or cannot be used; the message names it."""

    code = "P-CONFIG"
    exit_code = 2


class SchemaError(PaperRoundError):
    """The database was written by another version."""

    code = "P-SCHEMA"
    exit_code = 3


class StoreBusy(PaperRoundError):
    """The database did not answer in time; nothing was changed."""

    code = "P-STORE-BUSY"
    exit_code = 5


class SourceError(PaperRoundError):
    """A source could not be read; what it held is fetched again next time.

    `reason` is a short stable code: timeout, unreachable, refused_address, too_large, bad_status, throttled,
    not_the_expected_kind, empty_body, malformed, too_many_redirects. `retry_after` is in seconds (throttled), `status`
    the HTTP status (bad_status).
    """

    code = "P-SOURCE"
    exit_code = 5

    def __init__(
        self,
        what: str,
        *,
        reason: str,
        fix: str = "",
        retry_after: float | None = None,
        status: int | None = None,
    ) -> None:
        super().__init__(what, fix=fix)
        self.reason = reason
        self.retry_after = retry_after
        self.status = status


class DeliveryError(PaperRoundError):
    """A message could not be delivered."""

    code = "P-DELIVERY"


class Transient(DeliveryError):
    """Certainly not posted; worth another try."""

    code = "P-TRANSIENT"
    exit_code = 5


class Throttled(DeliveryError):
    """The platform asked for patience; certainly not posted."""

    code = "P-THROTTLED"
    exit_code = 5

    def __init__(self, what: str, *, retry_after: float, fix: str = "", whole_lane: bool = False) -> None:
        """`retry_after` is in seconds; `whole_lane` when it holds for the token and not for one channel."""
        super().__init__(what, fix=fix)
        self.retry_after = retry_after
        self.whole_lane = whole_lane


class Unknown(DeliveryError):
    """The outcome is unknown: it may have been posted."""

    code = "P-UNKNOWN"
    exit_code = 5


class DestinationGone(DeliveryError):
    """The channel is gone, archived or closed to the bot."""

    code = "P-GONE"


class Rejected(DeliveryError):
    """The platform refuses this payload for good."""

    code = "P-REJECTED"


class AuthFailed(DeliveryError):
    """The token is not accepted."""

    code = "P-AUTH"
    exit_code = 4
