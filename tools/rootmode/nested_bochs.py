"""The outer machine of the nested vehicle: Bochs, with Debian's Linux in it.

tools/nested/init runs a program and inner machines, from files below /runs. The directory of a run has
serial.txt, the output of the first serial port, and linux.txt, that of the second: Linux's console.
"""

import re
from collections.abc import Mapping
from pathlib import Path

from rootmode import bochs, nested_image, nested_linux, process
from rootmode.machine import Machine, MachineError, Outcome
from rootmode.nested_archive import File, pack

LINUX_S = 300  # wall time that Linux may take to boot on a busy host

_LINUX_LOG = "linux.txt"
_LINUX_MIB = 384  # for Linux, its initial file system and QEMU

# In Bochs the TSC ticks once per instruction. Without tsc_early_khz, Linux would use the frequency that
# CPUID reports, and its seconds would last 70 times as long. reboot=t turns a panic into a triple fault.
# The other words save time.
_LINUX_WORDS = (
    "console=ttyS1 quiet panic=-1 reboot=t tsc=reliable tsc_early_khz=50000 no_timer_check"
    " nokaslr mitigations=off cryptomgr.notests"
    " initcall_blacklist=load_system_certificate_list,trace_eval_init,init_evm,init_ima"
)
_LINUX_MODULES = ("biosdisk", "configfile", "iso9660", "linux", "normal", "serial", "terminal")
_LINUX_CFG = """\
serial --unit=1
terminal_output serial
linux /vmlinuz {words}
initrd /runs /initrd
boot
"""


def program(contents: bytes) -> dict[str, File]:
    """Return the file that Linux runs before the inner machines, by path."""
    return {"runs/program": File(contents, is_program=True)}


def prepare(
    runs: Mapping[str, File], workdir: Path, *, model: str = bochs.DEFAULT_MODEL, cpus: int = 1, inner_mib: int = 0
) -> list[str]:
    """Make the CD that Bochs boots, with these files for Linux, and return the command that starts Bochs.

    Bochs' log ignores errors, because KVM accesses many MSRs that Bochs lacks.
    """
    machine = Machine(
        vehicle="bochs", model=model, cpus=cpus, memory_mib=_LINUX_MIB + inner_mib,
        vehicle_args=(f"com2: enabled=1, mode=file, dev={_LINUX_LOG}", "error: action=ignore"),
    )
    return bochs.prepare(machine, _linux_cd(runs, cpus, workdir), workdir, ["c"])


def run_program(contents: bytes, files: Mapping[str, File], workdir: Path, *, cpus: int) -> Outcome:
    """Boot Linux to run a program that starts our kernel in its place. The files are there for the program."""
    command = prepare(program(contents) | dict(files), workdir, cpus=cpus)
    outcome = process.run(command, workdir, lambda line: None, LINUX_S, event=bochs.event)
    bochs.check_started(outcome)
    return outcome


def said_by_program(workdir: Path) -> tuple[str, int]:
    """Return what the program printed, and its exit status. Raises MachineError if it did not end."""
    text = linux_log(workdir).replace("\r", "")
    said = re.search(r"^== PROGRAM\n(.*)^== PROGRAM END status=(\d+)$", text, re.MULTILINE | re.DOTALL)
    if not said:
        raise MachineError(f"the program did not end: see {workdir / _LINUX_LOG}")
    return said[1], int(said[2])


def why_machine_ended(linux: str, number: int) -> str:
    """Return why an inner machine ended without a verdict, from what Linux and QEMU print, or "" if they do not say."""
    text = linux.replace("\r", "")
    panic = re.search(r"Kernel panic - not syncing: (.*)", text)
    if panic:
        return f"Linux panicked: {panic[1]}"
    said = re.search(rf"^run {number:02}: qemu-system-x86_64 .*\n((?:.*\n)*?)run {number:02}: status ", text, re.MULTILINE)
    lines = [line for line in said[1].splitlines() if line.strip() and ": warning: " not in line] if said else []
    ours = [line for line in lines if line.startswith(("qemu-system-x86_64: ", "insmod: "))]
    return (ours or lines or [""])[-1].removeprefix("qemu-system-x86_64: ")


def linux_log(workdir: Path) -> str:
    """Return what Linux and the programs in it have printed."""
    path = workdir / _LINUX_LOG
    return path.read_text("utf-8", "replace") if path.exists() else ""


def _linux_cd(runs: Mapping[str, File], cpus: int, workdir: Path) -> Path:
    """Make the CD that Bochs boots: Linux, its initial file system, and the files below /runs."""
    linux = nested_linux.prepare()
    words = f"{_LINUX_WORDS} maxcpus=1" if cpus == 1 else _LINUX_WORDS
    files: dict[str, bytes | Path] = {
        "/boot/grub/grub.cfg": _LINUX_CFG.format(words=words).encode(), "/vmlinuz": linux.kernel,
        "/initrd": linux.initrd, "/runs": pack(runs),
    }
    return nested_image.bios_cd(_LINUX_MODULES, files, workdir)
