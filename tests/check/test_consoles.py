"""Logs as consoles and the programs that record them write them. consoles.py makes them."""

from pathlib import Path

import pytest
from computers import RUNS, block, sealed
from consoles import PACKS, TEXTS
from program import Run

FOUND = "found cpus=0 cr0=0x10 mtrrcap=0x508 mtrr_def_type=0xc06 pat=0x7040600070406"


def _without_boots(text: str) -> str:
    return "".join(line for line in text.splitlines(keepends=True) if not line.startswith("log: boot "))


@pytest.mark.parametrize("console", TEXTS)
@pytest.mark.parametrize("path", RUNS, ids=[path.stem for path in RUNS])
def test_the_log_is_the_same(check: Run, path: Path, console: str) -> None:
    """Every kind of line is in it, even one that the recorded logs lack."""
    text = sealed(path.read_text().replace("\nmsr=0x480", f"\n{FOUND}\nmsr=0x480", 1))
    good = check("--from", "-", text=text)
    told = check("--from", "-", text=TEXTS[console](text))
    said = _without_boots(told.stdout)
    assert good.returncode == 0 and "warning: " not in good.stdout
    assert (told.returncode, told.stderr, block(said)) == (good.returncode, good.stderr, block(good.stdout))
    assert said == good.stdout or console.startswith("sent-twice")  # between the lines for people it does no harm


@pytest.mark.parametrize("pack", PACKS)
def test_packed_and_encoded(check: Run, tmp_path: Path, pack: str) -> None:
    path = tmp_path / "log"
    path.write_bytes(PACKS[pack](RUNS[0].read_text()))
    assert check("--from", path).stdout == check("--from", RUNS[0]).stdout
