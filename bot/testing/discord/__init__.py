"""A stand-in for Discord on loopback: REST, gateway, interactions, people who type and press, and a judge of what was posted."""

from .driver import Driver
from .faults import Fault, Faults
from .interactions import Interaction
from .judge import Verdict, judge
from .payloads import Impossible
from .permissions import Permission
from .rates import Rates
from .server import DiscordStandIn
from .world import Channel, Guild, Person, Said

__all__ = [
    "Channel",
    "DiscordStandIn",
    "Driver",
    "Fault",
    "Faults",
    "Guild",
    "Impossible",
    "Interaction",
    "Permission",
    "Person",
    "Rates",
    "Said",
    "Verdict",
    "judge",
]
