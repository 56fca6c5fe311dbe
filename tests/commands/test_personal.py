"""save, unsave, saved, mute, unmute, dismiss."""

from __future__ import annotations

from bot.commands.replies import PaperList, Tone


async def saved_titles(ask, **who) -> list[str]:
    reply = await ask("saved", **who)
    assert isinstance(reply, PaperList)
    return [pick.paper.title for pick in reply.papers]


async def test_saved_papers_are_the_askers_own(ask) -> None:
    await ask("save 2606.00001")
    assert await saved_titles(ask) == ["Flow Matching for Knitting Robots"]
    assert await saved_titles(ask, user="U2") == []


async def test_a_saved_paper_can_be_taken_off(ask) -> None:
    undo = (await ask("save 2606.00001")).actions[0]
    assert undo.command == "unsave"
    await ask("unsave 2606.00001")
    assert await saved_titles(ask) == []
    assert "/papers save" in (await ask("saved")).hint


async def test_saving_or_taking_off_a_second_time_says_that_nothing_changed(ask) -> None:
    for verb in ("save", "unsave"):
        assert (await ask(f"{verb} 2606.00001")).kind is Tone.DONE
        again = await ask(f"{verb} 2606.00001")
        assert (again.kind, again.actions) == (Tone.INFO, ())
        assert "Nothing was changed" in again.fix


async def test_a_muted_author_stays_out_of_the_askers_lists_alone(ask) -> None:
    await ask("subscribe knitting")
    await ask('mute author:"Ada Example"')
    assert (await ask("catchup since:7d")).total == 0
    assert (await ask("today")).total == (await ask("trending")).total == 0
    assert (await ask("catchup since:7d", user="U2")).total == (await ask("today", user="U2")).total == 2
    await ask("unmute Ada Example")
    assert (await ask("catchup since:7d")).total == 2


async def test_muting_answers_with_everybody_muted(ask) -> None:
    await ask("mute Ada Example")
    assert (await ask("mute Bo Muster")).lines == ("Muted now: Ada Example and Bo Muster.",)


async def test_an_author_is_unmuted_however_the_name_is_written(ask) -> None:
    await ask("mute Ada Example")
    reply = await ask("unmute ada EXAMPLE")
    assert reply.kind is Tone.DONE
    assert reply.lines == ("Nobody is muted now.",)
    assert reply.actions[0].arguments == {"author": "Ada Example"}
    assert (await ask("today")).total == 2


async def test_muting_in_another_spelling_mutes_nobody_twice(ask) -> None:
    await ask("mute Ada Example")
    assert (await ask("mute ADA example")).lines == ("Muted now: Ada Example.",)


async def test_unmuting_somebody_who_is_not_muted_is_told(ask) -> None:
    assert (await ask("unmute Nobody Known")).kind is Tone.ERROR
    assert (await ask("mute 12345")).kind is Tone.ERROR


async def test_a_dismissed_paper_does_not_come(ask) -> None:
    await ask("subscribe knitting")
    assert (await ask("preview")).digest.matched == 2
    await ask("dismiss 2606.00001")
    assert [pick.paper.title for pick in (await ask("preview")).digest.picks] == ["A Survey of Knitting"]
