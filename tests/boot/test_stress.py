"""Tests how the stress test judges a boot."""

from dataclasses import replace

import pytest
from boot_case import TIMEOUT_S
from test_judge import OUTCOME, SERIAL

from rootmode import stress
from rootmode.machine import Machine, Outcome

MACHINE = Machine(cpus=1, timeout_s=TIMEOUT_S)


def test_as_it_was() -> None:
    assert stress.fault(MACHINE, OUTCOME) == ""


@pytest.mark.parametrize("machine, outcome, problem", [
    (MACHINE, replace(OUTCOME, ended="timeout", serial=SERIAL.split("REPORT")[0]), "no verdict (timeout)"),
    (MACHINE, replace(OUTCOME, ended="exited", serial="", events=("triple fault",)), "no verdict (exited, triple fault)"),
    (MACHINE, replace(OUTCOME, serial=SERIAL.replace("crc32=0x1", "crc32=0xb")), "the log's form: bad-crc"),
    (MACHINE, replace(OUTCOME, serial=SERIAL.replace("PASS", "FAIL ap-timeout")), "FAIL ap-timeout with 1 CPUs, expected PASS"),
    (replace(MACHINE, cpus=2), OUTCOME, "PASS with 1 CPUs, expected PASS with 2"),
])
def test_faults(machine: Machine, outcome: Outcome, problem: str) -> None:
    assert stress.fault(machine, outcome).startswith(problem)


def test_machines_are_mixed_and_repeatable() -> None:
    once, again = (list(stress.machines(50, 1)) for _ in range(2))
    assert once == again
    assert {machine.vehicle for machine in once} == {"bochs", "qemu"}
    assert {machine.firmware for machine in once} == {"bios", "seabios", "uefi", "uefi32"}
    assert {machine.door for machine in once} == {"iso", "kernel"}
    assert len({machine.cpus for machine in once}) > 5


def test_shares_have_all_boots_once() -> None:
    assert stress.shares(10, 3) == [range(0, 3), range(3, 6), range(6, 10)]
    assert stress.shares(1, 2) == [range(0, 0), range(0, 1)]


def test_table_counts_each_kind() -> None:
    qemu = replace(MACHINE, vehicle="qemu", door="kernel")
    boots = [stress.Boot(MACHINE, "", 2.0), stress.Boot(MACHINE, "no verdict", 3.4), stress.Boot(qemu, "", 1.0)]
    assert stress.table(boots).splitlines()[2:] == [
        "| bochs | bios | GRUB | 2 | 1 | 3 s |", "| qemu | bios | -kernel | 1 | 0 | 1 s |",
    ]
