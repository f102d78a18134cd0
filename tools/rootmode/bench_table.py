"""Formats the measurements as Markdown tables, for `make bench` and docs/performance.md.

Pure: text in, text out. tests/boot/test_performance.py reads the numbers back from the document.
"""

import re
from collections.abc import Callable, Sequence

from rootmode.bench import PAGE_SIZE, Boot
from rootmode.bench_markers import AP_ENTRY, VMXON
from rootmode.bench_scale import ReportCost

# The parts of the document that `make bench-update` writes.
TICKS, SCALE = "ticks", "scale"

_EACH_ADDED = "each added CPU"
BSP_VMXON, LAST_VMXON, RESULT = "to the BSP's VMXON", "to the last VMXON", "to the end of RESULT"
BYTES = "serial output, bytes"

# Other projects: from the kernel's entry to the last CPU's VMXON, measured on the same machine.
_OTHERS = {
    "NOVA (release), serial console": ("6.05 M", "7.60 M", "10.6 M", "16.7 M", "25.8 M", "1,510,000"),
    "NOVA, no console": ("3.03 M", "3.39 M", "4.02 M", "5.28 M", "7.20 M", "315,000"),
    "Xen 4.17, serial console": ("56.2 M", "57.5 M", "59.7 M", "-", "70.7 M", "1,080,000"),
    "Xen 4.17, quiet": ("56.4 M", "56.6 M", "56.6 M", "-", "57.5 M", "90,000"),
    "kvm-unit-tests: CPUs started, no VMX on APs": ("-", "-", "-", "-", "-", "64,500"),
    "Linux 6.1 to kvm_intel loaded": ("2,240 M", "2,200 M", "-", "-", "-", "-"),
}
_OTHERS_CPUS = (1, 2, 4, 8, 14)

_TOTALS: dict[str, Callable[[Boot], float]] = {
    BSP_VMXON: lambda boot: boot.bsp(VMXON),
    LAST_VMXON: lambda boot: boot.last(VMXON),
    "to the first byte for the UART": lambda boot: boot.puts[0],
    RESULT: lambda boot: boot.bsp("arch_end"),
    BYTES: lambda boot: len(boot.puts),
    "RESULT's end above bytes x 10 / 115200 s, %": lambda boot: 100 * boot.bsp("arch_end") / boot.line_ticks - 100,
    "serial port idle after its first byte": lambda boot: sum(ticks for _, ticks in boot.gaps()),
    "reset to entry (firmware, GRUB)": lambda boot: boot.reset_to_entry,
}

# Each phase ends where the next one begins. A phase of the APs ends when the last AP has done it.
_PHASES: dict[str, Callable[[Boot], int]] = {
    "early boot: to 64-bit code": lambda boot: boot.bsp("kernel_main"),
    "memory, boot information, console": lambda boot: boot.bsp("firmware_read"),
    "ACPI, list of CPUs, records": lambda boot: boot.bsp("arch_smp_prepare"),
    "APs' stacks and tables": lambda boot: boot.bsp("arch_smp_start"),
    "INIT and SIPI, AP trampoline": lambda boot: boot.last(AP_ENTRY),
    "VMX on the BSP and the APs": lambda boot: boot.last(VMXON),
    "lines for people; VMX left": lambda boot: boot.bsp("report_print_end"),
    "report": lambda boot: boot.bsp("report_print_result"),
    "the rest of the serial output": lambda boot: boot.bsp("arch_end"),
}


def total(boot: Boot, row: str) -> float:
    """Return what a row of the table of totals says of the boot."""
    return _TOTALS[row](boot)


def block(boots: Sequence[Boot], sizes: dict[str, int], compiler: str, bochs_version: str) -> str:
    """Return all tables of the measured boots."""
    return "\n".join([
        f"Compiled with {compiler}, run in Bochs {bochs_version}.", "",
        "Entry to the last CPU's VMXON, in ticks:", "", *_compare(boots), "",
        "From the kernel's entry, in ticks:", "", *_totals(boots), "",
        "Where the ticks go:", "", *_phases(boots), "",
        "Sizes:", "", *_table(["", "bytes"], [[name, _number(size)] for name, size in sizes.items()]),
    ])


def scale_block(costs: Sequence[ReportCost], starting_us: dict[int, int]) -> str:
    """Return the tables for more CPUs than Bochs has."""
    cost_rows = [
        [_number(cost.cpus), str(cost.results), _number(round(cost.instructions / cost.cpus)),
         _number(cost.people_bytes), _number(cost.report_bytes)]
        for cost in costs
    ]
    start_rows = [[str(cpus), _number(us), _number(round(us / cpus))] for cpus, us in starting_us.items()]
    return "\n".join([
        "Plan and report of synthetic records, on the host:", "",
        *_table(
            ["CPUs", "different results", "instructions per CPU", "bytes for people", "bytes of REPORT"], cost_rows
        ),
        "", "QEMU TCG, from the last SIPI to the last CPU's record, in microseconds of the host's time:", "",
        *_table(["CPUs", "all of them", "per CPU"], start_rows),
    ])


def memory_per_cpu(boots: Sequence[Boot]) -> int:
    """Return the bytes of memory per additional CPU, 0 if unknown."""
    return int(_per_added_cpu(boots, lambda boot: boot.pages_taken * PAGE_SIZE) or 0)


def replace(document: str, part: str, text: str) -> str:
    """Return the document with one generated part replaced. Raises ValueError if the part is missing."""
    begin, end = f"<!-- make bench-update writes {part} from here -->", f"<!-- {part} to here -->"
    before, found_begin, rest = document.partition(begin)
    _, found_end, after = rest.partition(end)
    if not found_begin or not found_end:
        raise ValueError(f"the document has no '{begin}' followed by '{end}'")
    return f"{before}{begin}\n\n{text}\n\n{end}{after}"


def recorded_compiler(document: str) -> str:
    """Return the compiler with which the document's numbers were measured. Raises ValueError if it names none."""
    named = re.search(r"^Compiled with (\w+ [\d.]+), run in Bochs", document, re.MULTILINE)
    if not named:
        raise ValueError("the document does not name the compiler: make bench-update")
    return named[1]


def recorded(document: str, row: str, cpus: int) -> int:
    """Return a number of the document's table of totals. Raises ValueError if it is missing."""
    header: list[str] = []
    for line in document.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if cells[0] == "CPUs" and cells[-1] == _EACH_ADDED:
            header = cells
        elif cells[0] == row and str(cpus) in header:
            return int(cells[header.index(str(cpus))].replace(",", ""))
    raise ValueError(f"the document has no number '{row}' for {cpus} CPUs: make bench-update")


def _compare(boots: Sequence[Boot]) -> list[str]:
    by_cpus = {boot.cpus: boot for boot in boots}
    ours = [_number(by_cpus[cpus].last(VMXON)) if cpus in by_cpus else "-" for cpus in _OTHERS_CPUS]
    rows = [["rootmode, serial console", *ours, _slope(boots, _TOTALS[LAST_VMXON])]]
    rows += [[name, *values] for name, values in _OTHERS.items()]
    return _table(["system", *map(str, _OTHERS_CPUS), _EACH_ADDED], rows)


def _totals(boots: Sequence[Boot]) -> list[str]:
    rows = [
        [name, *(_number(value(boot)) for boot in boots), _slope(boots, value) if "%" not in name else ""]
        for name, value in _TOTALS.items()
    ]
    return _table(["CPUs", *(str(boot.cpus) for boot in boots), _EACH_ADDED], rows)


def _phases(boots: Sequence[Boot]) -> list[str]:
    columns = [_durations(boot) for boot in boots]
    rows = [[name, *(_number(column[index]) for column in columns)] for index, name in enumerate(_PHASES)]
    return _table(["phase", *(str(boot.cpus) for boot in boots)], rows)


def _durations(boot: Boot) -> list[int]:
    """Return the ticks of each phase: 0 if the boot lacks it, as one CPU lacks the phases of the APs."""
    durations, since = [], 0
    for end in _PHASES.values():
        until = max(end(boot), since)
        durations.append(until - since)
        since = until
    return durations


def _per_added_cpu(boots: Sequence[Boot], value: Callable[[Boot], float]) -> float | None:
    """Return the increase per CPU from two CPUs to the largest number, None if unknown."""
    several = [boot for boot in boots if boot.cpus > 1]
    if len(several) < 2:
        return None
    low, high = several[0], several[-1]
    return (value(high) - value(low)) / (high.cpus - low.cpus)


def _slope(boots: Sequence[Boot], value: Callable[[Boot], float]) -> str:
    increase = _per_added_cpu(boots, value)
    return "-" if increase is None else _number(round(increase))


def _number(value: float) -> str:
    return f"{value:,}" if isinstance(value, int) else f"{value:,.1f}"


def _table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Return a table with aligned columns, the first one left-aligned, which also reads well in a terminal."""
    widths = [max(3, *(len(row[index]) for row in [header, *rows])) for index in range(len(header))]
    rule = ["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])]
    lines = []
    for row in [header, rule, *rows]:
        cells = [row[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:]))]
        lines.append("| " + " | ".join(cells) + " |")
    return lines
