"""docs/results: the table is that of its logs. And what a dump, a log and a QR code must not have: serial numbers."""

import os
import re
import subprocess
from pathlib import Path

from program import Run

from rootmode.project import TOP

RESULTS = TOP / "docs" / "results"

# CPUID leaf 3 is the processor's serial number; IA32_PPIN (0x4F) and AMD's 0xC00102F1 are the protected one.
_SERIAL_LEAF = 3
_SERIAL_MSRS = (0x4E, 0x4F, 0xC00102F0, 0xC00102F1)


def _table(folder: Path, build: Path) -> str:
    environment = {**os.environ, "ROOTMODE_CHECK": str(build / "rootmode-check-sanitized")}
    done = subprocess.run([TOP / "tools" / "make-results", folder], env=environment, capture_output=True, text=True,
                          timeout=120, check=True)
    return done.stdout


def test_table_is_that_of_the_logs(build: Path) -> None:
    """If this fails: make results."""
    assert _table(RESULTS / "logs", build) in (RESULTS / "README.md").read_text("utf-8")


def test_files_that_are_no_logs_have_a_row(tmp_path: Path, build: Path) -> None:
    (tmp_path / "a.log").write_text("REPORT 1 lines=0\nEND crc32=0x00000000\nRESULT: PASS\n", "ascii")
    (tmp_path / "b.log").write_text("nonsense\n", "ascii")
    rows = _table(tmp_path, build).splitlines()[2:]
    assert [re.sub(r"[| ]+", " ", line).strip() for line in rows][1] == "b no log"
    assert len(rows) == 2


def test_a_dump_has_no_serial_number(check: Run) -> None:
    dump = check("--record").stdout
    leaves = {int(leaf, 16) for leaf in re.findall(r"^ +(0x[0-9a-f]{8}) 0x[0-9a-f]{2}: ", dump, re.M)}
    assert 0 in leaves and 1 in leaves and _SERIAL_LEAF not in leaves
    assert len(re.findall(r"^(CPU|#)", dump, re.M)) + len(re.findall(r"^ +(?:0x|MSR|msr)", dump, re.M)) == len(dump.splitlines())
    assert os.uname().nodename not in dump


def test_no_source_reads_a_serial_number() -> None:
    """The kernel and rootmode-check read CPUID leaves and MSRs by these names and numbers only."""
    for folder in ("kernel", "arch", "boot", "tools/check"):
        for path in (TOP / folder).rglob("*.[ch]"):
            text = path.read_text("utf-8")
            assert not re.search(r"\b(PPIN|PROCESSOR_SERIAL|SMBIOS)\b", text), path
            assert not re.search(r"cpuid\w*\((?:0x)?0*3u?[,)]", text, re.I), path
            for number in _SERIAL_MSRS:
                assert not re.search(rf"MSR\w*[ =(]+0x0*{number:X}u?\b", text, re.I), path
