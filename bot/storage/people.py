"""What people keep and silence, and what a workspace defines and feeds."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, select

from bot.domain.paper import Paper

from . import tables as t
from .engine import Stored, reading, writing
from .results import Feed
from .rows import PAPER_FIELDS, feed_of, paper_of
from .statements import add_once, changed, insert, papers_by_destination


class People(Stored):
    """The store's methods about people's own lists, topics and feeds. Each answers for one workspace only."""

    @writing
    def save(self, db: Connection, workspace: str, user: str, paper_id: int, now: datetime) -> bool:
        """Keep a paper for a person; whether it was new to the list."""
        row = {"workspace_id": workspace, "user_id": user, "paper_id": paper_id, "saved_at": now}
        return add_once(db, t.saved, row)

    @writing
    def unsave(self, db: Connection, workspace: str, user: str, paper_id: int) -> bool:
        """Take a paper off a person's list; whether it was there."""
        mine = (t.saved.c.workspace_id == workspace, t.saved.c.user_id == user)
        return changed(db, delete(t.saved).where(*mine, t.saved.c.paper_id == paper_id)) == 1

    @reading
    def saved(self, db: Connection, workspace: str, user: str) -> tuple[Paper, ...]:
        """List a person's papers, last saved first."""
        query = (
            select(*PAPER_FIELDS)
            .join(t.saved, t.saved.c.paper_id == t.paper.c.id)
            .where(t.saved.c.workspace_id == workspace, t.saved.c.user_id == user)
            .order_by(t.saved.c.saved_at.desc(), t.paper.c.id.desc())
        )
        return tuple(paper_of(row) for row in db.execute(query))

    @writing
    def mute(self, db: Connection, workspace: str, user: str, author: str) -> bool:
        """Silence an author for a person; whether that is new."""
        return add_once(db, t.muted, {"workspace_id": workspace, "user_id": user, "author": author})

    @writing
    def unmute(self, db: Connection, workspace: str, user: str, author: str) -> bool:
        """Hear an author again; whether they were muted."""
        mine = (t.muted.c.workspace_id == workspace, t.muted.c.user_id == user)
        return changed(db, delete(t.muted).where(*mine, t.muted.c.author == author)) == 1

    @reading
    def muted(self, db: Connection, workspace: str, user: str) -> tuple[str, ...]:
        """List the authors a person muted, by name."""
        query = (
            select(t.muted.c.author)
            .where(t.muted.c.workspace_id == workspace, t.muted.c.user_id == user)
            .order_by(t.muted.c.author)
        )
        return tuple(db.execute(query).scalars())

    @writing
    def dismiss(self, db: Connection, destination_id: int, paper_id: int, by: str, now: datetime) -> bool:
        """Say that a paper is not for a channel; whether that is new."""
        home = select(t.destination.c.workspace_id).where(t.destination.c.id == destination_id)
        row = {
            "destination_id": destination_id,
            "paper_id": paper_id,
            "workspace_id": db.execute(home).scalar_one(),
            "dismissed_by": by,
            "dismissed_at": now,
        }
        return add_once(db, t.dismissed, row)

    @reading
    def dismissed(self, db: Connection, destination_ids: Sequence[int]) -> dict[int, frozenset[int]]:
        """Tell the papers each destination dismissed."""
        return papers_by_destination(db, t.dismissed, destination_ids)

    @reading
    def topics(self, db: Connection, workspace: str) -> dict[str, str]:
        """Tell a workspace's own topics: name to definition, by name."""
        query = select(t.topic.c.name, t.topic.c.definition).where(t.topic.c.workspace_id == workspace)
        return {row.name: row.definition for row in db.execute(query.order_by(t.topic.c.name))}

    @writing
    def define_topic(
        self, db: Connection, workspace: str, name: str, definition: str, by: str, now: datetime
    ) -> None:
        """Define a topic of a workspace, or define it anew."""
        new = {
            "workspace_id": workspace,
            "name": name,
            "definition": definition,
            "created_by": by,
            "created_at": now,
        }
        upsert = insert(db, t.topic).values(**new)
        db.execute(
            upsert.on_conflict_do_update(
                index_elements=["workspace_id", "name"],
                set_={"definition": definition, "created_by": by, "created_at": upsert.excluded.created_at},
            )
        )

    @writing
    def remove_topic(self, db: Connection, workspace: str, name: str) -> bool:
        """Forget a topic of a workspace; whether it had one of that name."""
        mine = (t.topic.c.workspace_id == workspace, t.topic.c.name == name)
        return changed(db, delete(t.topic).where(*mine)) == 1

    @reading
    def feeds(self, db: Connection, workspace: str | None = None) -> tuple[Feed, ...]:
        """List the feeds of a workspace, or of all of them; oldest first."""
        query = select(t.feed).order_by(t.feed.c.id)
        if workspace is not None:
            query = query.where(t.feed.c.workspace_id == workspace)
        return tuple(feed_of(row) for row in db.execute(query))

    @writing
    def add_feed(self, db: Connection, workspace: str, url: str, title: str, by: str, now: datetime) -> Feed:
        """Add a feed to a workspace; the same URL again is the feed there is."""
        new = {"workspace_id": workspace, "url": url, "title": title, "created_by": by, "created_at": now}
        add_once(db, t.feed, new)
        mine = (t.feed.c.workspace_id == workspace, t.feed.c.url == url)
        return feed_of(db.execute(select(t.feed).where(*mine)).one())

    @writing
    def remove_feed(self, db: Connection, workspace: str, feed_id: int) -> Feed | None:
        """Remove a feed of a workspace; None when it has no such feed."""
        mine = (t.feed.c.workspace_id == workspace, t.feed.c.id == feed_id)
        row = db.execute(select(t.feed).where(*mine)).one_or_none()
        db.execute(delete(t.feed).where(*mine))
        return None if row is None else feed_of(row)
