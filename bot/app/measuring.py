"""What `/metrics` tells: the ledger's figures, and those of this process."""

from __future__ import annotations

import platform
import time
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from bot import __version__
from bot.domain.delivery import SlotState, Status
from bot.ports import ChatAdapter, Refusable
from bot.storage import Figures

from .build import App
from .lag import LoopLag

if TYPE_CHECKING:
    from adapters.web.metrics import Metric

FRESH_SECONDS = 10.0  # however often it is asked, the ledger is counted no more often
FINAL = (SlotState.SENT, SlotState.EMPTY, SlotState.SKIPPED, SlotState.DEAD)
WAITING = (Status.PENDING, Status.SENDING, Status.UNCERTAIN, Status.HELD)


class Measures:
    """Measures, and remembers it for a moment."""

    def __init__(self, app: App, lag: LoopLag, refused: Mapping[str, int]) -> None:
        """`refused` are requests over the limits of this web server, by their kind."""
        self._app = app
        self._lag = lag
        self._refused = refused
        self._figures: Figures | None = None
        self._at = 0.0

    async def __call__(self) -> Iterable[Metric]:
        """Everything, as it stands."""
        now = time.monotonic()
        if self._figures is None or now - self._at > FRESH_SECONDS:
            self._figures = await self._app.store.figures(self._app.clock.now())
            self._at = now
        return [*of_ledger(self._figures), *self._of_process()]

    def _of_process(self) -> Iterator[Metric]:
        from adapters.web.metrics import Metric  # noqa: PLC0415 - an extra, for those who serve

        yield Metric(
            name="invalid_requests",
            help="Requests that a chat's platform refused lately; too many and it shuts the door.",
            values=list(_refusals(self._app.adapters)),
        )
        yield Metric(
            name="source_fetch_seconds",
            help="How long a source took when this process asked it last.",
            values=[({"source": name}, took) for name, took in sorted(self._app.fetch_seconds.items())],
        )
        yield Metric(
            name="http_refused_total",
            help="Requests to this web server over the limit of their address.",
            values=[({"kind": kind}, number) for kind, number in sorted(self._refused.items())],
            kind="counter",
        )
        yield Metric(
            name="event_loop_lag_seconds",
            help="The longest the event loop kept anybody waiting in the last minute.",
            values=[({}, self._lag.worst)],
        )
        about = {"version": __version__, "python": platform.python_version()}
        yield Metric(name="build_info", help="Always 1.", values=[(about, 1)])


def of_ledger(figures: Figures) -> Iterator[Metric]:
    """What the database says of everything."""
    yield from _of_slots(figures)
    yield from _of_messages(figures)
    yield from _of_papers(figures)


def _of_slots(figures: Figures) -> Iterator[Metric]:
    from adapters.web.metrics import Metric  # noqa: PLC0415 - as above

    yield Metric(
        name="slots_total",
        help="Digests that were due, by how they ended.",
        values=[({"state": state.value}, figures.slots[state.value]) for state in FINAL],
        kind="counter",
    )
    yield Metric(
        name="slots_open",
        help="Digests that are planned and have not ended.",
        values=[({}, figures.slots[SlotState.OPEN.value])],
    )
    late = figures.lateness
    ages = {"half": late.half, "95_of_100": late.most, "all": late.last}
    yield Metric(
        name="delivery_lateness_seconds",
        help="How long after its time so many of the last day's digests had come.",
        values=[({"of": of}, seconds) for of, seconds in ages.items()],
    )


def _of_messages(figures: Figures) -> Iterator[Metric]:
    from adapters.web.metrics import Metric  # noqa: PLC0415 - as above

    platforms = sorted({name for name, _ in figures.parts})
    yield Metric(
        name="delivery_parts",
        help="Messages by how they stand, those not yet pruned.",
        values=[
            ({"adapter": name, "outcome": status}, number) for (name, status), number in figures.parts.items()
        ],
    )
    yield Metric(
        name="outbox_pending",
        help="Messages still to be sent.",
        values=[
            ({"adapter": name}, sum(figures.parts[name, status.value] for status in WAITING))
            for name in platforms
        ],
    )
    yield Metric(
        name="dead_letters",
        help="Messages that were given up; `paperround deliveries` lists them.",
        values=[({"adapter": name}, figures.parts[name, Status.DEAD.value]) for name in platforms],
    )
    yield Metric(
        name="rate_limit_remaining_ratio",
        help="The share of a chat's workspaces to which messages may go now: not paused, and not asked to wait.",
        values=[({"adapter": name}, free / every) for name, (free, every) in sorted(figures.lanes.items())],
    )


def _of_papers(figures: Figures) -> Iterator[Metric]:
    from adapters.web.metrics import Metric  # noqa: PLC0415 - as above

    yield Metric(
        name="source_last_success_timestamp_seconds",
        help="When a source answered well last.",
        values=[({"source": name}, at.timestamp()) for name, at in sorted(figures.sources.items())],
    )
    last = figures.last_run
    yield Metric(
        name="last_run_timestamp_seconds",
        help="When a periodic job began last.",
        values=[({}, last.timestamp())] if last else [],
    )
    yield Metric(name="papers", help="Papers that are kept.", values=[({}, figures.papers)])
    yield Metric(
        name="destinations",
        help="Channels and mailboxes that are known.",
        values=[({}, figures.destinations)],
    )


def _refusals(adapters: Mapping[str, ChatAdapter]) -> Iterator[tuple[dict[str, str], int]]:
    for name, adapter in sorted(adapters.items()):
        if isinstance(adapter, Refusable):
            yield {"adapter": name}, adapter.refused_lately()
