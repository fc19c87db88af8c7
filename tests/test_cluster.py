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


@pytest.fixture
def scheduler(tmp_path: Path) -> Iterator[str]:
    """A scheduler and two workers started as commands; the address of the scheduler."""
    address = "tcp://127.0.0.1:18786"
    options = ("--host", "127.0.0.1", "--port", "18786", "--no-dashboard")
    processes = [_dask("dask_scheduler", *options)]
    time.sleep(4)
    worker = (address, "--nthreads", "1", "--no-dashboard", "--no-nanny", "--local-directory", str(tmp_path))
    processes += [_dask("dask_worker", *worker) for _ in range(2)]
    with distributed.Client(address, timeout=60) as client:
        client.wait_for_workers(2, timeout=90)
    yield address
    for process in processes:
        process.kill()


def test_a_local_cluster_gives_the_same_bytes(seeds_out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flow, "CHUNK_DOCS", 4)
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
        pipeline.run(ROOT / "seeds", tmp_path / "out", cluster=cluster.scheduler_address)
    assert _tables(tmp_path / "out") == _tables(seeds_out)


def test_a_worker_killed_midway_costs_nothing(
    scheduler: str, seeds_out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(flow, "CHUNK_DOCS", 1)
    killed: list[int] = []

    def watch(stage: str, done: int, *_: int) -> None:
        if stage == "annotate" and done >= 3 and not killed:
            found = subprocess.run(
                ["pgrep", "-f", "distributed.cli.dask_worker"], capture_output=True, text=True, check=True
            )
            killed.append(int(found.stdout.split()[0]))
            subprocess.run(["kill", "-9", str(killed[0])], check=True)

    pipeline.run(ROOT / "seeds", tmp_path / "out", cluster=scheduler, progress=watch)
    assert killed and _tables(tmp_path / "out") == _tables(seeds_out)


def test_no_scheduler_is_told_in_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.cluster.SECONDS_TO_ANSWER", 2)
    with pytest.raises(DepecheError, match="no Dask scheduler answers"):
        pipeline.run(ROOT / "seeds", tmp_path / "out", cluster="tcp://127.0.0.1:1")
