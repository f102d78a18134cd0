"""Runs `make run` and tools/run without a terminal, permissions, KVM, a program, or a place for files.

Each run works, or prints in one line what is missing.
"""

import os
import pty
import re
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from rootmode import kvm, qemu
from rootmode.project import TOP

RUN = TOP / "tools" / "run"
NOBODY = 65534
PLAIN = {"PATH": "/usr/local/bin:/usr/bin:/bin"}  # as in a cron job or a container: without HOME, TERM and LANG
AS_NOBODY = ("setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", "--no-new-privs")
END_S = 60.0


def _run(
    *arguments: object, before: tuple[str, ...] = (), cwd: Path = TOP, timeout_s: float = 180, **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run tools/run in its own session, without a terminal."""
    return subprocess.run(
        [*before, "/usr/bin/python3", RUN, *map(str, arguments)], cwd=cwd, env=PLAIN | environment,
        stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=timeout_s, start_new_session=True, check=False,
    )


def _says_in_one_line(done: subprocess.CompletedProcess[str], what: str) -> None:
    assert done.returncode == 2
    (line,) = [line for line in done.stderr.splitlines() if "KVM is not used" not in line]
    assert line.startswith("tools/run: ") and what in line


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """Make a directory that the user nobody can use, which cannot use pytest's directories."""
    if os.getuid() != 0:
        pytest.skip("only root can become another user")
    folder = Path(tempfile.mkdtemp(prefix="rootmode-test-"))
    os.chown(folder, NOBODY, NOBODY)
    yield folder
    shutil.rmtree(folder)


def test_user_without_sudo_runs_make_run_in_a_fresh_copy(open_folder: Path) -> None:
    names = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=TOP, capture_output=True, check=True
    ).stdout.split(b"\0")
    for name in map(os.fsdecode, filter(None, names)):
        if (TOP / name).is_file() and not name.startswith("tests/fuzz/corpus/"):
            (open_folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(TOP / name, open_folder / name)
    subprocess.run(["chown", "-R", f"{NOBODY}:{NOBODY}", open_folder], check=True)
    done = subprocess.run(
        [*AS_NOBODY, "make", "-j2", "run", "CPUS=1", "VEHICLE=bochs", "CMDLINE=prove"], cwd=open_folder, env=PLAIN,
        stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=300, start_new_session=True, check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.endswith("RESULT: PASS\n")
    # only tools/run's own lines: the machine, and the verdict
    assert [line for line in done.stderr.splitlines() if not re.match(r"tools/run: (bochs, |PASS )", line)] == []


def test_user_without_rights_to_the_folder(iso: Path, open_folder: Path) -> None:
    closed = open_folder / "closed"
    closed.mkdir(mode=0o700)
    if not os.access(RUN, os.R_OK) or subprocess.run([*AS_NOBODY, "test", "-r", RUN], check=False).returncode != 0:
        pytest.skip("this checkout is closed to other users")
    done = _run("--vehicle", "qemu", "--iso", iso.resolve(), "--keep", closed / "x", before=AS_NOBODY)
    _says_in_one_line(done, "Permission denied")


def test_no_place_for_temporary_files(iso: Path) -> None:
    done = _run("--vehicle", "qemu", "--iso", iso.resolve(), before=("prlimit", "--fsize=0"))
    _says_in_one_line(done, "No usable temporary directory")


@pytest.mark.parametrize("vehicle, program", [("bochs", "bochs"), ("qemu", "qemu-system-x86_64")])
def test_vehicle_that_is_not_installed(iso: Path, tmp_path: Path, vehicle: str, program: str) -> None:
    done = _run("--vehicle", vehicle, "--iso", iso.resolve(), PATH=str(tmp_path))
    _says_in_one_line(done, f"{program} is not installed: run tools/setup")


def test_default_vehicle_says_why_it_is_not_kvm(iso: Path, tmp_path: Path) -> None:
    reason = kvm.why_not()
    if not reason:
        pytest.skip("this host has nested KVM")
    done = _run("--iso", iso.resolve(), PATH=str(tmp_path))
    assert done.stderr.splitlines()[0] == f"tools/run: KVM is not used: {reason}"


@pytest.mark.parametrize("device, says", [
    (None, "does not exist: in a container, start that with --device"),
    (0o000, "may not be opened by this user: join the group 'kvm', or run as root"),
    (0o666, ""),
])
def test_kvm_that_is_missing_or_closed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, device: int | None, says: str
) -> None:
    for name, text in (("_CPUINFO", "flags\t\t: fpu vmx smx\n"), ("_NESTED", "Y\n")):
        (tmp_path / name).write_text(text)
        monkeypatch.setattr(kvm, name, tmp_path / name)
    monkeypatch.setattr(kvm, "_DEVICE", tmp_path / "kvm")
    if device is not None:
        (tmp_path / "kvm").touch()
        monkeypatch.setattr(os, "access", lambda path, mode: device != 0)
    monkeypatch.setattr(qemu, "why_not", lambda: "")
    assert says in kvm.why_not() if says else kvm.why_not() == ""


def test_make_names_all_that_is_missing_in_one_line(tmp_path: Path) -> None:
    for tool in ("bash", "sh", "env", "find", "sed", "mkdir", "nproc", "git", "rm", "sort", "gcc", "x86_64-linux-gnu-gcc"):
        where = shutil.which(tool)
        if where:
            (tmp_path / tool).symlink_to(where)
    make = shutil.which("make")
    assert make
    done = subprocess.run(
        [make, "run", f"BUILD={tmp_path}/build"], cwd=TOP, env={"PATH": str(tmp_path)}, stdin=subprocess.DEVNULL,
        capture_output=True, text=True, timeout=60, check=False,
    )
    assert done.returncode == 2
    ours = [line for line in done.stderr.splitlines() if not line.startswith("make: ***")]
    assert len(ours) == 1 and re.fullmatch(r"make: not installed: .*\bnasm\b.*: run tools/setup", ours[0])


@pytest.mark.parametrize("tool, arguments, environment, packages", [
    ("make-iso", ("a", "b"), {}, "grub-common xorriso mtools"),
    ("make-standalone", ("efi", "a", "b"), {}, "grub-common binutils"),
    ("make-efi", ("a", "b"), {"SIGN_KEY": "c", "SIGN_CERT": "d"}, "sbsigntool openssl"),
])
def test_tool_names_the_packages_that_are_missing(
    tmp_path: Path, tool: str, arguments: tuple[str, ...], environment: dict[str, str], packages: str
) -> None:
    done = subprocess.run(
        ["/bin/bash", f"tools/{tool}", *arguments], cwd=TOP, env={"PATH": str(tmp_path), **environment},
        capture_output=True, text=True, timeout=60, check=False,
    )
    assert done.returncode == 1
    assert done.stderr == f"tools/{tool}: packages are not installed: {packages}: run tools/setup\n"


def _processes_in(folder: Path) -> list[str]:
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if Path(os.readlink(process / "cwd")) == folder:
                found.append(process.name)
        except OSError:
            continue
    return found


def test_a_terminal_that_goes_away_takes_the_machine_with_it(iso: Path, workdir: Path) -> None:
    """Losing an ssh connection raises SIGHUP."""
    master, slave = pty.openpty()
    runner = subprocess.Popen(
        ["/usr/bin/python3", RUN, "--vehicle", "qemu", "--firmware", "uefi", "--iso", iso.resolve(), "--keep", workdir],
        stdin=slave, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True,
        preexec_fn=lambda: os.close(os.open(os.ttyname(slave), os.O_RDWR)),  # its controlling terminal
    )
    os.close(slave)
    deadline = time.monotonic() + END_S
    while not _processes_in(workdir.resolve()) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert _processes_in(workdir.resolve())
    os.close(master)
    runner.communicate(timeout=END_S)
    assert runner.returncode not in (0, -signal.SIGHUP)
    while _processes_in(workdir.resolve()) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert _processes_in(workdir.resolve()) == []
