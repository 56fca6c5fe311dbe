"""The archive: what web pages, feeds out and the API read. Values only; nobody asks in a channel here."""

from __future__ import annotations

from .digest_values import DigestDay as DigestDay
from .digest_values import DigestList as DigestList
from .digest_values import DigestPage as DigestPage
from .digest_values import Place as Place
from .feeding import Feeding
from .paper_pages import PaperPages
from .spans import Choices as Choices
from .values import DayCount as DayCount
from .values import Entries as Entries
from .values import Entry as Entry
from .values import Filters as Filters
from .values import Newest as Newest
from .values import Order as Order
from .values import PaperPage as PaperPage
from .values import Period as Period
from .values import Posted as Posted
from .values import Search as Search
from .values import Shelf as Shelf
from .values import Sort as Sort
from .values import SourceCount as SourceCount
from .values import Span as Span
from .values import TopicPage as TopicPage
from .values import Trouble as Trouble


class Archive(Feeding, PaperPages):
    """Everything the web reads; asks the store, writes nothing, and answers a bad question with a `Trouble`."""
