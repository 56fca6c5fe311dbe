"""Queries that no paper can ever match: `a -a`, or listed after it was listed before."""

from __future__ import annotations

from bot.errors import InvalidQuery

from .query_form import canonical, key
from .terms import And, AtLeast, Listed, Node, Not, Or


def check_possible(node: Node, text: str) -> None:
    """Raise `InvalidQuery` when a simplified query asks for two things that exclude each other."""
    clash = _clash(node, ())
    if isinstance(clash, Listed):
        raise InvalidQuery(
            f"Nothing can be both `since:{clash.since}` and `until:{clash.until}`: the first day is after the last.",
            fix=f"Turn them round: `since:{clash.until} until:{clash.since}`.",
            column=_column(text, "since:"),
        )
    if clash is not None:
        said = canonical(clash)
        raise InvalidQuery(
            f"Nothing can be both `{said}` and `{canonical(Not(clash))}`.",
            fix="Take one of the two out.",
            column=_column(text, said),
        )


def _clash(node: Node, denied: tuple[Node, ...]) -> Node | None:
    """Return what cannot be had where `denied` is left out, None when something can."""
    if isinstance(node, Or):
        clashes = [_clash(each, denied) for each in node.nodes]
        return clashes[0] if None not in clashes else None
    if not isinstance(node, And):
        return next((each for each in denied if _excludes(each, node)), None)
    denied = (*denied, *(each.node for each in node.nodes if isinstance(each, Not)))
    found = (_clash(each, denied) for each in node.nodes if not isinstance(each, Not))
    return next((clash for clash in found if clash is not None), _empty_days(node))


def _excludes(denied: Node, node: Node) -> bool:
    if isinstance(denied, AtLeast) and isinstance(node, AtLeast):
        return denied.count is node.count and denied.number <= node.number
    return key(denied) == key(node)


def _empty_days(node: And) -> Listed | None:
    """Return the days asked for when the last of them comes before the first."""
    asked = [each for each in node.nodes if isinstance(each, Listed)]
    since = max((each.since for each in asked if each.since), default=None)
    until = min((each.until for each in asked if each.until), default=None)
    return Listed(since=since, until=until) if since and until and since > until else None


def _column(text: str, said: str) -> int:
    return text.casefold().find(said.casefold()) + 1 or 1
