"""What a loader may pass that makes no sense: a clear line in the log, or a clear verdict."""

from typing import Any

from boot_case import Case, boot_cases, qemu
from spoiled import spoiled

_BROKEN = r"boot: warning: the loader's boot information is broken: "
_NOWHERE = "0xFEDC0000"  # no memory, and no device
_UNMAPPABLE = "0x1234567890000000"
_NO_MEMORY = (r"boot: error: no memory for the list of CPUs: .*",)
_LEFT_OUT = r"boot: warning: the memory map has too many free ranges: .*"
_LINE = "prove exit=debug"


def _fine(name: str, words: str, *facts: str) -> Case:
    return Case(f"bad-{name}", spoiled(words, 2), "PASS", (2, 2), facts=facts)


def _no_memory(name: str, words: str, *facts: str) -> Case:
    return Case(f"bad-{name}", spoiled(words, 2), "FAIL out-of-memory", (0, 1), facts=(*facts, *_NO_MEMORY))


def _line(name: str, line: str, *facts: str, **more: Any) -> Case:
    """A command line for QEMU, which passes any bytes on."""
    return Case(f"bad-line-{name}", qemu(1, cmdline=line, **more), "UNSUPPORTED no-vmx", (0, 1), facts=facts)


_WORDS = " ".join(8 * ["x" * 8000])  # GRUB's parser has no longer words
_BYTES = r"boot: warning: the command line has {} bytes"
_SHOWN = r'rootmode: .*, command line "exit=debug prove x{1007}\.\.\."'
_UNKNOWN = r"boot: warning: unknown options ignored: x{64}\.\.\."

test_boot = boot_cases([
    _fine("none-by-pvh", "pvh"),
    _fine("modules", "module", r"boot: warning: .*modules, which rootmode does not use: 1"),
    _fine("modules-by-pvh", "pvh pvh-modules=3", r"boot: warning: .*modules, which rootmode does not use: 3"),
    _fine("map-of-10000", "mmap=10000 piece=1 mmap-tail", _LEFT_OUT),
    _fine("map-of-10000-by-pvh", "pvh mmap=10000 piece=1 mmap-tail", _LEFT_OUT),
    _no_memory("version-0", "pvh pvh-version=0", f"{_BROKEN}it is of version 0, which has no memory map"),
    _no_memory("map-nowhere", f"pvh pvh-map={_NOWHERE}", "boot: warning: the loader gives no memory map and no memory size"),
    _no_memory("map-unmappable", f"pvh pvh-map={_UNMAPPABLE}", f"{_BROKEN}it points to an address that cannot be mapped"),
    Case(
        "bad-start-information-nowhere", spoiled(f"pvh pvh-at={_NOWHERE}", 2, cmdline=" "), "ERROR not-multiboot2", (0, 1),
        facts=(r"boot: error: not started by .*",),
    ),
    Case(
        "bad-line-nowhere", spoiled(f"pvh pvh-line={_NOWHERE}", 2, cmdline=" "), "PASS", (2, 2),
        facts=(f"{_BROKEN}its command line has no end; using the first 65536 bytes", r"boot: warning: .*ignored: \?{64}\.\.\."),
    ),
    Case(
        "bad-line-unmappable", spoiled(f"pvh pvh-line={_UNMAPPABLE}", 2, cmdline=" "), "PASS", (2, 2),
        facts=(f"{_BROKEN}it points to an address that cannot be mapped", r'rootmode: .*, command line ""'),
    ),
    _fine("line-of-64-kib", "line=65536", _BYTES.format(65536), _UNKNOWN, _SHOWN),
    _fine("line-of-64-kib-by-pvh", "pvh line=65535", _BYTES.format(65535), _UNKNOWN),
    _fine("line-of-more-by-pvh", "pvh line=65536", f"{_BROKEN}its command line has no end; .*", _UNKNOWN),
    _line(
        "of-64-kib-by-grub", f"{_LINE} {_WORDS}", _BYTES.format(64024),
        r"boot: warning: unknown options ignored:( x{64}\.\.\.){8}", door="iso",
    ),
    _line(  # QEMU's own loader has a buffer of 4 KiB
        "of-500-faults", f"{_LINE} {'cpus=x ' * 500}", r"boot: warning: option cpus=x ignored: .*",
        r"boot: warning: more options that are unknown or ignored: 484",
    ),
    _line("not-ascii", f"{_LINE} \u00e4\n\x1b[31m", r'rootmode: .*, command line "prove exit=debug \?\?\?\?\[31m"'),
    _line("not-ascii-by-grub", f"{_LINE} \u00e4", r'rootmode: .*, command line "prove exit=debug \?\?"', door="iso"),
])
