"""Runs the boot tests, and keeps a record of what each boot executes. A run that is cut off goes on later."""

import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from rootmode import bochs
from rootmode.machine import Machine
from rootmode.project import TOP
from rootmode.symbols import Symbols

# They boot other images; or measure time, which these kernels take more of; or are about loaders and tools, while the
# kernel executes what it does elsewhere.
_LEFT_OUT = (
    "debug", "environment", "judge", "package", "performance", "readme", "stress",
    "doors", "fleet", "fleet_http", "labgrid", "lava", "listeners", "loopback", "menu", "monitor_tools", "netboot", "run",
    "second_day", "secure_boot", "states_matrix",
)

# The nested machine contains a copy of QEMU, which has to be the program itself. Its guests leave no record.
_PLAIN_QEMU, _NO_RECORD = "kexec", "nested"

_BOCHS = """\
#!/bin/bash
# Keeps what Bochs prints, with what the kernel writes to the debug console. The tests' slow CPU is too slow for these
# kernels to fill a serial port.
[[ " $* " == *" bochsrc "* ]] || exec {program} "$@"
printf '%s\\n' "port_e9_hack: enabled=1" "cpu: ips=20000000" >>bochsrc
record=$(mktemp {records}/bochs.XXXXXXXX)
{program} "$@" >"$record" 2>&1
status=$?
cat "$record"
exit $status
"""
_QEMU = """\
#!/bin/bash
# Keeps the instructions that QEMU translates in the image, wherever it is, and in low memory.
exec {program} "$@" -d in_asm -D "$(mktemp {records}/qemu.XXXXXXXX)" \\
    -dfilter 0xffffffff80000000+0x200000,0x200000+0x200000,0x10000+0x90000
"""

# What reports no block: assembly that QEMU does not execute. Name of the record, kernel, machine, and commands of
# Bochs' debugger, in which {FUNCTION} and {FUNCTION+BYTES} are addresses. A trace is of one CPU. With several CPUs, the
# debugger skips a breakpoint at the first instruction of a CPU's turn: so there is one at each of a function's first bytes.
_PROVE = Machine(door="kernel", cpus=1, cmdline="prove exit=debug")
_SELFTEST = Machine(door="kernel", cpus=1, cmdline="selftest exit=debug")
_NO_EXECUTE_DISABLE = Machine(door="kernel", cpus=2, cmdline="exit=debug inject=no-execute-disable@0")
_ANYWHERE = 24
_TRACED = (
    ("guests", "", _PROVE, ("lb {arch_vmx_prove}", "c", "trace on", "s 200000")),
    ("instructions", "", _SELFTEST, ("lb {arch_vmx_selftest}", "c", "trace on", "s 300000")),
    ("mov-ss", "", _SELFTEST, ("lb {vmlaunch_after_mov_ss}", "c", "trace on", "s 20000")),
    ("ap", "inject", _NO_EXECUTE_DISABLE, (
        *(f"lb {{apic_send_startup+{byte}}}" for byte in range(_ANYWHERE)), "c", *(f"d {byte + 1}" for byte in range(_ANYWHERE)),
        "set $cpu = 1", "trace on", "lb {run_print}", "c",
    )),
)
_TRACE_S = 600

_DONE, _FAILED = "tests-done", "tests-failed"


def run(build: Path, kernels: Sequence[str], jobs: int, selection: str, tests: Sequence[str]) -> None:
    """Run the boot tests that `selection`, pytest's -k, and `tests` choose, and the traced boots.

    The records of an earlier run are kept if it was of the same kernels. What has run then does not run again, unless it
    failed.
    """
    records = build / "records"
    _keep_only_records_of(build, records, kernels)
    _write_scripts(build / "bochs", records, {"bochs": _BOCHS})
    _write_scripts(build / "both", records, {"bochs": _BOCHS, "qemu-system-x86_64": _QEMU})
    recorded = f"({selection}) and not {_NO_RECORD}" if selection else f"not {_NO_RECORD}"
    _pytest(build, build / "both", jobs, ["-k", f"{recorded} and not {_PLAIN_QEMU}", *tests])
    _pytest(build, build / "bochs", jobs, ["-k", f"{recorded} and {_PLAIN_QEMU}", *tests])
    for name, kernel, machine, commands in _TRACED:
        record = records / f"trace.{name}"
        if not record.exists():
            record.write_text(_trace(build / kernel, machine, commands), "utf-8")
    failed = build / _FAILED
    if failed.exists():
        print(f"coverage: these tests failed, with slower kernels; what they execute counts:\n{failed.read_text('utf-8')}")


def _keep_only_records_of(build: Path, records: Path, kernels: Sequence[str]) -> None:
    """Delete the records if they are of other kernels than these."""
    digests = "\n".join(hashlib.sha256((build / kernel / "rootmode.elf").read_bytes()).hexdigest() for kernel in kernels)
    known = build / "records-of"
    if not known.exists() or known.read_text("utf-8") != digests:
        shutil.rmtree(records, ignore_errors=True)
        (build / _DONE).unlink(missing_ok=True)
    (build / _FAILED).unlink(missing_ok=True)
    records.mkdir(exist_ok=True)
    known.write_text(digests, "utf-8")


def _write_scripts(directory: Path, records: Path, texts: dict[str, str]) -> None:
    directory.mkdir(exist_ok=True)
    for name, text in texts.items():
        program = shutil.which(name)
        if not program:
            sys.exit(f"coverage: {name} is not installed: run tools/setup")
        (directory / name).write_text(text.format(program=program, records=records), "utf-8")
        (directory / name).chmod(0o755)


def _pytest(build: Path, scripts: Path, jobs: int, arguments: Sequence[str]) -> None:
    environment = os.environ | {
        "PATH": f"{scripts}:{os.environ['PATH']}", "PYTHONPATH": str(TOP / "tools"),
        "COVERAGE_DONE": str(build / _DONE), "COVERAGE_FAILED": str(build / _FAILED),
    }
    left_out = [f"--ignore=tests/boot/test_{name}.py" for name in _LEFT_OUT]
    subprocess.run(
        ["/usr/bin/python3", "-m", "pytest", "-p", "rootmode.coverage_kept", "-n", str(jobs), "--dist", "loadgroup", "-q",
         "--tb=line", f"--iso={build / 'rootmode.iso'}", *left_out, *arguments],
        cwd=TOP, env=environment, check=False,
    )


def _trace(build: Path, machine: Machine, commands: Sequence[str]) -> str:
    """Return what the debugger prints: each instruction of the traced CPU."""
    symbols = Symbols(build / "rootmode.elf")
    workdir = build / "trace"
    workdir.mkdir(exist_ok=True)
    known = [re.sub(r"\{(\w+)\+?(\d*)\}", lambda at: hex(symbols.address(str(at[1])) + int(at[2] or 0)), command)
             for command in commands]
    return bochs.debug(replace(machine, timeout_s=_TRACE_S), build / "rootmode.iso", workdir, known)
