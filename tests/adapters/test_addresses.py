"""Which addresses and URLs may be fetched from, and that nothing reaches the others."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.sources.addresses import NOT_PUBLIC, is_public, networks, vet, vet_url
from adapters.sources.http import HttpFetcher
from bot.errors import ConfigError, SourceError
from bot.testing.clock import FakeClock
from bot.testing.http import FakeServer, redirect, reply

INSIDE_TABLE = """
0.0.0.0 0.1.2.3 10.0.0.1 10.255.255.255 100.64.0.1 100.100.100.200 127.0.0.1 127.255.255.254 168.63.129.16
169.254.0.1 169.254.169.254 172.16.0.1 172.31.255.255 192.0.0.1 192.0.0.192 192.0.2.1 192.88.99.1 192.168.1.1
198.18.0.1 198.19.255.255 198.51.100.1 203.0.113.1 224.0.0.1 239.255.255.255 240.0.0.1 255.255.255.255
:: ::1 ::127.0.0.1 ::ffff:127.0.0.1 ::ffff:10.0.0.1 ::ffff:0:127.0.0.1 64:ff9b::7f00:1 64:ff9b::a9fe:a9fe
64:ff9b:1::1 100::1 2001::1 2001:0:4136:e378:8000:63bf:3fff:fdd2 2001:db8::1 2002:7f00:1:: 2002:a9fe:a9fe::1
3fff::1 5f00::1 fc00::1 fd00::1 fd00:ec2::254 fe80::1 fe80::1%eth0 fec0::1 ff02::1
"""
PRIVATE = INSIDE_TABLE.split()
OUTSIDE_TABLE = (
    "8.8.8.8 1.1.1.1 151.101.3.42 192.0.1.1 2606:4700::1 2a04:4e42::1 64:ff9b::808:808 ::ffff:8.8.8.8"
)
PUBLIC = OUTSIDE_TABLE.split()

# Each spells a place on this machine, or is no place at all; {port} is the canary's.
SPELLINGS_TABLE = """
http://127.0.0.1:{port}/ http://127.1:{port}/ http://127.0.1:{port}/ http://2130706433:{port}/ http://0x7f000001:{port}/
http://0x7f.0.0.1:{port}/ http://0177.0.0.1:{port}/ http://017700000001:{port}/ http://0:{port}/ http://0.0.0.0:{port}/
http://127.127.127.127:{port}/ http://localhost:{port}/ http://LOCALHOST:{port}/ http://localhost.:{port}/
http://[::1]:{port}/ http://[::]:{port}/ http://[::ffff:127.0.0.1]:{port}/ http://[::ffff:7f00:1]:{port}/
http://[0:0:0:0:0:0:0:1]:{port}/ http://[::127.0.0.1]:{port}/ http://user@127.0.0.1:{port}/
http://public.example@127.0.0.1:{port}/ http://127.0.0.1:{port}\\@public.example/ http://①②⑦.⓪.⓪.①:{port}/
http://127。0。0。1:{port}/ http://%31%32%37.0.0.1:{port}/ //127.0.0.1:{port}/ ftp://127.0.0.1:{port}/
gopher://127.0.0.1:{port}/ file:///etc/hostname http:///etc/hostname data:text/xml,<rss/> http://[fe80::1%25lo]:{port}/
"""
SPELLINGS = SPELLINGS_TABLE.split()


@pytest.mark.parametrize("address", PRIVATE)
def test_an_address_that_leads_inside_is_refused(address: str):
    assert not is_public(ipaddress.ip_address(address))
    with pytest.raises(SourceError) as caught:
        vet("feed.example", 443, [address])
    assert caught.value.reason == "refused_address"


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_address_is_fetched_from(address: str):
    assert vet("feed.example", 443, [address]) == (str(ipaddress.ip_address(address)),)


def test_every_network_of_the_list_is_refused_from_end_to_end():
    assert not [net for net in NOT_PUBLIC if is_public(net[0]) or is_public(net[-1])]


def test_one_bad_address_spoils_a_host():
    with pytest.raises(SourceError, match="private network"):
        vet("feed.example", 80, ["8.8.8.8", "10.0.0.1"])


def test_only_the_usual_ports_are_fetched():
    with pytest.raises(SourceError, match="port 22"):
        vet("feed.example", 22, ["8.8.8.8"])


@settings(deadline=None)  # a busy machine is no failure
@given(st.sampled_from(PRIVATE))
def test_an_opened_network_opens_nothing_else(address: str):
    opened = networks(["10.0.0.0/8"])
    inside = address in {"10.0.0.1", "10.255.255.255", "::ffff:10.0.0.1"}
    try:
        vet("lab.example", 8080, [address], allowed=opened)
    except SourceError:
        assert not inside
    else:
        assert inside


def test_a_network_that_cannot_be_read_is_named():
    with pytest.raises(ConfigError, match=r"10\.0\.0\.0/99"):
        networks(["10.0.0.0/99"])


@settings(deadline=None)  # a busy machine is no failure
@given(st.text(max_size=60))
def test_any_text_is_a_plain_url_or_refused(text: str):
    for candidate in (text, f"http://{text}", f"https://host.example/{text}"):
        try:
            url = vet_url(candidate)
        except SourceError:
            continue
        assert url.scheme in {"http", "https"}
        assert not url.userinfo
        assert url.host


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:99999/", "http://feed.example:0/", "http://a:70000", "http://10.0.0.1:65536"]
)
def test_a_port_that_cannot_be_is_refused(url: str):
    with pytest.raises(SourceError, match="port") as caught:
        vet_url(url)
    assert caught.value.reason == "refused_address"


@pytest.mark.parametrize("spelling", SPELLINGS)
async def test_no_byte_reaches_a_private_address_however_it_is_spelled(spelling: str):
    async with FakeServer().on("/", reply(200, b"inside")) as canary, HttpFetcher(clock=FakeClock()) as http:
        with pytest.raises(SourceError) as caught:
            await http.get(spelling.format(port=canary.port))
    assert canary.connections == 0
    assert caught.value.reason in {"refused_address", "unreachable"}


def answering(*answers: Sequence[str]) -> HttpFetcher:
    """A fetcher whose resolver gives these answers in turn; 127.0.0.1 plays the public internet."""
    script = iter(answers)

    async def resolver(host: str, port: int) -> Sequence[str]:
        return next(script)

    return HttpFetcher(clock=FakeClock(), allow_private_networks=("127.0.0.1/32",), resolver=resolver)


async def test_a_name_that_moves_inside_after_it_was_vetted_gains_nothing():
    http = answering(["127.0.0.1"], ["0.0.0.0"])
    async with FakeServer().on("/", reply(200, b"out")) as server, http:
        assert (await http.get(server.url("/", "rebind.example"))).body == b"out"
        with pytest.raises(SourceError, match="private network"):
            await http.get(server.url("/", "rebind.example"))
    assert server.connections == 1


async def test_the_server_still_hears_the_name():
    async with FakeServer().on("/", reply(200, b"out")) as server, answering(["127.0.0.1"]) as http:
        await http.get(server.url("/", "name.example"))
    assert server.requests[0].headers["host"].startswith("name.example")


async def test_a_name_with_a_public_and_a_private_address_is_refused():
    async with FakeServer() as server, answering(["127.0.0.1", "0.0.0.0"]) as http:
        with pytest.raises(SourceError, match="private network"):
            await http.get(server.url("/", "mixed.example"))
    assert server.connections == 0


INSIDE = (
    "http://0.0.0.0:{port}/",
    "http://[::1]:{port}/",
    "//0:{port}/",
    "http://127.2:{port}/",
    "file:///etc/hostname",
)
METADATA = (
    "http://169.254.169.254/",
    "http://[fd00:ec2::254]/",
    "http://[64:ff9b::a9fe:a9fe]/",
    "http://100.100.100.200/",
)


@pytest.mark.parametrize("target", INSIDE + METADATA)
async def test_a_redirect_inside_is_not_followed(target: str):
    async with FakeServer() as canary, FakeServer() as server:
        server.on("/", redirect("/two")).on("/two", redirect(target.format(port=canary.port)))
        async with HttpFetcher(clock=FakeClock(), allow_private_networks=("127.0.0.1/32",)) as http:
            with pytest.raises(SourceError) as caught:
                await http.get(server.url("/"))
    assert canary.connections == 0
    assert len(server.requests) == 2
    assert caught.value.reason == "refused_address"
