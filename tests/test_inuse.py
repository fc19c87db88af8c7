"""Tables open in another program: told in one sentence before work starts, and nothing lost."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pipeline import write
from pipeline.model.article import DepecheError
from pipeline.output.inuse import check_free


@pytest.mark.parametrize("lock", [".~lock.events.csv#", "~$events.csv"])
def test_a_lock_beside_a_table_is_noticed(tmp_path: Path, lock: str) -> None:
    table = tmp_path / "events.csv"
    check_free(table)
    table.write_text("a\n")
    check_free(table)
    (tmp_path / lock).write_text("")
    with pytest.raises(DepecheError, match="is open in another program; close it"):
        check_free(table)
    with pytest.raises(DepecheError, match="is open in another program"):
        write.check_out(tmp_path)


def test_a_table_that_cannot_be_renamed_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    table = tmp_path / "events.csv"
    table.write_text("a\n")
    monkeypatch.setattr(os, "replace", _denied)
    with pytest.raises(DepecheError, match=r"events\.csv: cannot be written"):
        check_free(table)


def test_denied_at_the_last_moment_keeps_what_was_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _finished(tmp_path, monkeypatch)
    assert (tmp_path / write.STATE / "new" / "run.json").exists()
    write.check_out(tmp_path)  # the next run puts them in place
    assert (tmp_path / "events.csv").exists() and (tmp_path / "run.json").exists()


def _finished(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    writer = write.Writer(out, ("csv",), [])
    writer.write("events", [])
    kept = os.replace
    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", lambda a, b: kept(a, b) if Path(b).parent != out else _denied(a, b))
        with pytest.raises(DepecheError, match="Close it and run the same command again"):
            writer.finish({})


def _denied(source: object, target: object) -> None:
    raise PermissionError(13, "used by another process", str(target))
