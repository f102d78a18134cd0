"""One HTML file that needs nothing else: the table, and the matrix of machines and capabilities."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import jinja2

from rootmode_log.entry import Entry
from rootmode_log.rows import COLUMNS, row

_TEMPLATE = Path(__file__).with_name("page.html.j2")


@dataclass(frozen=True)
class Kind:
    """Machines with the same capabilities: one row of the matrix."""

    machines: tuple[str, ...]
    model: str
    capabilities: frozenset[str]


def kinds(entries: Sequence[Entry]) -> list[Kind]:
    """Return the rows of the matrix. A machine whose CPUs differ has what all of them have."""
    found: dict[frozenset[str], list[Entry]] = {}
    for entry in entries:
        if entry.cpus:
            found.setdefault(entry.capabilities, []).append(entry)
    return [
        Kind(tuple(one.machine for one in same), ", ".join(dict.fromkeys(one.model for one in same)), names)
        for names, same in found.items()
    ]


def to_html(entries: Sequence[Entry]) -> str:
    """Return the document."""
    rows = kinds(entries)
    names = sorted(frozenset[str]().union(*(kind.capabilities for kind in rows)))
    same = {name for name in names if all(name in kind.capabilities for kind in rows)}
    counts: dict[str, int] = {}
    for entry in entries:
        counts[entry.result] = counts.get(entry.result, 0) + 1
    environment = jinja2.Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
    template = environment.from_string(_TEMPLATE.read_text("utf-8"))
    return template.render(columns=COLUMNS, rows=map(row, entries), kinds=rows, names=names, same=same, counts=counts) + "\n"
