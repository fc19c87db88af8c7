"""Run chunks one after the other in this process, or in a pool of processes that each load the model once."""

from __future__ import annotations

import os
import signal
import threading
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import active_children, get_context, parent_process
from multiprocessing.connection import wait
from typing import Any

from pipeline import chunk
from pipeline.model.article import Article
from pipeline.survey import Facts

Item = tuple[int, str, Article, Facts]
Done = tuple[list[str], list[chunk.Made]]
TRIES = 3


def map_chunks(chunks: Iterable[list[Item]], options: chunk.Options, processes: int) -> Iterator[Done]:
    """(keys, packed rows) of each chunk, in order.

    A chunk whose worker dies is done again; a document that kills its worker on its own gets a `failed` row.
    """
    chunks = iter(chunks)
    first = next(chunks, None)
    second = next(chunks, None)
    if first is None:
        return
    if processes <= 1 or second is None:
        for items in filter(None, (first, second)):
            yield work(items, options)
        for items in chunks:
            yield work(items, options)
        return
    waiting = _chain(first, second, chunks)
    yield from _pool(waiting, options, processes)


def _chain(first: list[Item], second: list[Item], rest: Iterable[list[Item]]) -> Iterator[list[Item]]:
    yield first
    yield second
    yield from rest


def work(items: list[Item], options: chunk.Options) -> Done:
    """The task of one worker: (keys, packed rows) of a chunk."""
    return [key for _, key, _, _ in items], chunk.rows_of([(a, f) for _, _, a, f in items], options)


def _start(options: chunk.Options) -> None:
    threading.Thread(target=_end_with_parent, daemon=True).start()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to handle
    chunk.model(options)


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)


def _new_pool(options: chunk.Options, processes: int) -> ProcessPoolExecutor:
    os.environ.setdefault("OMP_NUM_THREADS", "1")  # inherited by the workers: one core each
    return ProcessPoolExecutor(processes, get_context("spawn"), initializer=_start, initargs=(options,))


def _pool(chunks: Iterator[list[Item]], options: chunk.Options, processes: int) -> Iterator[Done]:
    pool = _new_pool(options, processes)
    running: deque[tuple[list[Item], Future[Any], int]] = deque()
    try:
        while True:
            while len(running) < 2 * processes and (items := next(chunks, None)) is not None:
                running.append((items, pool.submit(work, items, options), 1))
            if not running:
                return
            items, future, tries = running.popleft()
            try:
                yield future.result()
            except BrokenProcessPool:
                pool.shutdown(wait=False, cancel_futures=True)
                if tries == TRIES:
                    yield _one_by_one(items, options)
                    tries = 0
                pool = _new_pool(options, processes)
                again = ([(items, tries)] if tries else []) + [(i, t - 1) for i, _, t in running]
                running = deque((i, pool.submit(work, i, options), t + 1) for i, t in again)
    except BaseException:
        for worker in active_children():  # their chunks are done again by the next run
            worker.terminate()
        raise
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _one_by_one(items: list[Item], options: chunk.Options) -> Done:
    """Each document as a task of its own, to find the one that kills its worker."""
    made = []
    pool = _new_pool(options, 1)
    for item in items:
        try:
            made.append(pool.submit(work, [item], options).result()[1][0])
        except BrokenProcessPool:
            pool = _new_pool(options, 1)
            made.append(chunk.failed(item[2], "the worker process died on this document"))
    pool.shutdown()
    return [key for _, key, _, _ in items], made
