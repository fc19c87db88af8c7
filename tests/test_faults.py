"""The table of faults: hostile input, kills, full disk, two runs, articles added. Half an hour; run in acceptance."""

from pathlib import Path

import pytest

from benchmarks import faults

pytestmark = pytest.mark.acceptance


def test_every_fault_ends_as_it_should(tmp_path: Path) -> None:
    assert faults.main(["--table", str(tmp_path / "faults.md")]) == 0, (tmp_path / "faults.md").read_text("utf-8")
