"""Input that is damaged, cut, hostile, or something else altogether."""

import json
import random
import re

import pytest
from computers import LOGS, block, cpu_of, dump, intel, log, sealed
from program import Run

GOOD = log("tigerlake")


def change(old: str, new: str) -> str:
    assert old in GOOD
    return GOOD.replace(old, new)


# What is changed; the exit status; what is said of it.
DAMAGED = {
    "a-changed-value": (change("value=0x600401e0", "value=0x600401e1"), 3, "the REPORT block is damaged"),
    "a-changed-crc": (re.sub(r"crc32=\w+", "crc32=0x0", GOOD), 3, "the REPORT block is damaged"),
    "a-lost-line": (re.sub(r"msr=0x485.*\n", "", GOOD), 3, "has 19 lines, but its head says 20"),
    "cut-in-the-block": (GOOD[: GOOD.index("msr=0x48f")], 3, "truncated within the REPORT block"),
    "cut-before-the-verdict": (GOOD[: GOOD.index("RESULT")], 3, "truncated before the verdict"),
    "no-number": (change("signature=0x806c1", "signature=zzz"), 3, "malformed line: cpus=0"),
    "unknown-result": (change("result=ok", "result=novel"), 3, "malformed line: cpus=0"),
    "unknown-vmxon": (change("vmxon=succeeded", "vmxon=novel"), 3, "malformed line: cpus=0"),
    "a-cpu-beyond": (change("msr=0x482 cpus=0", "msr=0x482 cpus=0-4294967295"), 3, "malformed line: msr=0x482"),
    "another-msr": (change("msr=0x482", "msr=0x10"), 3, "the REPORT block is damaged"),
    "a-huge-number": (change("value=0x1\n", "value=0x1ffffffffffffffff\n"), 3, "malformed line: msr=0x491"),
    "a-key-twice": (change("machine cpus=1", "machine cpus=1 cpus=2"), 3, "damaged"),
    "new-keys-and-lines": (change("msr=0x480", "news a=1\nmsr=0x4ff cpus=0 value=0x1\nmsr=0x480"), 3, "damaged"),
}

# What makes it useless, and what is said then.
USELESS = {
    "empty": ("", "this is an empty file"),
    "comment": ("# nothing\n", "text without a CPUID or MSR value; expected "),
    "another-version": (change("REPORT 1", "REPORT 2"), "expected 1"),
    "no-version": (change("REPORT 1", "REPORT x"), "expected 1"),
    "no-machine": (re.sub(r"machine .*\n", "", GOOD), 'no valid "machine" line'),
    "too-many-cpus": (change("machine cpus=1", "machine cpus=99999999"), 'no valid "machine" line'),
    "text": ("Dear all,\nit does not work.\n", "text without a CPUID or MSR value; expected "),
    "no-cpu-number": ("CPU 0:\nCPU x:\n", "line 2: not a dump: expected \"CPU NUMBER:\""),
    "bad-leaf": ("CPU 0:\n 0x1 0x0 eax=1\n", "line 2: not a dump: expected \"LEAF SUBLEAF:"),
    "wide-register": ("CPU 0:\n 0x1 0x0: eax=0x100000000 ebx=0 ecx=0 edx=0\n", "line 2: not a dump"),
    "bad-msr": ("CPU 0:\n msr 0x3a: maybe\n", "line 2: not a dump: expected a number or"),
    "bad-msr-number": ("CPU 0:\n msr x: 0x1\n", "line 2: not a dump: expected \"msr NUMBER: VALUE\""),
}


@pytest.mark.parametrize("name", DAMAGED)
def test_a_damaged_log_is_explained_with_a_warning(check: Run, name: str) -> None:
    text, status, warning = DAMAGED[name]
    result = check("--from", "-", text=text)
    assert result.returncode == status
    assert re.search(r"^log: warning: .*" + re.escape(warning) + "[^?\n]*$", result.stdout, re.M)


@pytest.mark.parametrize("name", USELESS)
def test_useless_input_is_named_and_ends_with_2(check: Run, name: str) -> None:
    text, problem = USELESS[name]
    result = check("--from", "-", text=text)
    assert result.returncode == 2 and result.stdout == ""
    assert result.stderr.startswith("rootmode-check: -") and problem in result.stderr


def test_a_log_that_ends_early_is_no_verdict(check: Run) -> None:
    result = check("--from", "-", text=GOOD[: GOOD.index("REPORT")])
    assert result.returncode == 3
    assert "log: warning: there is no REPORT block: the machine stopped before it" in result.stdout
    assert "answer: no verdict: the log is damaged or incomplete" in result.stdout
    assert GOOD.splitlines()[1].split("] ")[1] in result.stdout and "RESULT" not in result.stdout


@pytest.mark.parametrize(("result", "status"), [("UNSUPPORTED no-long-mode", 77), ("ERROR not-multiboot2", 3)])
def test_a_machine_that_the_kernel_could_not_run_on(check: Run, result: str, status: int) -> None:
    people = "[    0.000000] cpu 0: error: this CPU has no 64-bit mode\n"
    text = f"{people}REPORT 1 lines=0\nEND crc32=0x00000000\nRESULT: {result}\n"
    told = check("--from", "-", text=text)
    assert told.returncode == status and told.stdout.endswith(f"RESULT: {result}\n")
    assert "cpu 0: error: this CPU has no 64-bit mode\n" in told.stdout
    seen = json.loads(check("--json", "--from", "-", text=text).stdout)
    assert (seen["verdict"], seen["log_result"]) == (result.split()[0], result)


def test_the_last_boot_of_a_log_of_several_counts(check: Run) -> None:
    result = check("--from", "-", text=log("ryzen") + GOOD)
    assert result.returncode == 0 and "AuthenticAMD" not in result.stdout


def test_line_ends_of_the_wire_and_indentation(check: Run) -> None:
    text = "".join(f"  {line}\r\n" for line in GOOD.splitlines())
    assert check("--from", "-", text=GOOD.replace("\n", "\r\n")).stdout == check("--from", "-", text=GOOD).stdout
    assert check("--from", "-", text=text).returncode == 0


# What the kernel's per-CPU results make of the program's exit status, by the result's code.
ENDINGS = {
    "no-vmx": 77, "feature-control-locked-off": 4, "feature-control-smx-only": 4, "feature-control-fault": 1,
    "feature-control-write-refused": 1, "capability-msr-fault": 1,
    "capability-msr-invalid": 1, "cr-fixed-bits": 1, "vmxon-fault": 1,
    "vmxon-fail-invalid": 1, "vmxon-fail-valid": 1, "vmxon-no-effect": 1, "vmxoff-failed": 1, "ap-timeout": 1,
    "ap-unreachable": 1, "out-of-memory": 1, "not-finished": 1, "not-seen": 3,
}


@pytest.mark.parametrize("code", ENDINGS)
@pytest.mark.parametrize("line", ["cpus=0 apic_ids=7 result={} vendor=GenuineIntel signature=0x806c1 vmx=1 smx=0",
                                  "cpus=0 apic_ids=7 result={}"])
def test_every_ending_that_a_cpu_can_have(check: Run, code: str, line: str) -> None:
    text = f"REPORT 1 lines=2\nmachine cpus=1\n{line.format(code)}\nEND crc32=0x0\n"
    result = check("--from", "-", text=text)
    assert result.returncode == ENDINGS[code]
    assert f"result={code}" in block(result.stdout)
    assert "error: " in result.stdout and "hint: " in result.stdout and "(null)" not in result.stdout


@pytest.mark.parametrize(("code", "status"), [("panic", 3), ("exception", 3), ("no-cpu-list", 1)])
def test_a_reason_of_the_machine_s_is_taken_from_the_verdict(check: Run, code: str, status: int) -> None:
    result = check("--from", "-", text=GOOD.replace("RESULT: PASS", f"RESULT: FAIL {code}"))
    assert result.returncode == status and code in result.stdout.splitlines()[-1]


def test_a_log_of_observe_is_planned_for(check: Run) -> None:
    text = re.sub(r" vmxon=.*", "", GOOD[GOOD.index("REPORT"):]).replace("RESULT: PASS", "RESULT: OBSERVED PASS")
    result = check("--from", "-", text=sealed(text.replace("entered=1 left=1", "entered=0 left=0")))
    assert result.stdout.endswith("RESULT: OBSERVED PASS\n") and "VMX was not entered" in result.stdout


def test_names_with_spaces_quoted_or_not(check: Run) -> None:
    for name in ('"  Shanghai  "', "  Shanghai  "):
        text = GOOD.replace("vendor=GenuineIntel", f"vendor={name}")
        assert 'vendor="  Shanghai  " signature' in check("--from", "-", text=text).stdout


@pytest.mark.parametrize("seed", range(8))
def test_nothing_that_is_read_brings_it_down(check: Run, seed: int) -> None:
    """Logs and dumps with bytes changed, removed, repeated: `run` watches for sanitizers' complaints."""
    chance = random.Random(seed)
    good = chance.choice([GOOD, dump(intel(), intel(1))]).encode()
    for _ in range(12):
        bad = bytearray(good)
        for _ in range(chance.randrange(1, 30)):
            at = chance.randrange(len(bad))
            kind = chance.randrange(3)
            if kind == 0:
                bad[at] = chance.randrange(256)
            elif kind == 1:
                del bad[at:at + chance.randrange(1, 40)]
            else:
                bad[at:at] = bad[at:at + chance.randrange(1, 200)]
        options: list[str] = chance.choice([[], ["--json", "--caps"], ["--caps"]])
        check(*options, "--from", "-", text=bytes(bad))


def test_cut_anywhere(check: Run) -> None:
    for end in range(0, len(GOOD), 61):
        check("--from", "-", text=GOOD[:end])


def test_recorded_logs_are_as_their_names_say() -> None:
    assert all(cpu_of(path.read_text())["cpus"] == "0" for path in LOGS)
