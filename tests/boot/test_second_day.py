"""examples/fleet/second-day with a few machines, and what it says if something is missing or wrong."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from boot_case import SLOW_IPS, skip_unless_possible

from rootmode.machine import Machine
from rootmode.project import TOP

FLEET = TOP / "examples" / "fleet"
_SLOW = f'--extra "cpu: ips={SLOW_IPS}"'
_LOCKED = '--grub "insmod wrmsr" --grub "wrmsr 0x3a 0x1"'
_FEW = """\
# a comment, and an empty line

skylake  pool       --vehicle bochs --cpus 1 --firmware seabios {slow}
penryn   pool       --vehicle bochs --cpus 1 --model core2_penryn_t9600 {slow}  # another
qemu     no-vmx     --vehicle qemu --cpus 1
skylake  regressed  --vehicle bochs --cpus 1 --firmware seabios {slow} {fault}
"""


@pytest.fixture(name="folder")
def _folder(workdir: Path) -> Path:
    shutil.rmtree(workdir)
    workdir.mkdir()
    return workdir


def _second_day(machines: str, folder: Path, iso: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    listed = folder / "machines.txt"
    listed.write_text(machines, "ascii")
    check = iso.resolve().parent / "check" / "rootmode-check"
    return subprocess.run(
        [FLEET / "second-day", folder / "day", listed], stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
        env={**os.environ, "ISO": str(iso), "ROOTMODE_CHECK": str(check), "LIMIT": "120", **environment}, timeout=600,
    )


def _skip_unless_it_can_run() -> None:
    for vehicle in ("bochs", "qemu"):
        skip_unless_possible(Machine(vehicle=vehicle))
    for name in ("rich", "jinja2"):
        if not Path(f"/usr/lib/python3/dist-packages/{name}").exists():
            pytest.skip(f"python3-{name} is not installed: run tools/setup")


@pytest.mark.cost(20)
def test_a_machine_regresses_and_the_gate_refuses_it(iso: Path, folder: Path) -> None:
    _skip_unless_it_can_run()
    done = _second_day(_FEW.format(slow=_SLOW, fault=_LOCKED), folder, iso)
    assert done.returncode == 0, done.stdout + done.stderr
    day = folder / "day"
    assert sorted(path.name for path in (day / "logs").iterdir()) == ["penryn.log", "qemu.log", "skylake.log"]
    first, second = re.findall(r"^gate: .*", done.stdout, re.M)
    assert (first, second) == ("gate: 2 of 2 machines are as required", "gate: 1 of 2 machines are as required")
    assert "\nskylake.log: exit status 4: BLOCKED feature-control-locked-off; cpu 0: error: VMX is disabled: " in done.stdout
    assert "\nvmx-ept: on -> off\n" in done.stdout, "Penryn has no EPT"
    assert "\nverdict: PASS -> BLOCKED feature-control-locked-off\n" in done.stdout
    assert (day / "table.md").read_text("utf-8").count("\n") == 2 + 3
    assert "skylake" in (day / "machines.html").read_text("utf-8")
    if shutil.which("chromium"):
        assert (day / "machines.png").read_bytes().startswith(b"\x89PNG")
    else:
        assert "no Chromium here" in done.stdout


@pytest.mark.cost(15)
def test_a_fault_that_the_gate_does_not_find_fails(iso: Path, folder: Path) -> None:
    _skip_unless_it_can_run()
    machines = re.sub(r"^(penryn|qemu).*\n", "", _FEW.format(slow=_SLOW, fault=""), flags=re.M)
    done = _second_day(machines, folder, iso)
    assert done.returncode == 1 and done.stderr == "second-day: the fault is not found\n", done.stdout + done.stderr


def test_a_machine_that_is_not_as_its_role_demands_fails(iso: Path, folder: Path) -> None:
    _skip_unless_it_can_run()
    machines = "qemu pool --vehicle qemu --cpus 1\nqemu regressed --vehicle qemu\n"
    done = _second_day(machines, folder, iso)
    assert done.returncode == 1 and "  qemu: UNSUPPORTED " in done.stdout and "not what its role demands" in done.stdout
    assert "second-day: a machine did not end as its role demands: see " in done.stderr


@pytest.mark.parametrize("machines, words", [
    ("a pool --vehicle qemu\n", "no machine has the role 'regressed'"),
    ("a none --vehicle qemu\n", "the role of a is none of pool, no-vmx, regressed"),
    ("a no-vmx --vehicle qemu\n", "no machine has the role 'pool'"),
    ("a pool --vehicle qemu\nb regressed --vehicle qemu\n", "b cannot regress, because it is not in the pool"),
])
def test_a_mistake_in_the_list_is_named(machines: str, words: str, iso: Path, folder: Path) -> None:
    done = _second_day(machines, folder, iso)
    assert (done.returncode, done.stdout) == (2, "") and words in done.stderr


def test_gate_says_what_the_cpus_lack(iso: Path, folder: Path) -> None:
    """The logs are those of docs/results."""
    for name in ("bochs-2.7-penryn.log", "bochs-2.7-skylake.log"):
        shutil.copy(TOP / "docs" / "results" / "logs" / name, folder)
    check = iso.resolve().parent / "check" / "rootmode-check"
    done = subprocess.run([FLEET / "gate", folder, "kvm-ept"], env={**os.environ, "ROOTMODE_CHECK": str(check)}, timeout=60,
                          capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stdout.startswith("bochs-2.7-penryn.log: exit status 1: PASS; lacks vmx-ept, ")
    assert done.stdout.endswith("\ngate: 1 of 2 machines are as required\n")


def test_a_missing_emulator_is_named(iso: Path, folder: Path) -> None:
    programs = folder / "bin"
    programs.mkdir()
    for program in Path("/usr/bin").iterdir():
        if not program.name.startswith(("bochs", "qemu")):
            (programs / program.name).symlink_to(program)
    done = _second_day(_FEW.format(slow=_SLOW, fault=_LOCKED), folder, iso, PATH=str(programs))
    assert (done.returncode, done.stdout) == (2, "")
    assert re.match(r"second-day: packages are not installed:.* bochs qemu-system-x86: run tools/setup", done.stderr)
