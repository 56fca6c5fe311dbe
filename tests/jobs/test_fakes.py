import pytest

from bot.domain.paper import Batch, Freshness
from bot.errors import SourceError
from bot.testing import ContractBroken, check_chat_adapter, check_source
from bot.testing.builders import SAMPLE_DAY, make_batch
from bot.testing.fake_chat import FakeChat
from bot.testing.fake_source import FakeSource


async def test_the_fake_chat_keeps_the_contract_of_a_chat():
    await check_chat_adapter(FakeChat())


async def test_the_fake_source_keeps_the_contract_of_a_source():
    await check_source(FakeSource().gives(make_batch()))


@pytest.mark.parametrize(
    "source",
    [
        FakeSource(name=""),
        FakeSource().fails(SourceError("down", reason="timeout")),
        FakeSource().gives(Batch(source="fake", origin="", day=SAMPLE_DAY, freshness=Freshness.FAILED)),
    ],
    ids=["no name", "an exception instead of a batch", "a failure without a reason"],
)
async def test_a_source_that_breaks_the_contract_is_told_which_clause(source):
    with pytest.raises(ContractBroken):
        await check_source(source)
