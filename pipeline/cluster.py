"""Run chunks on the workers of a Dask scheduler: the same chunk function as in a process pool, the model once a worker.

The inputs are read, and the rows kept, by the process that started the run, so workers need no disk of its own; what
they need is this package, in the same version, in their environment.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from importlib.metadata import version
from typing import Any

from pipeline import chunk
from pipeline.model.article import DepecheError
from pipeline.workers import Done, Item, work

SECONDS_TO_ANSWER = 10
TRIES = 3


def map_chunks(chunks: Iterable[list[Item]], options: chunk.Options, address: str) -> Iterator[Done]:
    """(keys, packed rows) of each chunk, in order, made by the workers of the scheduler at `address`.

    A chunk whose worker is lost is done again by another; one that loses three is done a document at a time. Raises
    DepecheError when the scheduler cannot be reached, has no workers, or they have another version of this package.

    >>> map_chunks(chunks, chunk.Options(), "tcp://127.0.0.1:8786")  # doctest: +SKIP
    """
    try:
        import distributed
    except ImportError as error:
        raise DepecheError("--cluster needs dask; install it with: pip install 'depeche[dask]'") from error
    try:
        client: Any = distributed.Client(address, timeout=SECONDS_TO_ANSWER)  # type: ignore[no-untyped-call]
    except (OSError, ValueError) as error:
        raise DepecheError(f"{address}: no Dask scheduler answers there; start one with: dask scheduler") from error
    with client:
        _check(client, address)
        yield from _in_order(client, iter(chunks), options)


def _check(client: Any, address: str) -> None:
    """Workers there are, and all of our version."""
    theirs = client.run(_version)
    if not theirs:
        raise DepecheError(f"{address}: the scheduler has no workers; start some with: dask worker {address}")
    for worker, found in sorted(theirs.items()):
        if found != version("depeche"):
            raise DepecheError(f"{worker}: has depeche {found}, this is {version('depeche')}; install the same there")


def _version() -> str:
    return version("depeche")


def _in_order(client: Any, chunks: Iterator[list[Item]], options: chunk.Options) -> Iterator[Done]:
    """Keep two chunks a thread waiting, give back the oldest."""
    import distributed

    waiting: deque[tuple[list[Item], Any]] = deque()
    try:
        while True:
            room = 2 * max(sum(client.nthreads().values()), 1)
            while len(waiting) < room and (items := next(chunks, None)) is not None:
                waiting.append((items, client.submit(work, items, options, pure=False, retries=TRIES)))
            if not waiting:
                return
            items, future = waiting.popleft()
            try:
                yield future.result()
            except distributed.KilledWorker:
                yield _one_by_one(client, items, options)
    except (distributed.CancelledError, OSError) as error:
        raise DepecheError(
            "the cluster was lost; the rows made so far are kept, and the same command goes on from there"
        ) from error


def _one_by_one(client: Any, items: list[Item], options: chunk.Options) -> Done:
    """Each document as a task of its own, to find the one that kills its worker."""
    import distributed

    keys, made = [], []
    for item in items:
        keys.append(item[1])
        try:
            made += client.submit(work, [item], options, pure=False).result()[1]
        except distributed.KilledWorker:
            made.append(chunk.failed(item[2], "the worker process died on this document"))
    return keys, made
