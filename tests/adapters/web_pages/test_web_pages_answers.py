"""What every answer says beside its page: whom it lets run, how long it may be kept, and that it may be kept."""

from __future__ import annotations

from dataclasses import replace

import pytest

from adapters.web.pages import Site
from bot.errors import StoreBusy

from .conftest import reader_of
from .judging import Page, findings


async def test_only_our_own_files_may_run_or_be_shown(ask) -> None:
    headers = (await ask("/")).headers
    policy = dict(part.strip().split(" ", 1) for part in headers["content-security-policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert {policy[name] for name in ("script-src", "style-src", "img-src", "connect-src")} == {"'self'"}
    assert policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert "set-cookie" not in headers


async def test_a_page_that_has_not_changed_is_not_sent_again(ask) -> None:
    first = await ask("/")
    assert first.headers["cache-control"] == "public, max-age=60"
    again = await ask("/", headers={"if-none-match": f'{first.headers["etag"]}, "another"'})
    assert (again.status_code, again.content) == (304, b"")
    assert (await ask("/", headers={"if-none-match": '"another"'})).status_code == 200


async def test_files_are_kept_for_a_year_under_names_that_change_with_them(ask) -> None:
    page = Page((await ask("/")).text)
    ours = {one.get("src") or one.get("href") for tag, one in page.tags if tag in {"script", "link"}}
    files = [path for path in ours if path and path.startswith("/static/")]
    assert len(files) == 4
    for path in files:
        answer = await ask(path)
        assert answer.status_code == 200
        assert "immutable" in answer.headers["cache-control"]
        kept = await ask(path, headers={"if-none-match": answer.headers["etag"]})
        assert kept.status_code == 304


async def test_a_head_is_answered_as_a_get(site: Site) -> None:
    async with reader_of(site) as reader:
        assert (await reader.head("/")).status_code == 200
        refused = await reader.post("/")
        assert (refused.status_code, findings(refused.text)) == (405, [])


@pytest.mark.parametrize(("error", "status"), [(StoreBusy("busy"), 503), (RuntimeError("a secret"), 500)])
async def test_a_failure_is_said_calmly_and_without_its_words(
    site: Site, monkeypatch: pytest.MonkeyPatch, error: Exception, status: int
) -> None:
    async def fails(*_asked: object, **_choices: object) -> None:
        raise error

    monkeypatch.setattr(type(site.archive), "topics", fails)
    async with reader_of(replace(site)) as reader:
        page = await reader.get("/topics")
    assert page.status_code == status
    assert "secret" not in page.text
    assert "<h1>" in page.text
    assert findings(page.text) == []
    assert page.headers.get("retry-after") == ("60" if status == 503 else None)
