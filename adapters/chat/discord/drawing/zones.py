"""Discord tells nobody's time zone, so a channel is asked for it once: a menu of zones, those of the person's language first.

https://discord.com/developers/docs/reference#locales
"""

from __future__ import annotations

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from bot.commands.replies import Action, Subscribed

from . import limits
from .buttons import Press, packed
from .embeds import Json, option, row, select
from .kept import Kept
from .rows import MENU

PLACEHOLDER = "The time zone of this channel"
ANOTHER = "Another time zone ..."
# The language alone, unless a country speaks it otherwise; zones in the order of how many people live there.
SPOKEN = {
    "id": "Asia/Jakarta Asia/Makassar",
    "da": "Europe/Copenhagen",
    "de": "Europe/Berlin Europe/Vienna Europe/Zurich",
    "en-GB": "Europe/London Europe/Dublin",
    "en-US": "America/New_York America/Chicago America/Denver America/Los_Angeles America/Toronto",
    "es-ES": "Europe/Madrid",
    "es-419": "America/Mexico_City America/Bogota America/Argentina/Buenos_Aires America/Lima America/Santiago",
    "fr": "Europe/Paris Europe/Brussels America/Toronto",
    "hr": "Europe/Zagreb",
    "it": "Europe/Rome",
    "lt": "Europe/Vilnius",
    "hu": "Europe/Budapest",
    "nl": "Europe/Amsterdam Europe/Brussels",
    "no": "Europe/Oslo",
    "pl": "Europe/Warsaw",
    "pt-BR": "America/Sao_Paulo America/Manaus Europe/Lisbon",
    "ro": "Europe/Bucharest",
    "fi": "Europe/Helsinki",
    "sv-SE": "Europe/Stockholm",
    "vi": "Asia/Ho_Chi_Minh",
    "tr": "Europe/Istanbul",
    "cs": "Europe/Prague",
    "el": "Europe/Athens",
    "bg": "Europe/Sofia",
    "ru": "Europe/Moscow Asia/Yekaterinburg Asia/Novosibirsk",
    "uk": "Europe/Kyiv",
    "hi": "Asia/Kolkata",
    "th": "Asia/Bangkok",
    "zh-CN": "Asia/Shanghai",
    "ja": "Asia/Tokyo",
    "zh-TW": "Asia/Taipei Asia/Hong_Kong",
    "ko": "Asia/Seoul",
}
# From west to east.
EVERYWHERE = (
    "America/Los_Angeles America/Denver America/Chicago America/New_York America/Sao_Paulo UTC Europe/London "
    "Europe/Paris Europe/Berlin Africa/Lagos Africa/Johannesburg Europe/Istanbul Asia/Dubai Asia/Kolkata "
    "Asia/Bangkok Asia/Singapore Asia/Shanghai Asia/Tokyo Australia/Sydney Pacific/Auckland"
)


def zone_question(reply: Subscribed) -> str:
    """What the menu asks, and what holds until somebody answers it."""
    schedule = reply.state.destination.schedule
    return f"{schedule.at:%H:%M} is in {schedule.tz}, as nobody said otherwise. Pick this channel's time zone below."


def zone_picker(reply: Subscribed, kept: Kept | None = None, *, locale: str = "") -> list[Json]:
    """A menu that sets the channel's zone, and leads to the form for whoever lives elsewhere."""
    others = [zone for zone in _zones(locale) if zone != reply.state.destination.schedule.tz]
    lines = [_line(zone, reply) for zone in others[: limits.SELECT_OPTIONS - 1]]
    form = packed(Action("", "edit", {"which": str(reply.subscription.id)}), kept, press=Press.FORM)
    another = option(ANOTHER, form, description="Opens a form: any city, any zone by its name")
    return [row([select(f"{MENU}|zone", [*lines, another], placeholder=PLACEHOLDER)])]


def _zones(locale: str) -> Iterator[str]:
    spoken = f"{SPOKEN.get(locale, '')} {EVERYWHERE}"
    yield from dict.fromkeys(spoken.split())


def _line(zone: str, reply: Subscribed) -> Json:
    city = zone.rpartition("/")[2].replace("_", " ")
    label = f"{city} ({zone})" if city != zone else zone
    return option(label, packed(Action("", "settings", {"tz": zone})), description=_offset(zone, reply))


def _offset(zone: str, reply: Subscribed) -> str:
    """As "UTC+02:00", on the day of the next digest."""
    then = reply.state.next_digest
    return f"UTC{then.astimezone(ZoneInfo(zone)).isoformat()[-6:]}" if then else ""
