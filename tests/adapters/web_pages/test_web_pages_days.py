"""Days, weeks, months and what is trending, as pages."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(
    ("path", "heading"),
    [
        ("/", "Monday, 1 June 2026"),
        ("/day/2026-05-28", "Thursday, 28 May 2026"),
        ("/week/2026-W22", "Week 22"),
        ("/month/2026-05", "May 2026"),
        ("/trending/week", "Trending"),
        ("/search", "Search"),
        ("/search?q=knitting", "Search"),
        ("/topics", "Topics"),
        ("/topic/robotics", "Robotics"),
        ("/about", "About"),
        ("/paper/2026060100001", "Flow Matching"),
    ],
)
async def test_every_page_says_what_it_is(ask, path: str, heading: str) -> None:
    page = await ask(path)
    assert page.status_code == 200
    assert heading in page.text
