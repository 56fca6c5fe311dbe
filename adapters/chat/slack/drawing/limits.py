"""What Slack takes, and what it says of how much; each number with its page."""

from __future__ import annotations

from bot.ports import LaneLimits

# https://docs.slack.dev/reference/block-kit/blocks
MOST_BLOCKS = 50  # in a message
MOST_VIEW_BLOCKS = 100  # in a modal or App Home
SECTION_TEXT = 3000
HEADER_TEXT = 150
CONTEXT_ELEMENTS = 10
CONTEXT_TEXT = 800  # ours: ten longer ones would be more than a message holds
ACTION_ELEMENTS = 25
ALT_TEXT = 2000
# https://docs.slack.dev/reference/block-kit/composition-objects, .../block-elements
BUTTON_TEXT = 75
BUTTON_VALUE = 2000
LINK_URL = 2000  # ours: no paper's address is as long, and a long one is heavy in every message
OPTION_TEXT = 75
OPTION_VALUE = 150
OVERFLOW_OPTIONS = 5
SELECT_OPTIONS = 100
CONFIRM_TITLE, CONFIRM_TEXT, CONFIRM_LABEL = 100, 300, 30
NAME = 255  # an action_id or block_id
# https://docs.slack.dev/reference/views
VIEW_TITLE = 24
PRIVATE_METADATA = 3000
INPUT_LABEL, INPUT_HINT, PLACEHOLDER = 2000, 2000, 150
# https://docs.slack.dev/reference/methods/chat.postMessage: "keep to 4,000 characters"; cut at 40,000.
FALLBACK_TEXT = 4000
# Not in the reference: more text than about 12,000 characters in all blocks together is `msg_blocks_too_long`
# (https://github.com/slackapi/bolt-js/issues/2509). A message is split well before that.
MESSAGE_TEXT = 9000
# https://docs.slack.dev/interactivity/handling-user-interaction#message_responses
RESPONSES, RESPONSE_MINUTES = 5, 30

# https://docs.slack.dev/apis/web-api/rate-limits: one message per second and channel, "several hundred" per minute and
# workspace: kept to 180.
LIMITS = LaneLimits(rate_per_s=3.0, concurrency=10, gap_ms=1000)
# Where some channel's history cannot be read nobody can tell what was posted: with one message in flight, a crash repeats no more than
# that one.
BLIND_LIMITS = LaneLimits(rate_per_s=3.0, concurrency=1, gap_ms=1000)
