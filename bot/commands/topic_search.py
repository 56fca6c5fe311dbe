"""Topics like a text: by whole words and how words begin, never by what stands inside a word."""

from __future__ import annotations

from bot.domain.text import normalise
from bot.domain.topics import Topic, Topics

_UNLIKE = 9


def like(topics: Topics, text: str) -> list[Topic]:
    """Topics that hold every word of the text, best first: named so, then titled so, then with such a synonym.

    A text that none has in such words may still be one in another spelling: "finetuning" for "fine-tuning".
    """
    wanted = tuple(dict.fromkeys(normalise(text.lower().removeprefix("topic:"))))
    if not wanted:
        return []
    ranks = {topic: _unlikeness(topic, wanted) for topic in topics.all()}
    found = [topic for topic, (rank, _) in ranks.items() if rank < _UNLIKE]
    return sorted(found, key=lambda topic: (ranks[topic], topic.name)) or list(topics.complete(text))


def _unlikeness(topic: Topic, wanted: tuple[str, ...]) -> tuple[int, int]:
    """Where the words stand (0 in the name, 1 up to the title, 2 anywhere), and whether only as beginnings."""
    said: set[str] = set()
    for rank, phrases in enumerate(((topic.name,), (topic.title,), (*topic.synonyms, topic.category))):
        said |= {word for phrase in phrases for word in normalise(phrase)}
        if all(any(word.startswith(begin) for word in said) for begin in wanted):
            return rank, int(not said.issuperset(wanted))
    return _UNLIKE, 0
