"""A stand-in for Slack on loopback: Web API, Socket Mode, OAuth, people who press buttons, and a judge of what was posted."""

from .driver import Driver
from .faults import Fault, Faults
from .judge import Verdict, judge
from .messages import Said
from .rates import Rates
from .sent import Ack
from .server import SlackStandIn
from .views import View
from .world import Channel, Person, Workspace

__all__ = [
    "Ack",
    "Channel",
    "Driver",
    "Fault",
    "Faults",
    "Person",
    "Rates",
    "Said",
    "SlackStandIn",
    "Verdict",
    "View",
    "Workspace",
    "judge",
]
