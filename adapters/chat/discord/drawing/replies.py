"""Every answer in Discord; one `match`, so that a new reply fails type checking until it is drawn."""

from __future__ import annotations

from typing import assert_never

from bot.commands import replies
from bot.commands.parsing import Call
from bot.commands.replies import Action, Reply

from .buttons import Press, action_of, asked
from .cards import paper_card
from .embeds import Message, row
from .kept import Kept
from .replies_channel import settings_view, subscribed, subscription_list
from .replies_papers import citation, digest_view, paper_list, why_view
from .replies_pieces import PREFIX, told
from .replies_status import overview, status_view
from .replies_words import feed_list, help_page, notice, topic_list
from .rows import button_of


def reply_messages(  # noqa: C901, PLR0911, PLR0912 - one arm for each reply, and nothing else
    reply: Reply, kept: Kept | None = None, *, prefix: str = PREFIX, locale: str = ""
) -> tuple[Message, ...]:
    """A reply as one to four messages; what they have no room for, they say.

    What a button is too short for goes into `kept`; without it, such a button is left out. `locale` is the language of
    whoever reads it, as Discord names it.
    """
    match reply:
        case replies.Notice():
            return notice(reply, kept)
        case replies.PaperList():
            return paper_list(reply, kept)
        case replies.PaperCard():
            return paper_card(reply, kept)
        case replies.Subscribed():
            return subscribed(reply, prefix, kept, locale=locale)
        case replies.SubscriptionList():
            return subscription_list(reply, prefix, kept)
        case replies.SettingsView():
            return settings_view(reply, prefix, kept)
        case replies.HelpPage():
            return help_page(reply)
        case replies.TopicList():
            return topic_list(reply, prefix)
        case replies.StatusView():
            return status_view(reply, prefix, kept)
        case replies.Overview():
            return overview(reply, prefix, kept)
        case replies.DigestView():
            return digest_view(reply, kept)
        case replies.WhyView():
            return why_view(reply, kept)
        case replies.Citation():
            return citation(reply, kept)
        case replies.FeedList():
            return feed_list(reply, kept)
        case _:
            assert_never(reply)


def confirmation(call: Call, kept: Kept | None = None) -> Message:
    """What a press that destroys asks first: the button that does it takes the place of the question."""
    sure, leave = action_of(call), Action("Cancel", call.command)
    drawn = [button_of(sure, kept, press=Press.TURN), button_of(leave, kept, press=Press.LEAVE)]
    return Message(content=told(asked(call)), components=(row([one for one in drawn if one]),))
