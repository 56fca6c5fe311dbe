"""`restore`: yesterday's file is put back, and today's posts are not repeated."""

from __future__ import annotations

from pathlib import Path

from bot.app.lock import run_lock


def delivered(cli) -> int:
    return len(cli("deliveries", "list", "--json").json["deliveries"])


def test_a_backup_takes_the_databases_place_which_is_kept(loaded, folder: Path) -> None:
    assert loaded("backup", "copy.db").code == 0
    loaded("digest", "knitting", "--since", "2026-01-01")
    assert delivered(loaded) == 1
    done = loaded("restore", "copy.db", "--json")
    assert done.code == 0
    assert done.json["kept"].endswith("papers.db.before-restore")
    assert delivered(loaded) == 0
    assert loaded("search", "knitting", "--json").json["total"] == 12
    assert sorted(one.name for one in folder.glob("*.restoring*")) == []


def test_what_was_there_can_be_put_back_in_turn(loaded, folder: Path) -> None:
    loaded("backup", "copy.db")
    loaded("digest", "knitting", "--since", "2026-01-01")
    loaded("restore", "copy.db")
    assert "before-restore.2" in loaded("restore", "papers.db.before-restore").err
    assert delivered(loaded) == 1


def test_a_running_bot_keeps_its_database(loaded, folder: Path) -> None:
    loaded("backup", "copy.db")
    with run_lock(folder / "papers.db"):
        done = loaded("restore", "copy.db")
    assert done.code == 2
    assert "runs already" in done.err


def test_what_is_no_backup_changes_nothing(loaded, folder: Path) -> None:
    (folder / "notes.txt").write_text("not a database")
    for file in ("notes.txt", "nowhere.db", "papers.db", "."):
        done = loaded("restore", file)
        assert done.code in {1, 2, 3}, file
        assert "Traceback" not in done.err
    assert loaded("search", "knitting", "--json").json["total"] == 12
    assert list(folder.glob("*before-restore*")) == []
    assert list(folder.glob("*restoring*")) == []


def test_without_a_file_the_database_counts_as_put_back(loaded) -> None:
    done = loaded("restore", "--json")
    assert done.code == 0
    assert done.json["kept"] is None
    assert loaded("restore", "--resend").code == 2
