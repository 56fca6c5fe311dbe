"""A connection that asks nothing is closed: whoever holds enough of them open shuts everybody else out."""

from __future__ import annotations

import asyncio

from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle

HEAD_SECONDS = (
    10.0  # within which the head of a request has to be here; its body has a limit of its own (guard.py)
)


class Impatient(H11Protocol):
    """uvicorn's, which waits for the first request, and for what was begun of any, as long as whoever asks likes."""

    _looked_at: RequestResponseCycle | None = None
    _next_look: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        super().connection_made(transport)
        self._look_later()

    def connection_lost(self, exc: Exception | None) -> None:
        if self._next_look is not None:
            self._next_look.cancel()
        super().connection_lost(exc)

    def _look_later(self) -> None:
        self._looked_at = self.cycle
        self._next_look = self.loop.call_later(HEAD_SECONDS, self._look)

    def _look(self) -> None:
        """Close it if no request has come since the last look, and none is being answered."""
        is_answering = self.cycle is not None and not self.cycle.response_complete
        if is_answering or self.cycle is not self._looked_at:
            self._look_later()
        else:
            self.transport.close()
