"""What consoles, and the programs that record them, make of a log."""

import gzip
import lzma
from collections.abc import Callable

Change = Callable[[str], bytes]


def each(change: Callable[[int, str], str]) -> Callable[[str], str]:
    """What changes each line does so to the text."""
    return lambda text: "".join(change(*line) for line in enumerate(text.splitlines(keepends=True)))


def folded(text: str) -> str:
    """As a terminal of 80 columns wraps it."""
    lines = [line[at:at + 80] for line in text.splitlines() for at in range(0, len(line), 80)]
    return "\n".join(lines) + "\n"


def sent_twice(at: float, size: int) -> Callable[[str], str]:
    """With a packet of this size, somewhere, sent again."""

    def change(text: str) -> str:
        start = int(len(text) * at)
        return text[:start + size] + text[start:start + size] + text[start + size:]

    return change


GRUB = "\x1b[H\x1b[J\x1b[1;1H GNU GRUB  version 2.06\r\n\x1b[7m*rootmode: prove\x1b[0m\r\n  Booting `rootmode'\r\n\r\n"
LINUX = "[    0.000000] Linux version 6.1.0\n[    0.004000] smp: Bringing up secondary CPUs ...\n[   12.301233] kexec: bye\n"
TEXTS: dict[str, Callable[[str], str]] = {
    "ts": each(lambda number, line: f"Nov 27 03:12:{number % 60:02} {line}"),
    "ts-iso": each(lambda number, line: f"[2026-11-27T03:12:{number % 60:02}.123456] {line}"),
    "ts-seconds": each(lambda number, line: f"{number // 9}.{number % 1000000:06} {line}"),
    "journald": each(lambda number, line: f"Nov 27 03:12:{number % 60:02} host{number} getty[7{number}]: {line}"),
    "journald-iso": each(lambda number, line: f"2026-11-27T03:12:{number % 60:02}+0100 node qemu[71]: {line}"),
    "conserver": each(lambda number, line: f"node-{number % 3}: {line}"),
    "virsh": lambda text: f"Connected to domain 'vm'\r\nEscape character is ^] (Ctrl + ])\r\n{text}\r\n",
    "lava": each(lambda number, line: f"2026-11-27T03:12:{number % 60:02}.5 target: {line}"),
    "lava-yaml": each(lambda number, line: f'- {{"dt": "2026-11-27T03:12:{number % 60:02}", "lvl": "target", "msg": {line}'),
    "cr-cr-lf": each(lambda number, line: line.rstrip("\n") + "\r\r\n"),
    "cr-alone": lambda text: text.replace("\n", "\r"),
    "nul-bytes": lambda text: "\0\0" + text.replace("\n", "\0\n"),
    "tabs": each(lambda number, line: "\t" + line),
    "folded": folded,
    "folded-crlf": lambda text: folded(text).replace("\n", "\r\n"),
    "grub-before": lambda text: GRUB + text,
    "linux-before": lambda text: LINUX + text,
    "linux-after": lambda text: text + "\n" + LINUX,
    "colours": each(lambda number, line: "\x1b[0;37;40m" + line),
    "title-cut": lambda text: text.replace("\n", "\n\x1b]0;console\x1b\\", 1),
    "escape-cut": lambda text: "\x1b[1;\n\x1b\n\x1b]0;x\n" + text,
    "title": lambda text: "\x1b]0;console\x07" + text,
    "login-prompt": lambda text: text.replace("RESULT: ", "node3 login: RESULT: ").replace("REPORT 1", "login: REPORT 1"),
    "no-last-line-end": lambda text: text.rstrip("\n"),
    "another-boot-before": lambda text: GRUB + text + GRUB + text,
    "a-cut-boot-before": lambda text: text[:len(text) // 3] + "\r\n" + GRUB + text,
    **{f"sent-twice-{size}-at-{at}": sent_twice(at, size)
       for size in (8, 16, 100, 255, 1000) for at in (0, 0.1, 0.3, 0.6, 0.8)},
}
PACKS: dict[str, Change] = {
    "gzip": lambda text: gzip.compress(text.encode()),
    "xz": lambda text: lzma.compress(text.encode()),
    "utf-16": lambda text: text.encode("utf-16"),
    "utf-16-be": lambda text: b"\xfe\xff" + text.encode("utf-16-be"),
    "cr-cr-lf-utf-16-gzip": lambda text: gzip.compress(text.replace("\n", "\r\r\n").encode("utf-16")),
}
