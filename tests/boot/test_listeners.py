"""Tests that no other host or user can reach a socket on which a vehicle listens."""

import os
import re
from pathlib import Path

import pytest
from boot_case import skip_unless_possible
from guest import CMDLINE, running

from rootmode import namespace, vehicles
from rootmode.machine import Machine

LISTENS = "0A"
TABLES = (Path("/proc/net/tcp"), Path("/proc/net/tcp6"))


def _sockets_of_run(workdir: Path) -> set[str]:
    """Return the inodes of the sockets of all processes that run in workdir, as a vehicle's do."""
    inodes = set()
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if Path(os.readlink(process / "cwd")) == workdir:
                inodes |= {os.readlink(file) for file in (process / "fd").iterdir()}
        except OSError:
            continue  # it has ended, or is another user's
    return {match[1] for match in (re.fullmatch(r"socket:\[(\d+)\]", inode) for inode in inodes) if match}


def _listeners(workdir: Path) -> list[str]:
    """Return the addresses, as in /proc/net/tcp, on which this run's processes listen outside their namespace."""
    inodes = _sockets_of_run(workdir)
    lines = [line.split() for table in TABLES if table.exists() for line in table.read_text().splitlines()[1:]]
    return [fields[1] for fields in lines if fields[3] == LISTENS and fields[9] in inodes]


def _seen_while_it_runs(machine: Machine, iso: Path, workdir: Path) -> list[str]:
    """Return the addresses on which the vehicle listens when the kernel prints a line."""
    skip_unless_possible(machine)
    seen: list[list[str]] = []
    outcome = vehicles.run(machine, iso, workdir, lambda line: seen.append(_listeners(workdir.resolve())))
    assert outcome.ended == "verdict"
    return seen[0]


def _needs_namespace() -> None:
    if not namespace.prefix():
        pytest.skip("this user cannot make a network namespace (unshare --net)")


def test_bochs_listens_nowhere(iso: Path, workdir: Path) -> None:
    _needs_namespace()
    machine = Machine(vehicle="bochs", door="kernel", cpus=1)
    assert _seen_while_it_runs(machine, iso, workdir) == []
    assert vehicles.warning(machine) == ""


def test_bochs_with_vnc_listens_and_says_so(iso: Path, workdir: Path) -> None:
    machine = Machine(vehicle="bochs", door="kernel", cpus=1, vnc=True)
    (listener,) = _seen_while_it_runs(machine, iso, workdir)
    assert 5900 <= int(listener.split(":")[1], 16) < 5950
    assert "VNC" in vehicles.warning(machine)


def test_qemu_listens_nowhere(iso: Path, workdir: Path) -> None:
    machine = Machine(vehicle="qemu", cpus=1)
    assert _seen_while_it_runs(machine, iso, workdir) == []
    assert vehicles.warning(machine) == ""


def test_qemu_with_vnc_listens_on_localhost(iso: Path, workdir: Path) -> None:
    listeners = _seen_while_it_runs(Machine(vehicle="qemu", cpus=1, vnc=True), iso, workdir)
    assert listeners and {listener.split(":")[0] for listener in listeners} <= {"0100007F", "0" * 24 + "01000000"}


def test_bochs_with_monitor_listens_nowhere(iso: Path, workdir: Path) -> None:
    _needs_namespace()
    with running(Machine(vehicle="bochs", door="kernel", cpus=1, cmdline=CMDLINE), iso, workdir) as guest:
        assert _sockets_of_run(workdir.resolve())
        assert _listeners(workdir.resolve()) == []
        guest.end()


def test_without_namespace_it_warns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(namespace, "prefix", lambda: ())
    assert "unshare" in vehicles.warning(Machine(vehicle="bochs"))


def test_bochs_runs_without_namespace(iso: Path, workdir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(namespace, "prefix", lambda: ())
    assert _seen_while_it_runs(Machine(vehicle="bochs", door="kernel", cpus=1), iso, workdir)
