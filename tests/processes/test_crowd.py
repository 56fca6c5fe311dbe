"""A hundred thousand digests due in the same minute, on one SQLite file, while people use every verb beside them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.cli._typer import ALSO, ORDER

SCRIPT = Path(__file__).with_name("crowd.py")
PAPERROUND = Path(sys.executable).with_name("paperround")
LANES, CHANNELS = 100, 1_000
PATIENCE = 540.0  # seconds; a busy machine is no failure
A_PAPER = "arxiv:2606.01001"
OK, FAILED, TEMPORARY = 0, 1, 5

# Every verb once, as people type it, and how it may end: without a network no source answers.
VERBS: dict[str, tuple[list[str], set[int]]] = {
    "init": (["init"], {OK}),
    "run": (["run", "--once"], {2}),  # the crowd's own bot holds the lock
    "digest": (["digest", "topic:agents"], {OK}),
    "today": (["today"], {OK}),
    "search": (["search", "agents"], {OK}),
    "show": (["show", A_PAPER], {OK}),
    "more": (["more"], {OK, FAILED}),
    "topics": (["topics"], {OK}),
    "subscribe": (["subscribe", "topic:agents"], {OK}),
    "list": (["list"], {OK}),
    "feed": (["feed", "list"], {OK}),
    "ingest": (["ingest"], {OK, TEMPORARY}),
    "import": (["import", "page.txt"], {OK, FAILED}),
    "doctor": (["doctor", "--offline"], {OK, FAILED}),
    "config": (["config"], {OK}),
    "deliveries": (["deliveries", "list"], {OK}),
    "mail": (["mail", "bounce"], {OK, FAILED, 2}),  # nothing is piped into it
    "backup": (["backup", "copy.db"], {OK}),
    "restore": (["restore", "copy.db"], {2}),  # never under a running bot
    "rehearse": (["rehearse", "--days", "3", "--destinations", "3", "--kills", "2"], {OK}),
    "bench": (["bench", "--help"], {OK}),
    "similar": (["similar", A_PAPER], {OK}),
    "trending": (["trending", "week"], {OK}),
    "cite": (["cite", A_PAPER], {OK}),
    "preview": (["preview"], {OK}),
    "catchup": (["catchup", f"since:{datetime.now(UTC).date() - timedelta(days=7)}"], {OK}),
    "why": (["why", A_PAPER], {OK, FAILED}),
    "status": (["status"], {OK}),
    "overview": (["overview"], {OK}),
    "edit": (["edit", "1", "agents"], {OK, FAILED}),
    "pause": (["pause"], {OK}),
    "resume": (["resume"], {OK}),
    "settings": (["settings", "--at", "8am"], {OK}),
    "move": (["move", "#elsewhere"], {OK, FAILED, 2}),
    "post now": (["post", "now"], {OK}),
    "define": (["define", "ours", "=", "agents"], {OK}),
    "topic define": (["topic", "define", "theirs", "=", "robots"], {OK}),
    "topic remove": (["topic", "remove", "theirs"], {OK}),
    "save": (["save", A_PAPER], {OK}),
    "saved": (["saved"], {OK}),
    "unsave": (["unsave", A_PAPER], {OK}),
    "mute": (["mute", 'author:"Ada Example"'], {OK}),
    "unmute": (["unmute", 'author:"Ada Example"'], {OK}),
    "dismiss": (["dismiss", A_PAPER], {OK}),
    "email": (["email", "list"], {OK, FAILED}),
    "unsubscribe": (["unsubscribe", "*"], {OK}),
}

# Two people at a time: what the operator looks after, and what a reader does, each in this order.
KEPT = ("init", "run", *ORDER[ORDER.index("ingest") :])
READ = tuple(verb for verb in VERBS if verb not in KEPT)


def test_no_verb_is_left_out() -> None:
    assert set(VERBS) == {*ORDER, *ALSO.split(", ")} - {"help"}


@pytest.mark.soak
def test_a_hundred_thousand_digests_go_out_while_every_verb_is_used(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/crowd.db"
    command = [sys.executable, str(SCRIPT), url, str(LANES), str(CHANNELS)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as crowd:
        gathered(crowd)
        with ThreadPoolExecutor(2) as two:
            lines = list(two.map(lambda verbs: all_used(verbs, url, tmp_path), (KEPT, READ)))
        ended = lines[0] | lines[1]
        assert crowd.poll() is None, "the verbs were to be used beside it"
        out, err = crowd.communicate(timeout=PATIENCE)
    print(err)  # noqa: T201 - the figures, for whoever runs it with -s
    wrong = {verb: done for verb, done in ended.items() if done[0] not in VERBS[verb][1]}
    assert wrong == {}
    figures = json.loads(out)
    assert figures["destinations"] == LANES * CHANNELS
    assert (figures["lost"], figures["repeated"], figures["violations"]) == (0, 0, 0)


def all_used(verbs: Sequence[str], url: str, folder: Path) -> dict[str, tuple[int, str]]:
    return {verb: used(verb, url, folder) for verb in verbs}


def gathered(crowd: subprocess.Popen[str]) -> None:
    """Wait until its first message is about to be planned."""
    assert crowd.stderr is not None
    while "destinations in" not in (line := crowd.stderr.readline()):
        assert line, "it ended before it began"


def used(verb: str, url: str, folder: Path) -> tuple[int, str]:
    """Use a verb as a person would; its exit code and what it said."""
    unreachable = "http://127.0.0.1:9"
    names = ("HUGGINGFACE_URL", "ARXIV_API_URL", "ARXIV_FEED_URL")
    settings = {f"PAPERROUND_{name}": unreachable for name in names} | {"PAPERROUND_DATABASE_URL": url}
    done = subprocess.run(
        [PAPERROUND, *VERBS[verb][0]],
        cwd=folder,
        env=os.environ | settings,
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )
    return done.returncode, done.stderr[-500:]
