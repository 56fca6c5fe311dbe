"""Which addresses and URLs the bot may fetch from: the public internet, and what the operator opens.

`ipaddress.is_global` calls several ways into a private network public (NAT64, 6to4, multicast, `::127.0.0.1`), so it is
only half of the rule; the other half is `NOT_PUBLIC`.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from typing import TypeAlias

import httpx

from bot.errors import ConfigError, SourceError

IPAddress: TypeAlias = IPv4Address | IPv6Address
IPNetwork: TypeAlias = IPv4Network | IPv6Network

# https://www.iana.org/assignments/iana-ipv4-special-registry and .../iana-ipv6-special-registry
NOT_PUBLIC: tuple[IPNetwork, ...] = tuple(
    ipaddress.ip_network(cidr)
    for cidr in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",  # shared by carriers; also a cloud's metadata, 100.100.100.200
        "127.0.0.0/8",
        "169.254.0.0/16",  # link-local, metadata
        "172.16.0.0/12",
        "192.0.0.0/24",  # protocol assignments; another cloud's metadata, 192.0.0.192
        "192.0.2.0/24",
        "192.88.99.0/24",  # 6to4 relays
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
        "168.63.129.16/32",  # a cloud's own wire server, on a public address
        "::/96",  # unspecified, loopback, and IPv4 addresses in the oldest dress
        "::ffff:0:0:0/96",  # IPv4-translated
        "64:ff9b:1::/48",  # NAT64 for local use
        "100::/64",
        "2001::/23",  # Teredo and other protocol assignments
        "2001:db8::/32",
        "2002::/16",  # 6to4: an IPv4 address of the sender's choice
        "3fff::/20",
        "5f00::/16",
        "fc00::/7",  # unique local; metadata, fd00:ec2::254
        "fe80::/10",
        "fec0::/10",
        "ff00::/8",
    )
)
NAT64 = IPv6Network("64:ff9b::/96")  # RFC 6052: the last 32 bits are the IPv4 address it leads to
LAST_PORT = 65_535
USUAL_PORTS = frozenset({80, 443})
URL_LIMIT = 2_000


def networks(cidrs: Sequence[str]) -> tuple[IPNetwork, ...]:
    """The networks an operator opens; raises `ConfigError` naming the one that cannot be read."""
    found = []
    for cidr in filter(None, (text.strip() for text in cidrs)):
        try:
            found.append(ipaddress.ip_network(cidr, strict=False))
        except ValueError as error:
            raise ConfigError(
                f"PAPERROUND_ALLOW_PRIVATE_NETWORKS holds {cidr!r}, which is not a network.",
                fix="Write CIDRs such as 10.0.0.0/8,fd00::/8.",
            ) from error
    return tuple(found)


def is_public(address: IPAddress) -> bool:
    """Whether an address is on the public internet, and no way round into a private network."""
    leads_to = _behind(address)
    if leads_to is not address:
        return is_public(leads_to)
    return address.is_global and not _inside(address, NOT_PUBLIC)


def is_opened(address: IPAddress, allowed: Sequence[IPNetwork]) -> bool:
    """Whether the operator listed a network that holds this address (or the one mapped into it)."""
    return _inside(address, allowed) or _inside(_mapped(address), allowed)


def vet(
    host: str, port: int, addresses: Sequence[str], *, allowed: Sequence[IPNetwork] = ()
) -> tuple[str, ...]:
    """The addresses, when every one of them may be connected to on that port; else raises `SourceError`.

    One bad address spoils the lot: a name that answers with a public and a private one is an attack or a mistake.
    """
    read = [ipaddress.ip_address(text) for text in addresses]
    opened = [is_opened(address, allowed) for address in read]
    if not read:
        raise SourceError(f"{host} has no address, so it cannot be fetched.", reason="unreachable")
    if not all(ok or is_public(address) for ok, address in zip(opened, read, strict=True)):
        raise refused(
            f"{host} leads to an address inside a private network, which is not fetched.",
            fix="If it is yours, list its network in PAPERROUND_ALLOW_PRIVATE_NETWORKS.",
        )
    if port not in USUAL_PORTS and not all(opened):
        raise refused(f"{host} asks for port {port}; only 80 and 443 are fetched.")
    return tuple(str(address) for address in read)


def vet_url(text: str) -> httpx.URL:
    """The URL without its fragment, when it is plain http or https to a named host; else raises `SourceError`."""
    if len(text) > URL_LIMIT or any(ord(char) <= 0x20 or char in "\\\x7f" for char in text):
        raise refused("The URL is too long or holds spaces or control characters, so it was not fetched.")
    try:
        url = httpx.URL(text).copy_with(fragment=None)
        host = url.host  # read here, for it may be no name at all ("xn--a")
    except (httpx.InvalidURL, ValueError) as error:
        raise refused("The URL cannot be read, so it was not fetched.") from error
    if url.port is not None and not 0 < url.port <= LAST_PORT:
        raise refused(f"There is no port {url.port}, so the URL was not fetched.")
    if url.scheme not in {"http", "https"}:
        raise refused(f"Only http and https are fetched, not {url.scheme or 'a URL without a scheme'!s}.")
    if url.userinfo or not host or "%" in host:
        raise refused("A URL to fetch needs a host and no user name, so it was not fetched.")
    return url


def refused(what: str, fix: str = "") -> SourceError:
    """The error for what is not fetched by rule."""
    return SourceError(what, reason="refused_address", fix=fix)


def _behind(address: IPAddress) -> IPAddress:
    """The IPv4 address that a mapped or NAT64 address leads to; any other address itself."""
    if isinstance(address, IPv6Address) and address in NAT64:
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    return _mapped(address)


def _mapped(address: IPAddress) -> IPAddress:
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        return address.ipv4_mapped
    return address


def _inside(address: IPAddress, nets: Sequence[IPNetwork]) -> bool:
    return any(address.version == net.version and address in net for net in nets)
