"""The serial line of the nested vehicle's Linux, cut into the inner machines' serial lines: pure.

Lines that begin with "== " are the cuts; tools/nested/init and supervise.c say what they mean.
Whatever lies outside the sections is passed over. A section whose `status` is None has no end:
Linux ended, or was ended, before its QEMU.
"""

import re
from dataclasses import dataclass, field

STATUS_LIMIT = 124  # the run's limit ended QEMU
STATUS_AFTER_VERDICT = 126  # QEMU was ended after the verdict: the inner machine halted
_CUT = re.compile(r"== (BEGIN|END|KVM-BEFORE|KVM-TOTAL|DONE)\b(.*)")
_PAIR = re.compile(r"(\w+)=(\d+)")


@dataclass
class Section:
    """One inner machine's run, as far as it has come. The counts are KVM's."""

    lines: list[str] = field(default_factory=list)
    status: int | None = None
    counts_before: dict[str, int] = field(default_factory=dict)  # the first serial byte
    counts: dict[str, int] = field(default_factory=dict)  # of the whole run


class Splitter:
    """Takes line after line; `sections` is what has come so far."""

    def __init__(self) -> None:
        self.sections: list[Section] = []
        self._is_inside = False
        self._empty: list[str] = []  # empty lines on hold: a cut may follow, which brings one along

    def take(self, line: str) -> list[str]:
        """What is now known to be an inner machine's own lines."""
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
    """True for the last line of all."""
    return line == "== DONE"
