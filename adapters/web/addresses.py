"""Who asks: the address of whoever is at the other end, behind proxies that the operator trusts, and no others."""

from __future__ import annotations

from collections.abc import Iterable, MutableMapping, Sequence
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any, TypeAlias

import structlog
from starlette.datastructures import Headers

Event: TypeAlias = MutableMapping[str, Any]  # ASGI's own
IP: TypeAlias = IPv4Address | IPv6Address
FORWARDING = ("x-forwarded-for", "forwarded", "x-real-ip", "via", "x-forwarded-host")
MOST_HOPS = 20
NOBODY = IPv4Address(0)  # a peer without an address: a socket of this machine

log = structlog.get_logger()


@dataclass(kw_only=True, slots=True)
class Addresses:
    """Tells who asks."""

    trusted: Sequence[IPv4Network | IPv6Network] = ()
    _warned: bool = field(default=False, init=False)

    @classmethod
    def behind(cls, proxies: Iterable[str]) -> Addresses:
        """With the proxies of these addresses or networks."""
        return cls(trusted=tuple(ip_network(one, strict=False) for one in proxies))

    def of(self, scope: Event) -> IP:
        """Whoever asked: the last hop that is no proxy of ours."""
        peer, headers = _peer(scope), Headers(scope=scope)
        if not self._is_ours(peer):
            self._wonder(peer, headers)
            return peer
        seen = peer
        for hop in reversed(_hops(headers)[-MOST_HOPS:]):
            found = _read(hop)
            if found is None:
                return seen
            seen = found
            if not self._is_ours(seen):
                return seen
        return seen

    def is_here(self, scope: Event) -> bool:
        """Whether this machine itself asks, and for nobody else."""
        headers = Headers(scope=scope)
        return _peer(scope).is_loopback and not any(name in headers for name in FORWARDING)

    def _is_ours(self, address: IP) -> bool:
        return any(address in network for network in self.trusted)

    def _wonder(self, peer: IP, headers: Headers) -> None:
        """Say once that all readers look like one: limits would be for all of them together."""
        if not self._warned and "x-forwarded-for" in headers and (peer.is_loopback or peer.is_private):
            self._warned = True
            log.warning(
                "web.proxy_not_trusted",
                proxy=str(peer),
                fix=f"All readers count as one address; PAPERROUND_TRUSTED_PROXIES={peer} tells them apart.",
            )


def counted_as(address: IP) -> str:
    """Whom limits count together: one address; of IPv6 the network that one customer has."""
    if isinstance(address, IPv6Address):
        return str(ip_network((address, 64), strict=False))
    return str(address)


def _peer(scope: Event) -> IP:
    client = scope.get("client")
    return (_read(str(client[0])) if client else None) or NOBODY


def _hops(headers: Headers) -> list[str]:
    return [hop for line in headers.getlist("x-forwarded-for") for hop in line.split(",")]


def _read(text: str) -> IP | None:
    """An address, perhaps with a port; the IPv4 address within an IPv6 one."""
    bare = text.strip()
    if bare.startswith("["):
        bare = bare[1:].partition("]")[0]
    elif bare.count(":") == 1:
        bare = bare.partition(":")[0]
    try:
        found = ip_address(bare.partition("%")[0])
    except ValueError:
        return None
    return (found.ipv4_mapped or found) if isinstance(found, IPv6Address) else found
