"""The same run on the workers of a Dask scheduler (slow checks)."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import ROOT

import pipeline
from pipeline import flow
from pipeline.model.article import DepecheError

pytestmark = pytest.mark.acceptance
distributed = pytest.importorskip("distributed")


def _tables(folder: Path) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in sorted(folder.glob("*.csv"))}


def _dask(*words: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "distributed.cli." + words[0], *words[1:]],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


ADDRESS = "tcp://127.0.0.1:18786"


@pytest.fixture
def processes(tmp_path: Path) -> Iterator[list[subprocess.Popen[bytes]]]:
    """A scheduler at ADDRESS and two workers started as commands."""
    started = [_dask("dask_scheduler", "--host", "127.0.0.1", "--port", "18786", "--no-dashboard")]
    time.sleep(4)
    worker = (ADDRESS, "--nthreads", "1", "--no-dashboard", "--no-nanny", "--local-directory", str(tmp_path))
    started += [_dask("dask_worker", *worker) for _ in range(2)]
    with distributed.Client(ADDRESS, timeout=60) as client:
        client.wait_for_workers(2, timeout=90)
    yield started
    for process in started:
        process.kill()


def test_a_local_cluster_gives_the_same_bytes(seeds_out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flow, "CHUNK_DOCS", 4)
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
        pipeline.run(ROOT / "seeds", tmp_path / "out", cluster=cluster.scheduler_address)
    assert _tables(tmp_path / "out") == _tables(seeds_out)


def test_a_worker_killed_midway_costs_nothing(
    processes: list[subprocess.Popen[bytes]], seeds_out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(flow, "CHUNK_DOCS", 1)
    pipeline.run(ROOT / "seeds", tmp_path / "out", cluster=ADDRESS, progress=_kill(processes[1]))
    assert processes[1].poll() is not None and _tables(tmp_path / "out") == _tables(seeds_out)


def _kill(process: subprocess.Popen[bytes]) -> flow.Progress:
    """A progress that kills a process once three documents are done."""

    def watch(stage: str, done: int, *_: int) -> None:
        if stage == "annotate" and done >= 3 and process.poll() is None:
            process.kill()
            process.wait()

    return watch


def test_a_dying_cluster_is_told_and_the_run_goes_on_without_it(
    processes: list[subprocess.Popen[bytes]], seeds_out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(flow, "CHUNK_DOCS", 1)
    with pytest.raises(DepecheError, match="the cluster was lost; the rows made so far are kept"):
        pipeline.run(ROOT / "seeds", tmp_path / "out", cluster=ADDRESS, progress=_kill(processes[0]))
    assert not _tables(tmp_path / "out") and not (tmp_path / "out" / "run.json").exists()
    done: list[int] = []
    pipeline.run(ROOT / "seeds", tmp_path / "out", progress=lambda stage, n, *_: done.append(n))
    assert done[0] >= 3 and _tables(tmp_path / "out") == _tables(seeds_out)


def test_another_version_on_the_workers_is_told(
    processes: list[subprocess.Popen[bytes]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.cluster.version", lambda _: "9.9")
    with pytest.raises(DepecheError, match=r"has depeche .*, this is 9\.9; install the same there"):
        pipeline.run(ROOT / "seeds", tmp_path / "out", cluster=ADDRESS)
    for worker in processes[1:]:
        worker.kill()
        worker.wait()
    time.sleep(2)
    with pytest.raises(DepecheError, match="the scheduler has no workers; start some with"):
        pipeline.run(ROOT / "seeds", tmp_path / "out", cluster=ADDRESS)
    assert not _tables(tmp_path / "out")


def test_no_scheduler_is_told_in_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.cluster.SECONDS_TO_ANSWER", 2)
    with pytest.raises(DepecheError, match="no Dask scheduler answers"):
        pipeline.run(ROOT / "seeds", tmp_path / "out", cluster="tcp://127.0.0.1:1")
