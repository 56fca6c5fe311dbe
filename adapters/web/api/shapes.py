"""What is answered: every shape once, for the answers and for the document that describes them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, TypeAlias

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from adapters.chat.foreign import readable


def _said(text: object) -> object:
    """A text that is safe to hand on; one that says nothing is none."""
    return (readable(text) or None) if isinstance(text, str) else text


Text: TypeAlias = Annotated[
    str, BeforeValidator(lambda text: readable(text) if isinstance(text, str) else text)
]
Said: TypeAlias = Annotated[str | None, BeforeValidator(_said)]


class Shape(BaseModel):
    """A piece of an answer."""

    model_config = ConfigDict(frozen=True)


class PaperShape(Shape):
    """A paper, with everything that was said of it."""

    id: int = Field(description="Its number here.")
    key: Text = Field(description='The one name of the work: "arxiv:2401.00001", "doi:10.1000/1".')
    page: str = Field(description="Its page here.")
    title: Text
    abstract: Said
    summary: Said
    summary_by: Said = Field(description='Who said so: "source", "abstract" or "model".')
    authors: list[Text]
    categories: list[Text]
    topics: list[Text] = Field(description="The names of the topics it matches.")
    keywords: list[Text]
    url: Said = Field(description="The work itself.")
    doi: Said
    code_url: Said
    stars: int | None = Field(description="How many like its code.")
    project_url: Said
    venue: Said
    comment: Said
    organization: Said
    license: Said
    submitted: date | None
    announced: date | None
    listed: date | None = Field(description="The newest day any source listed it.")
    first_seen: datetime
    votes: int
    comments: int
    sources: list[Text]
    withdrawn: bool
    matched: list[Text] = Field(description="The words it was found by, where something was searched for.")


class Citations(Shape):
    """How to cite a paper."""

    bibtex: Text
    ris: Text
    csl_json: Text = Field(description="CSL-JSON, as a text.")


class PostedShape(Shape):
    """A digest that anybody may read, in which the paper stood."""

    place: Text
    platform: Text
    day: date


class PaperAnswer(Shape):
    """One paper."""

    paper: PaperShape
    similar: list[PaperShape]
    citations: Citations
    posted: list[PostedShape]


class Listed(Shape):
    """One page of a list of papers."""

    papers: list[PaperShape]
    total: int
    exact_total: bool = Field(description="Whether there are just so many; else at least.")
    page: int
    pages: int
    next: str | None = Field(description="The address of the next page.")
    previous: str | None = Field(description="The address of the page before.")


class SourceShape(Shape):
    """How many papers a source listed that day."""

    source: Text
    name: Text
    papers: int


class DayAnswer(Listed):
    """The papers of a day."""

    day: date
    previous_day: date | None = Field(description="The nearest day before that has papers.")
    next_day: date | None = Field(description="The nearest day after that has papers.")
    sources: list[SourceShape]
    notes: list[Text] = Field(description="Honest lines: sources missing, late, silent.")


class SearchAnswer(Listed):
    """What a query finds."""

    query: Said = Field(description="The query as it was understood, with the filters.")
    hint: Said = Field(description="What to try when there is nothing.")


class TopicShape(Shape):
    """A topic and what it stands for."""

    name: Text
    title: Text
    definition: Text = Field(description="The query it is.")
    category: Said
    own: bool = Field(description="Whether it is this installation's own.")
    page: str = Field(description="Its page here.")
    feed: str = Field(description="Its papers as a feed.")


class TopicsAnswer(Shape):
    """All topics, or those like a text."""

    topics: list[TopicShape]


class TopicAnswer(Listed):
    """A topic and its papers, newest first."""

    topic: TopicShape
    synonyms: list[Text]


class Mistake(Shape):
    """One value that cannot be used."""

    name: Text
    what: Text


class Problem(Shape):
    """Why there is no answer: https://www.rfc-editor.org/rfc/rfc9457."""

    type: str = "about:blank"
    title: str
    status: int
    detail: Text
    fix: Said = Field(default=None, description="One thing to try.")
    code: Said = Field(default=None, description="Stable, for programs.")
    column: int | None = Field(default=None, description="Where in the query, from 1.")
    mistakes: list[Mistake] = []
