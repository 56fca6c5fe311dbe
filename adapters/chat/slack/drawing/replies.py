"""Every answer in Slack; one `match`, so that a new reply fails type checking until it is drawn.

Somebody else's words stand in `rich_text` and `plain_text` alone, whatever an answer quotes.
"""

from __future__ import annotations

from typing import assert_never

from bot.commands import replies
from bot.commands.replies import Reply

from .blocks import Message
from .replies_channel import settings_view, subscribed, subscription_list
from .replies_papers import citation, digest_view, paper_card, paper_list, why_view
from .replies_pieces import PREFIX
from .replies_status import overview, status_view
from .replies_words import feed_list, help_page, notice, topic_list


def reply_messages(  # noqa: C901, PLR0911, PLR0912 - one arm for each reply, and nothing else
    reply: Reply, *, prefix: str = PREFIX
) -> tuple[Message, ...]:
    """A reply as one to four messages; what they have no room for, they say."""
    match reply:
        case replies.Notice():
            return notice(reply)
        case replies.PaperList():
            return paper_list(reply)
        case replies.PaperCard():
            return paper_card(reply)
        case replies.Subscribed():
            return subscribed(reply, prefix)
        case replies.SubscriptionList():
            return subscription_list(reply, prefix)
        case replies.SettingsView():
            return settings_view(reply, prefix)
        case replies.HelpPage():
            return help_page(reply)
        case replies.TopicList():
            return topic_list(reply, prefix)
        case replies.StatusView():
            return status_view(reply, prefix)
        case replies.Overview():
            return overview(reply, prefix)
        case replies.DigestView():
            return digest_view(reply)
        case replies.WhyView():
            return why_view(reply)
        case replies.Citation():
            return citation(reply)
        case replies.FeedList():
            return feed_list(reply)
        case _:
            assert_never(reply)
