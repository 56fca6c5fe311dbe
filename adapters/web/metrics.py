"""/metrics, as Prometheus reads it: https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.errors import PaperRoundError

from .addresses import Addresses

KIND = "text/plain; version=0.0.4; charset=utf-8"
PREFIX = "paperround_"
ALL, LOOPBACK = "all", "loopback"
Labels: TypeAlias = Mapping[str, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Metric:
    """One figure, perhaps one for each value of a label; labels name states and chats, never anybody."""

    name: str  # without the prefix: "slots_total"
    help: str
    values: Iterable[tuple[Labels, float]] = field(default=())
    kind: str = "gauge"  # or "counter"


Measuring: TypeAlias = Callable[[], Awaitable[Iterable[Metric]]]


def metrics_route(measure: Measuring, addresses: Addresses, who: str) -> Route:
    """`/metrics` for this machine ("loopback") or everybody ("all"); for others there is no such page."""

    async def metrics(request: Request) -> Response:
        if who != ALL and not addresses.is_here(request.scope):
            raise HTTPException(404)
        try:
            text = exposed(await measure())
        except PaperRoundError:
            raise HTTPException(503) from None
        return PlainTextResponse(text, media_type=KIND)

    return Route("/metrics", metrics)


def exposed(metrics: Iterable[Metric]) -> str:
    """Figures as text."""
    return "".join(line + "\n" for metric in metrics for line in _lines(metric))


def _lines(metric: Metric) -> Iterable[str]:
    name = PREFIX + metric.name
    yield f"# HELP {name} {metric.help}"
    yield f"# TYPE {name} {metric.kind}"
    for labels, value in metric.values:
        said = ",".join(f'{label}="{_escaped(text)}"' for label, text in labels.items())
        yield f"{name}{{{said}}} {_number(value)}" if said else f"{name} {_number(value)}"


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) else repr(value)


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
