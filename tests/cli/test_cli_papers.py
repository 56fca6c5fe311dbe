"""import, search, show, today, topics, digest, more: stored papers on the command line."""

from __future__ import annotations

from pathlib import Path

from bot.cli import main  # noqa: F401 - what the fixtures run


def test_import_counts_and_a_second_run_finds_nothing_new(cli) -> None:
    first, second = cli("import", "feed.xml", "--json"), cli("import", "feed.xml", "--json")
    assert first.json == {
        "files": 1,
        "listings": 13,
        "papers": 13,
        "new_papers": 13,
        "merged": 0,
        "rejected": 0,
        "errors": [],
    }
    assert second.json["new_papers"] == 0


def test_a_bad_file_is_named_and_the_others_are_read(cli, folder: Path) -> None:
    (folder / "noise.bin").write_bytes(bytes(range(256)))
    done = cli("import", "noise.bin", "feed.xml", "gone.xml", "--json")
    assert done.code == 0
    assert done.json["new_papers"] == 13
    assert {error["where"] for error in done.json["errors"]} >= {"noise.bin", "gone.xml"}
    assert all(error["code"] and error["reason"] for error in done.json["errors"])
    assert "gone.xml" in done.err
    assert cli("import", "gone.xml").code == 1


def test_an_empty_folder_is_said_to_be_empty(cli, folder: Path) -> None:
    (folder / "emptydir").mkdir()
    done = cli("import", "emptydir")
    assert done.code == 1
    assert "There are no files in emptydir." in done.err
    assert cli("import", "emptydir", "feed.xml").code == 0


def test_search_gives_the_fixed_object_best_first(loaded) -> None:
    found = loaded("search", "pattern number 7", "--json").json
    assert found["query"] == "pattern number 7"
    assert found["papers"][0]["title"] == "Knitting Pattern Number 7"
    assert {
        "id",
        "title",
        "url",
        "authors",
        "published",
        "listed",
        "sources",
        "topics",
        "score",
        "why",
    } <= set(found["papers"][0])


def test_a_day_before_there_were_lists_is_refused(loaded, tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text("Knitting\n\nRobots knit.\n", encoding="utf-8")
    for line in (
        ("import", str(file), "--day", "0001-01-01"),
        ("digest", "knitting", "--date", "2199-01-01"),
    ):
        done = loaded(*line)
        assert (done.code, done.out) == (2, "")
        assert "papers are listed from 1990-01-01 to" in done.err


def test_a_minus_word_is_part_of_the_query(loaded) -> None:
    assert loaded("search", "knitting", "-pattern", "--json").json["total"] == 0
    assert loaded("search", "crochet", "-pattern", "--json").json["total"] == 1


def test_search_prints_pages_and_what_to_type_next(loaded) -> None:
    done = loaded("search", "knitting")
    assert "Page 1 of 2 · 12 papers" in done.out
    assert "`paperround search knitting --page 2`" in done.out
    assert "Page 2 of 2" in loaded("search", "knitting", "--page", "2").out


def test_show_and_its_number(loaded) -> None:
    paper = loaded("search", "crochet", "--json").json["papers"][0]
    shown = loaded("show", str(paper["id"]), "--json").json["paper"]
    assert shown["abstract"].startswith("We study")
    assert "A [bold]Hostile[/bold] Crochet" in loaded("show", "https://example.org/12").out
    missing = loaded("show", "9999.99999")
    assert (missing.code, missing.out) == (1, "")
    assert "9999.99999" in missing.err


def test_today_and_topics(loaded) -> None:
    assert loaded("today", "--json").json["total"] == 13
    assert any(one["name"] == "rlhf" for one in loaded("topics", "rlhf", "--json").json["topics"])


def test_a_bad_query_is_one_line_and_exit_2(loaded) -> None:
    done = loaded("search", "catt:x")
    assert (done.code, done.out) == (2, "")
    assert len(done.err.strip().splitlines()) == 1
    assert "catt" in done.err


def test_a_digest_shows_each_paper_once(loaded) -> None:
    first = loaded("digest", "knitting", "--since", "2026-01-01", "--json").json
    assert (first["matched"], first["shown"], first["folded"], first["deferred"]) == (12, 10, 2, 0)
    assert first["destination"] == "console:local:terminal"
    assert all(paper["summary"] and paper["why"] for paper in first["papers"])
    assert all(paper["subscriptions"] == ["knitting"] for paper in first["papers"])
    second = loaded("digest", "knitting", "--since", "2026-01-01", "--json").json
    assert (second["matched"], second["papers"]) == (0, [])
    third = loaded("digest", "knitting", "--since", "2026-01-01")
    assert (third.code, third.out) == (0, "")
    assert "Nothing new" in third.err


def test_a_digest_is_drawn_delivered_and_its_rest_can_be_read(loaded) -> None:
    done = loaded("digest", "knitting", "--since", "2026-01-01")
    assert "10 of 12 papers for this terminal" in done.out
    assert "2 more: `paperround more`" in done.out
    assert loaded("more", "--json").json["total"] == 2
    assert loaded("more", "--date", "today", "--json").json["total"] == 2
    assert "was shown no papers on" in loaded("more", "--date", "2020-01-01").err
    (delivery,) = loaded("deliveries", "list", "--json").json["deliveries"]
    assert set(delivery) == {"key", "destination", "date", "part", "status", "attempts", "error", "remote_id"}
    assert (delivery["status"], delivery["destination"]) == ("sent", "console:local:terminal")


def test_a_trial_run_remembers_nothing(loaded) -> None:
    for _ in range(2):
        done = loaded("digest", "knitting", "--since", "2026-01-01", "--dry-run", "--json")
        assert done.json["matched"] == 12
    assert "nothing was delivered" in done.err
    assert loaded("deliveries", "list", "--json").json["deliveries"] == []


def test_one_date_alone(loaded) -> None:
    assert loaded("digest", "knitting", "--date", "2026-06-01", "--dry-run", "--json").json["matched"] == 12
    assert loaded("digest", "knitting", "--date", "2026-06-02", "--dry-run", "--json").json["matched"] == 0


def test_bad_options_of_a_digest_change_nothing(loaded) -> None:
    for arguments in (
        ("digest", "knitting", "--since", "soon"),
        ("digest", "knitting", "--as", "carrier-pigeon"),
        ("digest", "topic:nope"),
        ("digest", "knitting", "--channel", "nowhere"),
        ("digest", "knitting", "--sinse", "2026-01-01"),
    ):
        done = loaded(*arguments)
        assert done.code in {1, 2}, arguments
        assert len(done.err.strip().splitlines()) == 1
        assert "Traceback" not in done.err
    assert loaded("list", "--json").json == {"subscriptions": []}
    assert loaded("deliveries", "list", "--json").json["deliveries"] == []


def test_a_hostile_title_stays_text(loaded) -> None:
    out = loaded("search", "crochet").out
    assert "[bold]Hostile[/bold]" in out
    assert "\u202e" not in out


def test_a_digest_of_nobodys_query_is_of_what_the_terminal_follows(loaded) -> None:
    assert loaded("digest", "knitting", "--since", "2026-01-01", "--json").json["shown"] == 10
    assert loaded("digest", "--since", "2026-01-01", "--json").json["matched"] == 0
    follows = [one["query"] for one in loaded("list", "--json").json["subscriptions"]]
    assert "topic:agents" in follows
    assert loaded("digest", "--channel", "slack:T1:C1").code == 1
