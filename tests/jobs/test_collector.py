"""What is set aside while much is planned is no garbage for ever."""

import gc
import weakref

import pytest

from jobs.collector import Collector


class Knot:
    """Keeps itself alive until the collector comes."""

    def __init__(self):
        self.own = self


@pytest.mark.parametrize("set_aside_at_start", [True, False])
def test_what_became_garbage_meanwhile_is_collected(set_aside_at_start):
    if set_aside_at_start:
        gc.collect()
        gc.freeze()
    with Collector() as collector:
        left = weakref.ref(Knot())
        collector.rest()
    gc.collect()
    assert left() is None
    assert (gc.get_freeze_count() > 0) is set_aside_at_start
