"""Shipped fakes and contract checks, for our own tests and for third-party adapters and sources."""

from .adapters import check_chat_adapter, contract_digests
from .clock import FakeClock
from .contracts import ContractBroken
from .sources import check_batch, check_source

__all__ = [
    "ContractBroken",
    "FakeClock",
    "check_batch",
    "check_chat_adapter",
    "check_source",
    "contract_digests",
]
