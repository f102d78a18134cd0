"""Logs as consoles and the programs that record them write them."""

import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from computers import RUNS, block
from program import Run


def _each(change: Callable[[int, str], str]) -> Callable[[str], str]:
    """What changes each line does so to the text."""
    return lambda text: "".join(change(*line) for line in enumerate(text.splitlines(keepends=True)))


def _folded(text: str) -> str:
    lines = [line[at:at + 80] for line in text.splitlines() for at in range(0, len(line), 80)]
    return "\n".join(lines) + "\n"


GRUB = "\x1b[H\x1b[J\x1b[1;1H GNU GRUB  version 2.06\r\n\x1b[7m*rootmode: prove\x1b[0m\r\n  Booting `rootmode'\r\n\r\n"
CONSOLES: dict[str, Callable[[str], str]] = {
    "ts": _each(lambda number, line: f"Nov 27 03:12:{number % 60:02} {line}"),
    "ts-iso": _each(lambda number, line: f"[2026-11-27T03:12:{number % 60:02}.123456] {line}"),
    "journald": _each(lambda number, line: f"Nov 27 03:12:{number % 60:02} host{number} getty[7{number}]: {line}"),
    "conserver": _each(lambda number, line: f"node-{number % 3}: {line}"),
    "cr-cr-lf": _each(lambda number, line: line.rstrip("\n") + "\r\r\n"),
    "cr-alone": lambda text: text.replace("\n", "\r"),
    "nul-bytes": lambda text: "\0\0" + text.replace("\n", "\0\n"),
    "tabs": _each(lambda number, line: "\t" + line),
    "folded": _folded,
    "folded-crlf": lambda text: _folded(text).replace("\n", "\r\n"),
    "grub-before": lambda text: GRUB + text,
    "colours": _each(lambda number, line: "\x1b[0;37;40m" + line),
    "title-cut": lambda text: text.replace("\n", "\n\x1b]0;console\x1b\\", 1),
    "escape-cut": lambda text: "\x1b[1;\n\x1b\n\x1b]0;x\n" + text,
    "title": lambda text: "\x1b]0;console\x07" + text,
    "login-prompt": lambda text: text.replace("RESULT: ", "node3 login: RESULT: ").replace("REPORT 1", "login: REPORT 1"),
    "no-last-line-end": lambda text: text.rstrip("\n"),
    "another-boot-before": lambda text: GRUB + text + GRUB + text,
}


@pytest.mark.parametrize("console", CONSOLES)
@pytest.mark.parametrize("path", RUNS, ids=[path.stem for path in RUNS])
def test_the_log_is_the_same(check: Run, path: Path, console: str) -> None:
    good = check("--from", path)
    told = check("--from", "-", text=CONSOLES[console](path.read_text()))
    assert (told.returncode, told.stdout, told.stderr) == (good.returncode, good.stdout, good.stderr)


@pytest.mark.parametrize("console", CONSOLES)
def test_every_kind_of_line_of_the_report(check: Run, console: str) -> None:
    """The recorded logs lack lines that came later, such as "found cpus="."""
    text = RUNS[0].read_text()
    rows = block(text).splitlines()[1:-1]
    rows.insert(2, "found cpus=0 cr0=0x10 mtrrcap=0x508 mtrr_def_type=0xc06 pat=0x7040600070406")
    body = "".join(row + "\n" for row in rows)
    made = f"REPORT 1 lines={len(rows)}\n{body}END crc32={zlib.crc32(body.encode()):#010x}"
    text = text.replace(block(text), made)
    good = check("--from", "-", text=text)
    assert good.returncode == 0 and "warning: " not in good.stdout
    assert check("--from", "-", text=CONSOLES[console](text)).stdout == good.stdout


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be"])
def test_utf_16(check: Run, tmp_path: Path, encoding: str) -> None:
    text = RUNS[0].read_text()
    path = tmp_path / "log"
    path.write_bytes((b"" if encoding == "utf-16" else b"\xfe\xff") + text.encode(encoding))
    assert check("--from", path).stdout == check("--from", RUNS[0]).stdout
