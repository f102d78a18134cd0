"""Splits the serial output of the nested vehicle's Linux into that of the inner machines. Pure.

Lines that begin with "== " separate the sections: see tools/nested/init and supervise.c. Text outside
the sections is ignored. A section whose `status` is None has no end, because Linux ended before QEMU.
"""

import re
from dataclasses import dataclass, field

STATUS_LIMIT = 124  # QEMU was ended at the time limit
STATUS_AFTER_VERDICT = 126  # QEMU was ended after the verdict: the inner machine halted
_CUT = re.compile(r"== (BEGIN|END|KVM-BEFORE|KVM-TOTAL|DONE)\b(.*)")
_PAIR = re.compile(r"(\w+)=(\d+)")


@dataclass
class Section:
    """The run of one inner machine so far, with KVM's counters."""

    lines: list[str] = field(default_factory=list)
    status: int | None = None
    counts_before: dict[str, int] = field(default_factory=dict)  # up to the first byte on the serial port
    counts: dict[str, int] = field(default_factory=dict)  # of the whole run


class Splitter:
    """Takes the lines one by one. `sections` has the sections so far."""

    def __init__(self) -> None:
        self.sections: list[Section] = []
        self._is_inside = False
        self._empty: list[str] = []  # empty lines that may belong to a separator that follows

    def take(self, line: str) -> list[str]:
        """Take a line. Return the lines that now certainly belong to an inner machine."""
        cut = _CUT.fullmatch(line)
        if cut:
            self._empty = []
            self._cut(cut[1], {name: int(number) for name, number in _PAIR.findall(cut[2])})
        elif self._is_inside:
            self._empty.append(line)
            if line:
                own, self._empty = self._empty, []
                self.sections[-1].lines += own
                return own
        return []

    def _cut(self, word: str, numbers: dict[str, int]) -> None:
        self._is_inside = word == "BEGIN"
        if word == "BEGIN":
            self.sections.append(Section())
        elif word == "KVM-BEFORE":
            self.sections[-1].counts_before = numbers
        elif word == "KVM-TOTAL":
            self.sections[-1].counts = numbers
        elif word == "END":
            self.sections[-1].status = numbers["status"]


def is_done(line: str) -> bool:
    """Return True for the last line of all."""
    return line == "== DONE"
