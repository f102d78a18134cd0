"""Measures with more CPUs than Bochs has: synthetic records on the host, and up to 255 CPUs in QEMU."""

import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from rootmode import log, qemu
from rootmode.machine import Machine, MachineError

RECORDS = ((256, 1), (1024, 1), (4096, 1), (4096, 2), (4096, 16), (4096, 256))  # number of CPUs, number of different results
MANY_CPUS = (15, 31, 63, 127, 255)
BOOTS = 5  # of each size. QEMU's time is wall time, and other load on the host only adds to it: take the least

_TIMEOUT_S = 300
_COLLECTED = re.compile(r"Collected : (\d+)")


@dataclass(frozen=True)
class ReportCost:
    """The cost of the plan and the report for this number of records."""

    cpus: int
    results: int
    instructions: int
    people_bytes: int
    report_bytes: int


def report_cost(program: Path, cpus: int, results: int) -> ReportCost:
    """Count the instructions that build/bench/scale executes. Raises MachineError without valgrind or the program."""
    if not shutil.which("valgrind"):
        raise MachineError("valgrind is not installed: run tools/setup")
    if not program.is_file():
        raise MachineError(f"no program {program}: 'make bench' builds it")
    done = subprocess.run(
        ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", "--toggle-collect=measured",
         str(program), str(cpus), str(results)],
        capture_output=True, text=True, timeout=_TIMEOUT_S, check=False,
    )
    collected = _COLLECTED.search(done.stderr)
    sizes = done.stdout.split()
    if done.returncode != 0 or not collected or len(sizes) != 2:
        raise MachineError(f"{program} {cpus} {results} failed under valgrind: {done.stderr.strip()[-300:]}")
    return ReportCost(cpus, results, int(collected[1]), int(sizes[0]), int(sizes[1]))


def starting_us(iso: Path, cpus: int) -> int:
    """Return the microseconds from the last SIPI to the last CPU's record in QEMU TCG: the least of BOOTS boots."""
    return min(_starting_us(iso, cpus) for _ in range(BOOTS))


def _starting_us(iso: Path, cpus: int) -> int:
    """Return the time between two time stamps of the log: that of the line about INIT, and that of the next line."""
    machine = Machine(vehicle="qemu", cpus=cpus, memory_mib=1024, timeout_s=_TIMEOUT_S)
    with tempfile.TemporaryDirectory(prefix="rootmode-bench-") as workdir:
        parsed = log.parse(qemu.run(machine, iso, Path(workdir), lambda line: None).serial)
    sent = [number for number, line in enumerate(parsed.lines) if "INIT sent to" in line.sentence]
    if not sent or parsed.of_cpus != cpus or "ap-timeout" in parsed.reasons:
        raise MachineError(f"QEMU with {cpus} CPUs did not start them all: {parsed.verdict or 'no verdict'}")
    first, following = parsed.lines[sent[0]], parsed.lines[sent[0] + 1]
    return round((following.time_s - first.time_s) * 1_000_000)
