"""What the gateway tells the bot of a deed: the interaction object and its data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .interactions import Interaction
from .objects import channel_json, member_json
from .state import State
from .world import Channel, Guild, Json, Person, permissions


class Impossible(LookupError):
    """What Discord's own client would not let somebody do: a fault of the test, or of what the bot showed."""


def interaction_json(state: State, act: Interaction, data: Json) -> Json:
    """The interaction object."""
    guild, rights = act.channel.guild, str(int(permissions(act.person, act.channel)))
    whole: Json = {
        "id": act.id,
        "application_id": state.bot.id,
        "type": act.kind,
        "data": data,
        "channel_id": act.channel.id,
        "channel": {**channel_json(act.channel), "permissions": rights},
        "token": act.token,
        "version": 1,
        "app_permissions": str(int(permissions(state.bot, act.channel))),
        "locale": act.person.locale,
        "entitlements": [],
        "attachment_size_limit": 10 << 20,
        "authorizing_integration_owners": act.owners,
        "context": 0 if guild else 1 if act.channel.person is act.person else 2,
        **({"message": act.source.raw} if act.source else {}),
    }
    if guild is None:
        return {**whole, "user": act.person.described()}
    return {**whole, **_of_guild(guild, act.person, rights)}


def _of_guild(guild: Guild, person: Person, rights: str) -> Json:
    return {
        "guild_id": guild.id,
        "guild": {"id": guild.id, "features": [], "locale": "en-US"},
        "guild_locale": "en-US",
        "member": {**member_json(person), "permissions": rights},
    }


def found_command(
    state: State, person: Person, channel: Channel, line: str, kind: int = 1
) -> tuple[Json, list[Json]]:
    """A command somebody may use there, and the groups and subcommands of its line."""
    words = line.removeprefix("/").split() if kind == 1 else [line]
    guild = channel.guild.id if channel.guild else ""
    pool = [*state.commands[""], *(state.commands.get(guild, []) if guild else [])]
    found = next((one for one in pool if (one["name"], one["type"]) == (words[0], kind)), None)
    if found is None:
        raise Impossible(f"/{line} is not registered")
    _usable(found, person, channel)
    chain: list[Json] = []
    for word in words[1:]:
        chain.append(_below(chain[-1] if chain else found, word, line))
    return found, chain


def _below(command: Json, word: str, line: str) -> Json:
    for option in command.get("options") or []:
        if option["name"] == word and option["type"] in {1, 2}:
            return dict(option)
    raise Impossible(f"/{line}: there is no subcommand {word}")


def _usable(command: Json, person: Person, channel: Channel) -> None:
    wanted, contexts = command.get("default_member_permissions"), command.get("contexts")
    have = int(permissions(person, channel))
    if channel.guild and wanted is not None and (wanted == "0" or have & int(wanted) != int(wanted)):
        raise Impossible(f"{person.name} may not use /{command['name']}")
    if contexts is not None and (0 if channel.guild else 1) not in contexts:
        raise Impossible(f"/{command['name']} is not for this kind of place")


def command_data(
    state: State, command: Json, chain: Sequence[Json], options: Mapping[str, Any], focused: str = ""
) -> Json:
    """The data of a command, or of its autocomplete when an option is being typed."""
    known = {one["name"]: one for one in (chain[-1] if chain else command).get("options") or []}
    if any(one["type"] in {1, 2} for one in known.values()):
        raise Impossible(f"/{command['name']} needs a subcommand")
    lacking = [name for name, one in known.items() if one.get("required") and name not in options]
    if lacking and not focused:
        raise Impossible(f"/{command['name']} needs {', '.join(lacking)}")
    given: list[Json] = [_option(known, name, value, focused) for name, value in options.items()]
    for part in reversed(chain):
        given = [{"name": part["name"], "type": part["type"], "options": given}]
    resolved = _resolved(state, options)
    data = {"id": command["id"], "name": command["name"], "type": 1, "options": given}
    return {**data, **({"resolved": resolved} if resolved else {})}


def _option(known: Mapping[str, Json], name: str, value: Any, focused: str) -> Json:
    if name not in known:
        raise Impossible(f"there is no option {name}")
    choices, most = known[name].get("choices"), known[name].get("max_length") or 6000
    if choices and not focused and value not in [one["value"] for one in choices]:
        raise Impossible(f"{value!r} is not among the choices of {name}")
    if isinstance(value, str) and len(value) > most:
        raise Impossible(f"{name} is too long to type")
    kept = value.id if isinstance(value, Person | Channel) else value
    typed = {"focused": True} if name == focused else {}
    return {"name": name, "type": known[name]["type"], "value": kept, **typed}


def _resolved(state: State, options: Mapping[str, Any]) -> Json:
    people = {one.id: one.described() for one in options.values() if isinstance(one, Person)}
    places = {
        one.id: {**channel_json(one), "permissions": str(int(permissions(state.bot, one)))}
        for one in options.values()
        if isinstance(one, Channel)
    }
    return {name: found for name, found in (("users", people), ("channels", places)) if found}


def filled(modal: Json, values: Mapping[str, Any]) -> Json:
    """The data of a modal that is sent off; values by custom_id or label, what is left out stays as it is."""
    unknown = set(values) - {name for one in modal["components"] for name in _names(one)}
    if unknown:
        raise Impossible(f"the modal has no {', '.join(sorted(unknown))}")
    return {
        "custom_id": modal["custom_id"],
        "components": [_filled(one, values, "") for one in modal["components"]],
    }


def _names(part: Json) -> set[str]:
    below = [*(part.get("components") or []), *([part["component"]] if part.get("component") else [])]
    own = {str(part[name]) for name in ("custom_id", "label") if part.get(name)}
    return own.union(*(_names(one) for one in below))


def _filled(part: Json, values: Mapping[str, Any], label: str) -> Json:
    label = str(part.get("label") or label)
    made: Json = {"type": part["type"], "id": part.get("id", 1)}
    if "components" in part:
        made["components"] = [_filled(one, values, label) for one in part["components"]]
    if "component" in part:
        made["component"] = _filled(part["component"], values, label)
    if "custom_id" in part:
        value = values.get(part["custom_id"], values.get(label, _usual(part)))
        made |= {"custom_id": part["custom_id"], ("values" if isinstance(value, list) else "value"): value}
    return made


def _usual(part: Json) -> str | list[str]:
    if part["type"] == 4:
        return str(part.get("value") or "")
    return [str(one["value"]) for one in part.get("options") or [] if one.get("default")]


def component(rows: Sequence[Json], what: str, kinds: set[int]) -> Json:
    """A button or menu by its custom_id, its label or its placeholder."""
    every = [part for row in rows for part in row.get("components") or [] if part["type"] in kinds]
    for name in ("custom_id", "label", "placeholder"):
        for part in every:
            if part.get(name) == what and not part.get("disabled"):
                return dict(part)
    raise Impossible(
        f"there is no {what!r} to use among {[p.get('label') or p.get('custom_id') for p in every]}"
    )
