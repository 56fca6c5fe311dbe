"""The web host: health, limits, what it says of faults, and how it begins and ends."""

from __future__ import annotations

import asyncio
import socket
from contextlib import suppress
from io import BytesIO

import aiohttp
import pytest

from adapters.web.guard import LARGEST_BODY
from adapters.web.server import serve
from bot.errors import ConfigError
from bot.ports import ASGIApp


async def echo(_scope: dict, receive: ASGIApp, send: ASGIApp) -> None:
    event = await receive()
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": str(len(event["body"])).encode()})


async def broken(*_request: object) -> None:
    raise RuntimeError("a secret")


async def asked(url: str, method: str = "GET", **given: object) -> tuple[int, str, dict[str, str]]:
    async with aiohttp.ClientSession() as client, client.request(method, url, **given) as answer:
        return answer.status, await answer.text(), {k.lower(): v for k, v in answer.headers.items()}


async def said_raw(url: str, request: bytes) -> bytes:
    host, port = url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    try:
        writer.write(request)
        return await reader.read()
    except ConnectionError:
        return b""
    finally:
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()


async def test_it_is_alive_whatever_happens_behind_it(served) -> None:
    async def not_ready() -> str:
        return "The database does not answer."

    async with served(ready=not_ready) as url:
        assert (await asked(f"{url}/livez"))[:2] == (200, "ok")
        assert (await asked(f"{url}/readyz"))[:2] == (503, "The database does not answer.")


async def test_it_is_ready_when_nothing_stands_against_it(served) -> None:
    async with served() as url:
        assert (await asked(f"{url}/readyz"))[:2] == (200, "ok")


async def test_what_is_mounted_answers_below_its_name(served) -> None:
    async with served(slack=echo) as url:
        assert (await asked(f"{url}/slack/events", "POST", data=b"abc"))[:2] == (200, "3")


@pytest.mark.parametrize(
    "path", ["/", "/nothing", "/livez/", "/slackish", "/../etc/passwd", "/%00", "//slack"]
)
async def test_an_unknown_path_is_not_found_in_plain_words(served, path: str) -> None:
    async with served(slack=echo) as url:
        status, text, headers = await asked(f"{url}{path}")
    assert (status, text) == (404, "There is nothing here.")
    assert headers["content-type"].startswith("text/plain")


async def test_a_fault_says_nothing_of_itself_to_the_web(served) -> None:
    async with served(slack=broken) as url:
        status, text, _ = await asked(f"{url}/slack/events", "POST", data=b"abc")
    assert status == 500
    assert "secret" not in text
    assert "Traceback" not in text


async def test_every_answer_has_its_headers_and_none_names_the_server(served) -> None:
    async with served(slack=broken) as url:
        answers = [
            await asked(f"{url}/livez"),
            await asked(f"{url}/nothing"),
            await asked(f"{url}/livez", "POST"),
            await asked(f"{url}/slack/x"),
            await asked(f"{url}/slack/x", "POST", data=BytesIO(b"x" * (LARGEST_BODY + 1))),
        ]
    assert [status for status, *_ in answers] == [200, 404, 405, 500, 413]
    for _, _, headers in answers:
        assert headers["x-content-type-options"] == "nosniff"
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert "server" not in headers


async def test_a_body_may_be_as_large_as_the_limit_and_no_larger(served) -> None:
    async with served(slack=echo) as url:
        fits = await asked(f"{url}/slack/x", "POST", data=BytesIO(b"x" * LARGEST_BODY))
        is_larger = await asked(f"{url}/slack/x", "POST", data=BytesIO(b"x" * (LARGEST_BODY + 1)))
    assert fits[:2] == (200, str(LARGEST_BODY))
    assert is_larger[0] == 413


async def test_a_body_that_does_not_say_its_size_is_read_up_to_the_limit_only(served) -> None:
    async def pieces():
        for _ in range(300):
            yield b"x" * 8192

    async with served(slack=echo) as url:
        assert (await asked(f"{url}/slack/x", "POST", data=pieces()))[0] == 413


async def test_a_size_that_is_too_large_is_refused_before_anything_is_read(served) -> None:
    async with served(slack=echo) as url:
        request = b"POST /slack/x HTTP/1.1\r\nHost: a\r\nContent-Length: 999999999\r\n\r\n"
        assert b" 413 " in (await said_raw(url, request)).splitlines()[0]


@pytest.mark.parametrize(
    "request_line",
    [
        b"\x00\x01\x02\r\n\r\n",
        b"POST /slack/x HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
        b"POST /slack/x HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        b"GET /livez HTTP/1.1\r\nHost: a\r\n" + b"X: " + b"y" * 1_000_000 + b"\r\n\r\n",
    ],
)
async def test_what_is_no_request_is_refused_and_the_next_is_answered(served, request_line: bytes) -> None:
    async with served(slack=echo) as url:
        refused = await said_raw(url, request_line)
        assert not refused or b" 400 " in refused.splitlines()[0]
        assert (await asked(f"{url}/livez"))[0] == 200


async def test_a_body_that_does_not_arrive_in_time_is_not_waited_for(
    served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.web.guard.BODY_SECONDS", 0.05)
    async with served(slack=broken) as url:
        request = b"POST /slack/x HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nhalf"
        assert b" 408 " in (await said_raw(url, request)).splitlines()[0]


@pytest.mark.parametrize(
    "begun", [b"", b"GET /livez HTTP/1.1\r\nX: ", b"GET /livez HTTP/1.1\r\nHost: a\r\n\r\nGE"]
)
async def test_a_connection_on_which_no_request_comes_is_closed(
    served, monkeypatch: pytest.MonkeyPatch, begun: bytes
) -> None:
    monkeypatch.setattr("adapters.web.impatient.HEAD_SECONDS", 0.05)
    async with served() as url, asyncio.timeout(30):
        answer = await said_raw(url, begun)  # until the host closes
    assert answer.count(b"HTTP/1.1 200") == begun.count(b"Host: a")


async def test_a_request_that_is_being_answered_keeps_its_connection(
    served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.web.impatient.HEAD_SECONDS", 0.01)

    async def slowly(*request: ASGIApp) -> None:
        await asyncio.sleep(0.1)
        await echo(*request)

    async with served(slack=slowly) as url:
        assert (await asked(f"{url}/slack/x", "POST", data=b"seven"))[:2] == (200, "5")


async def test_whoever_hangs_up_in_the_middle_stops_nobody_else(served) -> None:
    async with served(slack=broken) as url:
        host, port = url.removeprefix("http://").split(":")
        _, writer = await asyncio.open_connection(host, int(port))
        writer.write(b"POST /slack/x HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nhalf")
        await writer.drain()
        writer.transport.abort()
        assert (await asked(f"{url}/livez"))[0] == 200


async def test_a_port_that_is_taken_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(ConfigError, match=f"PAPERROUND_WEB_PORT={port} is taken"):
            await serve(echo, host="127.0.0.1", port=port)


@pytest.mark.parametrize("host", ["203.0.113.1", "no such name"])
async def test_an_address_of_somebody_else_is_named(host: str) -> None:
    with pytest.raises(ConfigError, match="PAPERROUND_WEB_HOST"):
        await serve(echo, host=host, port=0)


async def begun(app: ASGIApp) -> tuple[asyncio.Task[None], str]:
    port = asyncio.get_running_loop().create_future()
    task = asyncio.create_task(serve(app, host="127.0.0.1", port=0, listening=port.set_result))
    return task, f"http://127.0.0.1:{await port}"


async def test_what_is_being_answered_when_it_stops_is_answered() -> None:
    arrived, may_answer = asyncio.Event(), asyncio.Event()

    async def slow(scope: dict, receive: ASGIApp, send: ASGIApp) -> None:
        arrived.set()
        await may_answer.wait()
        await echo(scope, receive, send)

    task, url = await begun(slow)
    asking = asyncio.create_task(asked(url, "POST", data=b"abc"))
    await arrived.wait()
    task.cancel()
    may_answer.set()
    assert (await asking)[:2] == (200, "3")
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_what_never_answers_is_cut_off_and_nothing_is_left_running() -> None:
    arrived = asyncio.Event()

    async def never(*_request: object) -> None:
        arrived.set()
        await asyncio.Event().wait()

    before = asyncio.all_tasks()
    task, url = await begun(never)
    asking = asyncio.create_task(asked(url))
    await arrived.wait()
    task.cancel()
    await asyncio.gather(task, asking, return_exceptions=True)
    assert asyncio.all_tasks() == before
    with pytest.raises(aiohttp.ClientConnectionError):
        await asked(url)


async def test_the_signals_of_the_process_stay_its_own() -> None:
    import signal  # noqa: PLC0415 - only here

    before = signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT)
    task, _ = await begun(echo)
    assert (signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT)) == before
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
