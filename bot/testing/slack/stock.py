"""The workspaces a stand-in has unless it is given others."""

from __future__ import annotations

from .world import Person, Workspace


def stock() -> tuple[Workspace, Workspace]:
    """Two workspaces with people of every kind; the bot is installed in the first."""
    return _workspace("T0KNITTING", "Knitting Lab"), _workspace("T0CROCHET0", "Crochet Lab")


def _workspace(team: str, name: str) -> Workspace:
    made = Workspace(id=team, name=name, bot_user=f"U0{team[1:]}", bot_id=f"B0{team[1:]}")
    for number, person in enumerate(_people(team), start=1):
        person.id = f"U{number}{team[1:]}"
        made.people[person.id] = person
    bot = Person(id=made.bot_user, name="paperround", team=team, bot=True)
    made.people[bot.id] = bot
    _channels(made)
    return made


def _people(team: str) -> list[Person]:
    return [
        Person(id="", name="ada", team=team, admin=True),
        Person(id="", name="olga", team=team, owner=True, tz="Asia/Tokyo"),
        Person(id="", name="ben", team=team, tz="America/New_York"),
        Person(id="", name="mia", team=team),
        Person(id="", name="gus", team=team, guest=True),
        Person(id="", name="una", team=team, ultra_guest=True),
        Person(id="", name="sam", team="T0ELSEWHERE", stranger=True),
        Person(id="", name="robo", team=team, bot=True),
    ]


def _channels(made: Workspace) -> None:
    everybody = ("ada", "olga", "ben", "mia", "gus")
    made.add_channel("general", members=(*everybody, "bot"), creator="olga")
    made.add_channel("papers", members=(*everybody, "una", "sam", "bot"), creator="ben")
    made.add_channel("secret-papers", members=("ada", "ben", "mia", "bot"), creator="mia", private=True)
    made.add_channel("closed-circle", members=("ben", "mia"), creator="mia", private=True)  # without the bot
    made.add_channel("lobby", members=everybody, creator="olga")  # without the bot
    made.add_channel("attic", members=(*everybody, "bot"), creator="olga", archived=True)
