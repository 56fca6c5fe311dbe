"""Wake-ups over PostgreSQL, for any number of processes: procrastinate carries them and spreads them over hosts.

Its tables hold hints only. What is excluded, remembered or retried stands in the ledger, so here is no `lock` (two jobs
of one key may run; the lane's lease decides) and no retry (a retry beside a waiting wake-up breaks the queueing lock's
index, and the job stays `doing` for ever).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from importlib.metadata import version

import psycopg
import psycopg_pool
import structlog
from procrastinate import App, PsycopgConnector
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException
from procrastinate.jobs import Job, Status
from procrastinate.manager import JobManager
from procrastinate.schema import SchemaManager

from .embedded import EmbeddedEngine
from .handlers import Handler, Handlers
from .wake_schema import connection_string, ensure_tables

log = structlog.get_logger()

QUEUE = TASK = "wake"
POLL_SECONDS = 1.0
HEARTBEAT_SECONDS = 5.0
STALLED_SECONDS = 15.0  # three heartbeats missed
JANITOR_SECONDS = 10.0
RESTART_SECONDS = 1.0  # between the end of a worker and the next
LEAVE_SECONDS = 1.0  # a worker that ends leaves its handlers to this process, which finishes them
POOL_SECONDS = 5.0  # to wait for a connection
CONNECTIONS = 4

Unreachable = (ConnectorException, psycopg.Error, OSError)


class ProcrastinateEngine:
    """Carries wake-ups to whichever process has room; while the queue cannot be reached, to this one."""

    def __init__(self, url: str, *, handlers: Handlers | None = None) -> None:
        _hush()
        self._conninfo = connection_string(url)
        self._handlers = handlers or Handlers()
        self._local = EmbeddedEngine(self._handlers)  # for when there is no queue
        self._app: App | None = None
        self._opening = asyncio.Lock()
        self._turns: set[asyncio.Task[None]] = set()

    def handler(self, kind: str, fn: Handler) -> None:
        """Answer wake-ups of a kind."""
        self._handlers.add(kind, fn)

    async def wake(self, kind: str, keys: Sequence[str]) -> None:
        """Queue these keys, each once however often it is asked for; called after the commit, on a connection of its own."""
        try:
            for key in dict.fromkeys(keys):
                await self._queue(kind, key)
        except Unreachable as error:
            log.warning("engine.queue_unreachable", kind=kind, reason=str(error.__cause__ or error))
            await self._local.wake(kind, keys)

    async def run(self, stop: asyncio.Event) -> None:
        """Take wake-ups until told to stop, then wait for the handlers that run; cancelled, it cancels them."""
        local = asyncio.create_task(self._local.run(stop), name="engine.local")
        workers = [
            asyncio.create_task(_again_and_again(name, work, pause), name=f"engine.{name}")
            for name, work, pause in (
                ("worker", self._work, RESTART_SECONDS),
                ("janitor", self._tidy, JANITOR_SECONDS),
            )
            if self._handlers.room
        ]
        try:
            await stop.wait()
            self._handlers.close()
            await _ended(workers)
            await local
            while self._turns:
                await asyncio.wait(self._turns)
        finally:
            await _ended([*workers, local, *self._turns])
            await self.close()

    async def close(self) -> None:
        """Let go of every connection; the next wake-up opens them anew."""
        app, self._app = self._app, None
        if app is not None:
            await app.close_async()

    async def _queue(self, kind: str, key: str) -> None:
        app = await self._opened()
        wanted = app.configure_task(TASK, queue=QUEUE, queueing_lock=f"{kind}:{key}")
        try:
            await wanted.defer_async(kind=kind, key=key)
        except AlreadyEnqueued:
            return  # somebody will run it: that is all a wake-up asks for

    async def _work(self) -> None:
        """One worker, until it stops itself because its heartbeat or its listener failed."""
        app = await self._opened()
        try:
            await app.run_worker_async(
                queues=[QUEUE],
                concurrency=self._handlers.room,
                fetch_job_polling_interval=POLL_SECONDS,
                update_heartbeat_interval=HEARTBEAT_SECONDS,
                stalled_worker_timeout=STALLED_SECONDS,
                shutdown_graceful_timeout=LEAVE_SECONDS,
                delete_jobs="always",
                install_signal_handlers=False,
            )
            log.warning("engine.worker_ended")
        finally:
            await self.close()  # the next one looks again whether the tables are there

    async def _tidy(self) -> None:
        """Wake what dead workers had taken."""
        app = await self._opened()
        for job in await app.job_manager.get_stalled_jobs(
            queue=QUEUE, seconds_since_heartbeat=STALLED_SECONDS
        ):
            if await _finished(app, job):
                await self.wake(str(job.task_kwargs["kind"]), [str(job.task_kwargs["key"])])

    async def _answer(self, kind: str, key: str) -> None:
        """What a job does: it waits while this process runs the handler, and may be torn from it."""
        turn = asyncio.create_task(self._turn(kind, key), name=f"{kind}:{key}")
        self._turns.add(turn)
        turn.add_done_callback(self._turns.discard)
        await asyncio.shield(turn)

    async def _turn(self, kind: str, key: str) -> None:
        if await self._handlers.turn(kind, key):
            await self.wake(kind, [key])  # to the end of the line, where another host may take it

    async def _opened(self) -> App:
        """The queue, its tables made and its connections open."""
        async with self._opening:
            if self._app is None:
                await ensure_tables(self._conninfo, made_by=_version(), tables=SchemaManager.get_schema())
                self._app = await self._new_app().open_async()
            return self._app

    def _new_app(self) -> App:
        # A queue that is away is noticed here and not waited for; procrastinate has every connection checked.
        connector = PsycopgConnector(
            pool_factory=psycopg_pool.AsyncConnectionPool,
            conninfo=self._conninfo,
            min_size=1,
            max_size=CONNECTIONS,
            timeout=POOL_SECONDS,
        )
        app = App(connector=connector)
        app.job_manager = _Jobs(connector)
        app.task(name=TASK, queue=QUEUE)(self._answer)
        return app


class _Jobs(JobManager):
    """A process that was frozen finds its jobs taken out by others; there is nothing wrong with that."""

    async def finish_job(self, job: Job, status: Status, delete_job: bool) -> None:
        """As procrastinate's own, but a job that is gone, or a queue that is away, is only noted."""
        try:
            await super().finish_job(job, status, delete_job)
        except ConnectorException as error:
            log.info("engine.job_not_finished", job=job.id, reason=str(error.__cause__ or error))


async def _finished(app: App, job: Job) -> bool:
    """Take a stalled job out of the queue; False when another process was faster."""
    try:
        await JobManager(app.connector).finish_job(job, Status.ABORTED, delete_job=True)
    except ConnectorException:
        return False
    return True


async def _again_and_again(name: str, work: Callable[[], Awaitable[None]], pause: float) -> None:
    """Do it for ever, whatever ends it."""
    while True:
        try:
            await work()
        except Unreachable as error:
            log.warning("engine.failed", part=name, reason=str(error.__cause__ or error))
        except Exception:
            log.exception("engine.failed", part=name)
        await asyncio.sleep(pause)


async def _ended(tasks: Sequence[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def _hush() -> None:
    """Leave it to this engine to say, in one line each, what the libraries tell with tracebacks of a database away."""
    if not logging.getLogger().isEnabledFor(logging.DEBUG):
        for name in ("procrastinate", "psycopg.pool"):
            logging.getLogger(name).setLevel(logging.CRITICAL)


def _version() -> str:
    return f"procrastinate {version('procrastinate')}"
