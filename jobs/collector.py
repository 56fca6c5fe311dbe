"""Python's garbage collector stops every thread while it looks through all there is: not while much is planned."""

from __future__ import annotations

import gc
from types import TracebackType
from typing import Self


class Collector:
    """While this is open, what is there at each `rest` is not looked through again.

    A plan holds hundreds of thousands of values that are no garbage; a full collection among them takes 0.1-0.3 s.
    """

    def __enter__(self) -> Self:
        # A bot that keeps running has set aside what its start-up made.
        self._is_kept = gc.get_freeze_count() > 0
        self.rest()
        return self

    def rest(self) -> None:
        """Set aside what is there now; quick, however much it is."""
        gc.freeze()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        gc.unfreeze()
        if self._is_kept:
            gc.collect()  # what was set aside here and is garbage by now would stay for ever
            gc.freeze()
