"""Asks the installed Bochs for its version, options and CPU models."""

import functools
import re
import subprocess

_PROGRAM = "bochs"
_HELP_S = 30


def version() -> str:
    """Return the version, such as "2.7", or "?" if Bochs does not print it."""
    found = re.search(r"Bochs x86 Emulator (\S+)", _help())
    return found[1] if found else "?"


def command() -> list[str]:
    """Return the command for a directory that has a bochsrc and a file of debugger commands.

    Debian's builds contain the debugger. Bochs 2.7 always starts in the debugger. Bochs 3.0 does so only
    with -debugger, an option that 2.7 rejects, and ignores -rc without it.
    """
    debugger = ["-debugger"] if re.search(r"^\s*-debugger\b", _help(), re.MULTILINE) else []
    return [_PROGRAM, "-q", *debugger, "-f", "bochsrc", "-rc", "commands"]


def models() -> tuple[str, ...]:
    """Return the CPU models that Bochs lists."""
    listed = _help("cpu").partition("Supported CPU models:")[2]
    return tuple(re.findall(r"^(\w+)$", listed, re.MULTILINE))


@functools.cache
def _help(*topic: str) -> str:
    """Return what --help prints on stdout and stderr, or "" if Bochs cannot be started."""
    try:
        return subprocess.run(
            [_PROGRAM, "--help", *topic], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True, errors="replace", timeout=_HELP_S, check=False,
        ).stdout
    except (OSError, subprocess.TimeoutExpired):
        return ""
