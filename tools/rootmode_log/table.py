"""The table for people: as wide as the terminal, with colours only on one."""

from collections.abc import Sequence

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from rootmode_log.entry import Entry
from rootmode_log.rows import COLUMNS, row

_WIDE = 120  # columns; below, the less important columns are left out
_LEFT_OUT = ("microcode", "hypervisor", "file")
_STYLES = {"PASS": "green", "OBSERVED PASS": "green", "FAIL": "bold red", "ERROR": "bold red", "NONE": "bold red",
           "UNREADABLE": "bold red", "BLOCKED": "yellow", "UNSUPPORTED": "dim"}


def show(entries: Sequence[Entry]) -> None:
    """Print the table."""
    console = Console(highlight=False)
    if console.is_terminal:
        _show_on(console, entries)
        return
    rows = [COLUMNS, *map(row, entries)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for cells in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)).rstrip())


def _show_on(console: Console, entries: Sequence[Entry]) -> None:
    kept = [name for name in COLUMNS if console.width >= _WIDE or name not in _LEFT_OUT]
    table = Table(box=box.SIMPLE, pad_edge=False)
    for name in kept:
        table.add_column(name, overflow="fold")
    for entry in entries:
        cells = dict(zip(COLUMNS, row(entry), strict=True))
        style = _STYLES.get(entry.result, "")
        table.add_row(*(Text(cells[name], style if name == "verdict" else "") for name in kept))
    console.print(table)
