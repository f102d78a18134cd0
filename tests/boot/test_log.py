"""Tests how Python sees a log: a valid one without a problem, and others with each problem named."""

import zlib

import pytest

from rootmode import log

CPUS = "cpus=0-1 apic_ids=0-1 result=ok vendor=GenuineIntel signature=0x50654 vmx=1 smx=0 feature_control=0x5 vmxon=succeeded"
BLOCK = ["machine cpus=2 entered=2", CPUS, 'msr=0x480 note="two words" cpus=0-1 value=0x1']


def _end(block: list[str]) -> str:
    return f"END crc32=0x{zlib.crc32(''.join(line + chr(10) for line in block).encode()):08x}"


def _rows(**changes: list[str]) -> list[str]:
    parts: dict[str, list[str]] = {
        "before": ["\x1b[2JSeaBIOS", "  Booting `rootmode'"],
        "narrative": ["[    0.000012] cpu 0: GenuineIntel", "[    0.020000] cpus 0-3,8: x: y"],
        "count": ["[    0.020123] vmx: 2 of 2 CPUs in VMX root operation"],
        "report": [f"REPORT 1 lines={len(BLOCK)}", *BLOCK, _end(BLOCK)],
        "result": ["RESULT: PASS"],
        "after": [],
    }
    return [row for part in {**parts, **changes}.values() for row in part]


def _text(rows: list[str]) -> str:
    return "".join(row + "\r\n" for row in rows)


def test_sound_log() -> None:
    parsed = log.parse(_text(_rows()))
    assert not parsed.problems
    assert (parsed.verdict, parsed.reasons, parsed.in_vmx, parsed.of_cpus) == ("PASS", (), 2, 2)
    assert parsed.lines[1] == log.Line(0.02, "cpus 0-3,8", "x: y")
    assert parsed.report[0] == {"kind": "machine", "cpus": "2", "entered": "2"}
    assert parsed.report[2] == {"msr": "0x480", "note": "two words", "cpus": "0-1", "value": "0x1"}
    assert parsed.values("vendor") == ["GenuineIntel"]
    assert parsed.sentences("cpu 0") == ["GenuineIntel"]
    assert parsed.exit_code == 0


def test_first_line_behind_what_grub_left() -> None:
    rows = _rows(before=[], narrative=["Booting...[    0.000012] cpu 0: GenuineIntel"])
    assert log.parse(_text(rows)).lines[0].sentence == "GenuineIntel"


@pytest.mark.parametrize("result, verdict, reasons, exit_code", [
    ("FAIL ap-timeout out-of-memory", "FAIL", ("ap-timeout", "out-of-memory"), 1),
    ("OBSERVED BLOCKED feature-control-smx-only", "OBSERVED", ("BLOCKED", "feature-control-smx-only"), 0),
    ("ERROR panic", "ERROR", ("panic",), 3),
    ("BLOCKED feature-control-locked-off", "BLOCKED", ("feature-control-locked-off",), 4),
    ("UNSUPPORTED no-vmx", "UNSUPPORTED", ("no-vmx",), 77),
])
def test_verdicts(result: str, verdict: str, reasons: tuple[str, ...], exit_code: int) -> None:
    block = [line.replace(" vmxon=succeeded", "").replace("entered=2", "entered=0") for line in BLOCK]
    parsed = log.parse(_text(_rows(
        count=["[    0.020123] vmx: 0 of 2 CPUs in VMX root operation"],
        report=["REPORT 1 lines=3", *block, _end(block)], result=[f"RESULT: {result}"],
    )))
    assert (parsed.verdict, parsed.reasons, parsed.exit_code, parsed.problems) == (verdict, reasons, exit_code, ())


@pytest.mark.parametrize("problem, changes", [
    ("no-verdict", {"result": []}),
    ("no-verdict", {"result": ["RESULT: SPLENDID"]}),
    ("text-after-result", {"after": ["[    0.5] x"]}),
    ("no-report", {"report": []}),
    ("bad-report-line", {"report": ["REPORT 1 lines=4", *BLOCK, "msr=x", _end([*BLOCK, "msr=x"])]}),
    ("report-cut", {"report": ["REPORT 1 lines=4", *BLOCK, _end(BLOCK)]}),
    ("no-crc", {"report": ["REPORT 1 lines=3", *BLOCK]}),
    ("bad-crc", {"report": ["REPORT 1 lines=3", *BLOCK, "END crc32=0x00000000"]}),
    ("no-count", {"count": []}),
    ("count-misplaced", {"count": [_rows()[4], "[    0.030000] vmx: more"]}),
    ("stray-text", {"narrative": ["[    0.000012] cpu 0: x", "[    0.00"]}),
    ("stray-text", {"report": ["REPORT 1 lines=3", *BLOCK, _end(BLOCK), "more"]}),
])
def test_problems(problem: str, changes: dict[str, list[str]]) -> None:
    assert log.parse(_text(_rows(**changes))).problems == (problem,)


def test_nothing_at_all() -> None:
    parsed = log.parse("")
    assert parsed.problems == ("no-report", "no-verdict", "no-count")
    assert parsed.exit_code == log.EXIT_NO_VERDICT
