"""Parses the serial log as docs/serial-log.md defines it. Pure: text in, Log out.

Log.problems names everything that is missing or wrong, so one run shows every fault. It is empty for
a valid log. The problems:

    no-verdict           no RESULT line, or one with an unknown verdict
    text-after-result    lines after RESULT, which must be the last line
    no-report            no REPORT line
    bad-report-line      a line in the REPORT block that is not key=value pairs, after at most one other word
    report-cut           the number of lines before END is not the one that REPORT states
    no-crc, bad-crc      no END line after the block, or a wrong CRC
    no-count             no line "N of M CPUs in VMX root operation"
    count-misplaced      that line is not the last one before REPORT
    stray-text           lines that have none of the forms that docs/serial-log.md defines
"""

import re
import zlib
from dataclasses import dataclass

EXIT_CODES = {"PASS": 0, "OBSERVED": 0, "FAIL": 1, "ERROR": 3, "BLOCKED": 4, "UNSUPPORTED": 77}
EXIT_USAGE = 2
EXIT_NO_VERDICT = 3
EXIT_TIMEOUT = 124

# The value that exit=debug writes to the emulator's port. QEMU's exit status is 2 * value + 1.
DEBUG_EXIT_VALUES = {
    "PASS": 0x10, "FAIL": 0x11, "UNSUPPORTED": 0x12, "BLOCKED": 0x13, "ERROR": 0x14, "OBSERVED": 0x15,
}

_NARRATIVE = re.compile(r"\[ *(\d+\.\d{6})\] ((?:cpus? [0-9,-]+)|[a-z0-9]+): (.*)")
_COUNT = re.compile(r"(\d+) of (\d+) CPUs in VMX root operation")
_REPORT = re.compile(r"REPORT 1 lines=(\d+)")
_END = re.compile(r"END crc32=0x([0-9a-f]{8})")
_RESULT = re.compile(r"RESULT: ([A-Z]+)((?: [A-Za-z0-9-]+)*)")  # after OBSERVED comes another verdict
_MONITOR_BEGIN = re.compile(r"\[ *\d+\.\d{6}\] rootmode: monitor started\b.*")
_MONITOR_END = re.compile(r"\[ *\d+\.\d{6}\] rootmode: monitor ended")
_KIND = re.compile(r"([a-z]+) ")
_PAIR = re.compile(r'([a-z0-9_.-]+)=("[^"]*"|\S*)(?: |$)')


@dataclass(frozen=True)
class Line:
    """One narrative line."""

    time_s: float
    scope: str
    sentence: str


@dataclass(frozen=True)
class Log:
    """A serial log, as far as it could be parsed."""

    lines: tuple[Line, ...]
    report: tuple[dict[str, str], ...]
    in_vmx: int | None  # N in "N of M CPUs in VMX root operation"; of_cpus is M
    of_cpus: int | None
    verdict: str  # "" if there is none
    reasons: tuple[str, ...]
    problems: tuple[str, ...]

    @property
    def exit_code(self) -> int:
        """Return the exit code that docs/serial-log.md defines for this verdict."""
        return EXIT_CODES.get(self.verdict, EXIT_NO_VERDICT)

    def sentences(self, scope: str) -> list[str]:
        """Return the sentences with this scope, such as 'cpu 0' or 'vmx'."""
        return [line.sentence for line in self.lines if line.scope == scope]

    def values(self, key: str) -> list[str]:
        """Return all values of a key in the REPORT block, in order."""
        return [pairs[key] for pairs in self.report if key in pairs]


def members(scope: str) -> list[int]:
    """Return the CPUs that a scope names: 0, 1 and 4 for "cpus 0-1,4", none for "vmx"."""
    named = re.fullmatch(r"cpus? ([0-9,-]+)", scope)
    bounds = [part.split("-") for part in named[1].split(",")] if named else []
    return [cpu for bound in bounds for cpu in range(int(bound[0]), int(bound[-1]) + 1)]


def is_narrative(line: str) -> bool:
    """Return True for a line with a time stamp and a scope, which only the kernel prints."""
    return _NARRATIVE.search(line) is not None


def is_result(line: str) -> bool:
    """Return True for the last line of a log."""
    return _RESULT.fullmatch(line) is not None


def is_monitor_begin(line: str) -> bool:
    """Return True for the line after which the monitor accepts requests."""
    return _MONITOR_BEGIN.fullmatch(line) is not None


def is_monitor_end(line: str) -> bool:
    """Return True for the first line after the monitor's last request."""
    return _MONITOR_END.fullmatch(line) is not None


def parse(text: str) -> Log:
    """Parse a serial log. Skips the output of firmware and GRUB before it, and the monitor's session in it."""
    rows = text.replace("\r\n", "\n").split("\n")
    rows = _without_monitor(_from_kernel_entry(rows))
    problems: list[str] = []
    rows, verdict, reasons = _take_result(rows, problems)
    before, report = _take_report(rows, problems)
    lines = _take_narrative(before, problems)
    in_vmx, of_cpus = _count(lines, problems)
    return Log(lines, report, in_vmx, of_cpus, verdict, reasons, tuple(problems))


def _from_kernel_entry(rows: list[str]) -> list[str]:
    """Drop the output of firmware and GRUB, which may end in the middle of the kernel's first line."""
    for number, row in enumerate(rows):
        start = _NARRATIVE.search(row)
        if start:
            return [row[start.start():], *rows[number + 1:]]
        if is_result(row):
            return rows[number:]
    return []


def _without_monitor(rows: list[str]) -> list[str]:
    """Drop the requests and answers. Keep the monitor's first and last line."""
    begins = [number for number, row in enumerate(rows) if is_monitor_begin(row)]
    ends = [number for number, row in enumerate(rows) if is_monitor_end(row)]
    if not begins or not ends:
        return rows
    return rows[:begins[0] + 1] + rows[ends[-1]:]


def _take_result(rows: list[str], problems: list[str]) -> tuple[list[str], str, tuple[str, ...]]:
    for number, row in enumerate(rows):
        result = _RESULT.fullmatch(row)
        if not result:
            continue
        if any(after.strip() for after in rows[number + 1:]):
            problems.append("text-after-result")
        if result[1] not in EXIT_CODES:
            problems.append("no-verdict")
            return rows[:number], "", ()
        return rows[:number], result[1], tuple(result[2].split())
    problems.append("no-verdict")
    return rows, "", ()


def _take_report(rows: list[str], problems: list[str]) -> tuple[list[str], tuple[dict[str, str], ...]]:
    """Return the lines before the REPORT block, and the pairs of each of its lines."""
    for number, row in enumerate(rows):
        head = _REPORT.fullmatch(row)
        if not head:
            continue
        body = rows[number + 1:]
        ends = [index for index, line in enumerate(body) if _END.fullmatch(line)]
        block = body[:ends[0]] if ends else body[:int(head[1])]
        if len(block) != int(head[1]):
            problems.append("report-cut")
        _check_crc(block, body[ends[0]] if ends else "", problems)
        if ends and any(line.strip() for line in body[ends[0] + 1:]):
            problems.append("stray-text")
        return rows[:number], tuple(_pairs(line, problems) for line in block)
    problems.append("no-report")
    return rows, ()


def _check_crc(block: list[str], end: str, problems: list[str]) -> None:
    stated = _END.fullmatch(end)
    if not stated:
        problems.append("no-crc")
    elif zlib.crc32("".join(line + "\n" for line in block).encode("ascii", "replace")) != int(stated[1], 16):
        problems.append("bad-crc")


def _pairs(line: str, problems: list[str]) -> dict[str, str]:
    """Return the key=value pairs of a line. Quoted values may have spaces. The key "kind" is for a word before them."""
    kind = _KIND.match(line)
    pairs, at = ({"kind": kind[1]}, kind.end()) if kind else ({}, 0)
    while at < len(line):
        pair = _PAIR.match(line, at)
        if not pair:
            problems.append("bad-report-line")
            break
        pairs[pair[1]] = pair[2].strip('"')
        at = pair.end()
    return pairs


def _take_narrative(rows: list[str], problems: list[str]) -> tuple[Line, ...]:
    lines = []
    for row in rows:
        match = _NARRATIVE.fullmatch(row)
        if match:
            lines.append(Line(float(match[1]), match[2], match[3]))
        elif row.strip():
            problems.append("stray-text")
    return tuple(lines)


def _count(lines: tuple[Line, ...], problems: list[str]) -> tuple[int | None, int | None]:
    for number, line in enumerate(lines):
        count = _COUNT.fullmatch(line.sentence)
        if count and line.scope == "vmx":
            if number != len(lines) - 1:
                problems.append("count-misplaced")
            return int(count[1]), int(count[2])
    problems.append("no-count")
    return None, None
