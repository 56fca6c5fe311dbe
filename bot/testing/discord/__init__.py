"""A stand-in for Discord on loopback: REST, gateway, interactions, people who type and press, and a judge of what was posted."""

from .faults import Fault, Faults
from .permissions import Permission
from .rates import Rates
from .server import DiscordStandIn
from .world import Channel, Guild, Person, Said

__all__ = [
    "Channel",
    "DiscordStandIn",
    "Fault",
    "Faults",
    "Guild",
    "Permission",
    "Person",
    "Rates",
    "Said",
]
