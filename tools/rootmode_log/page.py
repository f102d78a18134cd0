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
    """Machines with the same capabilities: one column of the matrix."""

    machines: tuple[str, ...]
    model: str
    capabilities: frozenset[str]


def kinds(entries: Sequence[Entry]) -> list[Kind]:
    """Return the columns of the matrix. A machine whose CPUs differ has what all of them have. One without any has none."""
    found: dict[frozenset[str], list[Entry]] = {}
    for entry in entries:
        if entry.cpus and entry.capabilities:
            found.setdefault(entry.capabilities, []).append(entry)
    return [
        Kind(tuple(one.machine for one in same), ", ".join(dict.fromkeys(one.model for one in same)), names)
        for names, same in found.items()
    ]


def to_html(entries: Sequence[Entry]) -> str:
    """Return the document."""
    columns = kinds(entries)
    names = sorted(frozenset[str]().union(*(kind.capabilities for kind in columns)))
    same = {name for name in names if all(name in kind.capabilities for kind in columns)}
    without = [entry.machine for entry in entries if entry.cpus and not entry.capabilities]
    counts: dict[str, int] = {}
    for entry in entries:
        counts[entry.result] = counts.get(entry.result, 0) + 1
    environment = jinja2.Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
    template = environment.from_string(_TEMPLATE.read_text("utf-8"))
    return template.render(columns=COLUMNS, rows=map(row, entries), kinds=columns, names=names, same=same, without=without,
                           counts=counts) + "\n"
