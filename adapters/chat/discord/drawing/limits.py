"""What Discord takes, and what it says of how much; each number with its page."""

from __future__ import annotations

from bot.ports import LaneLimits

# https://discord.com/developers/docs/resources/message#create-message-jsonform-params
CONTENT = 2000
NONCE = 25
# https://discord.com/developers/docs/resources/message#embed-object-embed-limits
EMBEDS = 10  # in a message
EMBED_TITLE = 256
EMBED_DESCRIPTION = 4096
EMBED_FIELDS = 25
FIELD_NAME, FIELD_VALUE = 256, 1024
FOOTER = 2048
AUTHOR = 256
EMBED_TEXT = 6000  # over all embeds of a message
LINK_URL = 2000  # ours: no paper's address is as long, and a long one is heavy in every message
# https://discord.com/developers/docs/components/reference
ROWS = 5  # in a message
ROW_BUTTONS = 5
BUTTON_LABEL = 80
BUTTON_URL = 512
CUSTOM_ID = 100
SELECT_OPTIONS = 25
OPTION_LABEL = OPTION_VALUE = OPTION_DESCRIPTION = 100
PLACEHOLDER = 150
# https://discord.com/developers/docs/interactions/receiving-and-responding#interaction-response-object-modal, and
# https://discord.com/developers/docs/components/reference#label, #text-input
MODAL_TITLE = 45
MODAL_INPUTS = 5
INPUT_LABEL, INPUT_DESCRIPTION, INPUT_PLACEHOLDER = 45, 100, 100
INPUT_VALUE = 4000
# https://discord.com/developers/docs/interactions/application-commands
CHOICES = 25
CHOICE_NAME = CHOICE_VALUE = 100
# https://discord.com/developers/docs/resources/channel#channel-object, #forum-tag-object
THREAD_NAME = 100
TAG_NAME = 20
THREAD_TAGS = 5
# https://discord.com/developers/docs/interactions/receiving-and-responding#followup-messages
TOKEN_MINUTES = 15

# https://discord.com/developers/docs/topics/rate-limits#global-rate-limit: 50 requests a second, over all servers; the
# rest is for answers. A channel's own limit is in the headers of each answer, never in the code.
LIMITS = LaneLimits(rate_per_s=40.0, concurrency=10, gap_ms=0)
