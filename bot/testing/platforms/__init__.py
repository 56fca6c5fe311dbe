"""Fake platforms that lose answers, commit late, throttle and go down, and a judge of what arrived.

platform = FakeSlack(clock=clock, faults=Faults(seed=7).sometimes(LoseAnswer(), chance=0.02))
...
assert judge(platform, {"C1": keys_in_order}).kept
"""

from .discord import FakeDiscord
from .faults import (
    CommitLate,
    Deny,
    Fault,
    Faults,
    Form,
    LoseAnswer,
    Lost,
    Refuse,
    Reject,
    Slow,
    Throttle,
    Vanish,
)
from .judge import Copy, Expected, Overtaken, Verdict, expected, judge
from .messages import Message, Request, Told
from .platform import FakePlatform
from .rates import Rate, TooFast
from .remote import RemoteChat, serve
from .slack import FakeSlack
from .smtp import FakeSmtp

__all__ = [
    "CommitLate",
    "Copy",
    "Deny",
    "Expected",
    "FakeDiscord",
    "FakePlatform",
    "FakeSlack",
    "FakeSmtp",
    "Fault",
    "Faults",
    "Form",
    "LoseAnswer",
    "Lost",
    "Message",
    "Overtaken",
    "Rate",
    "Refuse",
    "Reject",
    "RemoteChat",
    "Request",
    "Slow",
    "Throttle",
    "Told",
    "TooFast",
    "Vanish",
    "Verdict",
    "expected",
    "judge",
    "serve",
]
