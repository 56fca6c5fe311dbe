"""The way bots usually store papers, for `bench ingest`: one object at a time, looked up, added and committed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event
from sqlmodel import Field, Session, SQLModel, create_engine, select

from bot.domain.paper import Listing

# As the SQLite manual shows it (https://www.sqlite.org/fts5.html, "External Content Tables").
FULL_TEXT = (
    "CREATE VIRTUAL TABLE peer_text USING fts5(title, abstract, authors, content='peer_paper', tokenize='porter')",
    """
    CREATE TRIGGER added AFTER INSERT ON peer_paper BEGIN
        INSERT INTO peer_text(rowid, title, abstract, authors)
        VALUES (new.id, new.title, new.abstract, new.authors);
    END
    """,
    """
    CREATE TRIGGER changed AFTER UPDATE OF title, abstract, authors ON peer_paper
    WHEN old.title IS NOT new.title OR old.abstract IS NOT new.abstract OR old.authors IS NOT new.authors BEGIN
        INSERT INTO peer_text(peer_text, rowid, title, abstract, authors)
        VALUES ('delete', old.id, old.title, old.abstract, old.authors);
        INSERT INTO peer_text(rowid, title, abstract, authors)
        VALUES (new.id, new.title, new.abstract, new.authors);
    END
    """,
)


class PeerPaper(SQLModel, table=True):
    """A paper with the columns that everybody has."""

    __tablename__ = "peer_paper"

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(index=True, unique=True)
    title: str
    abstract: str
    authors: str
    categories: str
    url: str
    day: str = Field(index=True)
    votes: int


def opened(path: Path, *, full_text: bool) -> Engine:
    """A new database, as safe against a power cut as ours is."""
    engine = create_engine(f"sqlite:///{path}")
    event.listen(engine, "connect", _prepare)
    SQLModel.metadata.create_all(engine, tables=[SQLModel.metadata.tables["peer_paper"]])
    with engine.begin() as connection:
        for statement in FULL_TEXT if full_text else ():
            connection.exec_driver_sql(statement)
    return engine


def store(engine: Engine, listings: tuple[Listing, ...]) -> None:
    """Look each paper up, add or change it, commit."""
    with Session(engine) as session:
        for listing in listings:
            facts = listing.facts
            paper = session.exec(select(PeerPaper).where(PeerPaper.key == facts.keys[0])).first()
            paper = paper or PeerPaper(
                key=facts.keys[0],
                title=facts.title,
                abstract=facts.abstract,
                authors=", ".join(facts.authors),
                categories=" ".join(facts.categories),
                url=facts.url,
                day=str(listing.day),
                votes=0,
            )
            paper.votes = listing.votes or 0
            session.add(paper)
            session.commit()


def _prepare(connection: Any, _record: Any) -> None:
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
