import gzip
from datetime import date
from pathlib import Path

import pytest

from bot.testing.fake_source import FakeSource
from jobs.imports import day_of, expand, import_files

GOOD = "fake papers\nKnitting robots | They knit.\nWeaving robots"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "papers"
    made.mkdir()
    return made


def write(folder: Path, name: str, text: str | bytes = GOOD) -> Path:
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


async def load(town, *paths: Path, **options):
    return await import_files(town.store, [FakeSource()], paths, clock=town.clock, **options)


def codes(report) -> dict[str, str]:
    return {Path(error.where).name: error.code for error in report.errors}


async def test_a_file_is_read_and_a_second_time_brings_nothing_new(town, folder):
    path = write(folder, "a.txt")
    first, second = await load(town, path), await load(town, path)
    assert (first.files, first.listings, first.papers, first.new_papers) == (1, 2, 2, 2)
    assert (second.listings, second.new_papers, second.errors) == (2, 0, ())


async def test_imported_papers_are_in_no_digest_unless_asked_for(town, folder):
    channel = await town.channel()
    await load(town, write(folder, "a.txt"), day=town.clock.now().date())
    await town.plan()
    assert all(paper.backfill for paper in await town.store.recent(5, now=town.clock.now()))
    assert await town.store.slots(channel.id) == ()


async def test_every_failure_names_the_file_and_the_reason_and_the_rest_goes_on(town, folder):
    write(folder, "a-good.txt")
    write(folder, "b-empty.txt", " \n")
    write(folder, "c-unknown.txt", "something else")
    write(folder, "d-malformed.txt", "fake papers")
    write(folder, "e-bug.txt", "fake papers\n!break")
    write(folder, "f-dies.txt", "fake papers\n!die")
    write(folder, "g-slow.txt", "fake papers\n!sleep")
    write(folder, "h-cut.txt.gz", gzip.compress(GOOD.encode())[:-9])
    write(folder, "i-good.txt", "fake papers\nAnother")
    report = await load(town, folder, Path("nowhere.txt"), file_seconds=1.5)
    assert codes(report) == {
        "b-empty.txt": "empty",
        "c-unknown.txt": "unrecognised",
        "d-malformed.txt": "malformed",
        "e-bug.txt": "malformed",
        "f-dies.txt": "malformed",
        "g-slow.txt": "too_slow",
        "h-cut.txt.gz": "unreadable",
        "nowhere.txt": "unreadable",
    }
    assert (report.files, report.papers) == (10, 3)
    assert all(error.reason.endswith(".") or "told" in error.reason for error in report.errors)


async def test_a_packed_file_is_read_as_if_it_were_not(town, folder):
    report = await load(town, write(folder, "a.txt.gz", gzip.compress(GOOD.encode())))
    assert report.papers == 2


@pytest.mark.parametrize(
    ("name", "day", "expected"),
    [
        ("a.txt", None, date(2026, 6, 1)),
        ("2026-05-07.txt", None, date(2026, 5, 7)),
        ("2026-05-07.txt", date(2025, 1, 2), date(2025, 1, 2)),
    ],
    ids=["the file's own", "the name's", "the one given"],
)
async def test_the_day_is_given_or_named_or_the_file_s_own(town, folder, name, day, expected):
    await load(town, write(folder, name), day=day)
    assert await town.store.newest_days() == {"fake": expected}


@pytest.mark.parametrize(
    ("name", "expected"),
    [("2026-02-30.txt", None), ("x_2026-02-28_b.json.gz", date(2026, 2, 28)), ("12026-02-28.txt", None)],
)
def test_only_a_real_date_in_a_name_counts(name, expected):
    assert day_of(Path(name)) == expected


def test_a_folder_is_its_readable_files_by_name(folder):
    for name in ("b.xml", "a.json.gz", "notes.md", "sub/c.HTML", "d.py"):
        write(folder, name)
    assert [path.name for path in expand(folder)] == ["a.json.gz", "b.xml", "c.HTML"]
    assert list(expand(folder / "d.py")) == [folder / "d.py"]


async def test_progress_counts_files(town, folder):
    steps = []
    for name in ("a.txt", "b.txt"):
        write(folder, name)
    await load(town, folder, progress=steps.append)
    assert [(Path(step.name).name, step.done, step.total) for step in steps] == [
        ("a.txt", 1, 2),
        ("b.txt", 2, 2),
    ]


async def test_an_import_does_not_change_what_is_known_of_the_source_s_day(town, folder):
    await town.fails("fake")
    await load(town, write(folder, "a.txt"), day=town.clock.now().date())
    verdicts = {row.source: row.verdict.value for row in await town.store.freshness(since=date(2026, 1, 1))}
    assert verdicts == {"fake": "failed", "import": "fresh"}


async def test_a_file_packed_with_damage_inside_is_unreadable(town, folder):
    packed = bytearray(gzip.compress(GOOD.encode() * 50))
    packed[12:24] = b"\xff" * 12
    assert codes(await load(town, write(folder, "a.txt.gz", bytes(packed)))) == {"a.txt.gz": "unreadable"}
