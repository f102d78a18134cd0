"""Tests the judge of the boot cases: it accepts a recorded log, and finds each deviation from the case."""

from dataclasses import replace
from pathlib import Path

import pytest
from boot_case import Case, bochs, judge

from rootmode.machine import Outcome

CPU = "GenuineIntel, Core, family 6, model 85, stepping 4, APIC ID 0"
SERIAL = f"""\
[    0.000905] cpu 0: {CPU}
[    0.001016] cpu 0: CPUID.1:ECX.VMX[5] = 1
[    0.001054] cpu 0: IA32_FEATURE_CONTROL = 0x5: locked, VMX outside SMX on, VMX in SMX off
[    0.001134] cpu 0: IA32_VMX_BASIC = 0xd810000000002b: revision identifier 0x2b, region size 4096 bytes, write-back
[    0.001236] cpu 0: CR0 = 0x80010031, CR4 = 0x2020
[    0.001285] cpu 0: VMXON region at 0x104000, VMXON succeeded
[    0.002633] vmx: 1 of 1 CPUs in VMX root operation
REPORT 1 lines=3
machine cpus=1 entered=1 left=1 memory=267972608 image=0x200000 apic=x2apic clock=pm-timer tsc_khz=50000
cpus=0 apic_ids=0 result=ok vendor=GenuineIntel signature=0x50654 vmx=1 smx=0 feature_control=0x5 vmxon=succeeded \
cr0=0x80010031 cr4=0x2020
msr=0x480 cpus=0 value=0xd810000000002b
END crc32=0x163b7ef5
RESULT: PASS
"""
CASE = Case("as-it-was", bochs(1), "PASS", (1, 1), facts=(f"cpu 0: {CPU}",), report=({"result": "ok"},))
OUTCOME = Outcome(SERIAL, "verdict", 5.0, 1, Path())


def test_as_it_was() -> None:
    assert judge(CASE, OUTCOME) == []


def test_a_shared_line_counts_for_each_of_its_cpus() -> None:
    serial = SERIAL.replace("cpu 0: ", "cpus 0-1,4: ").replace("APIC ID 0", "APIC ID 2,6,8")
    shared = replace(OUTCOME, serial=serial)
    other = "the log's form: facts-differ"  # the block is of one CPU
    for cpu, apic_id in ((0, 2), (1, 6), (4, 8)):
        own = f"cpu {cpu}: {CPU[:-1]}{apic_id}"
        assert judge(replace(CASE, facts=(own, f"cpus 0-1,4: {CPU[:-1]}2,6,8")), shared) == [other]
        assert judge(replace(CASE, facts=(own + "0",)), shared) == [other, f"not said: {own}0"]
    for cpu in (2, 3, 5):
        assert judge(replace(CASE, facts=(f"cpu {cpu}: .*",)), shared) == [other, f"not said: cpu {cpu}: .*"]


@pytest.mark.parametrize("case, outcome, fault", [
    (replace(CASE, result="FAIL ap-timeout"), OUTCOME, "RESULT: expected 'FAIL ap-timeout', saw 'PASS'"),
    (replace(CASE, count=(2, 2)), OUTCOME, "CPUs in VMX: expected (2, 2), saw (1, 1)"),
    (replace(CASE, facts=("cpu 1: .*",)), OUTCOME, "not said: cpu 1: .*"),
    (replace(CASE, absent=(r".*VMXON succeeded",)), OUTCOME, r"said, but must not be: .*VMXON succeeded"),
    (replace(CASE, report=({"result": "ok", "cpus": "1"},)), OUTCOME, "not reported: {'result': 'ok', 'cpus': '1'}"),
    (CASE, replace(OUTCOME, events=("triple fault",)), "events: expected (), saw ('triple fault',)"),
    (CASE, replace(OUTCOME, status=None), "exit status: expected 1, saw None"),
    (CASE, replace(OUTCOME, ended="timeout"), "how the run ended: expected 'verdict', saw 'timeout'"),
    (CASE, replace(OUTCOME, serial=SERIAL.replace("left=1", "left=0")), "CPUs that left VMX: expected '1', saw '0'"),
    (CASE, replace(OUTCOME, serial=SERIAL.replace("crc32=0x", "crc32=0xf")), "the log's form: bad-crc"),
    (CASE, replace(OUTCOME, serial=SERIAL.replace("VMXON succeeded", "VMXON failed: VMfailInvalid")), "not said: cpu 0: VMXON"),
])
def test_changes(case: Case, outcome: Outcome, fault: str) -> None:
    assert any(seen.startswith(fault) for seen in judge(case, outcome))
