"""What the installed Bochs is: its version, its options and its CPU models, as it says itself."""

import functools
import re
import subprocess

_PROGRAM = "bochs"
_HELP_S = 30


def version() -> str:
    """Its version, as "2.7", or "?" where it does not say."""
    found = re.search(r"Bochs x86 Emulator (\S+)", _help())
    return found[1] if found else "?"


def command() -> list[str]:
    """How to start it, in a directory with a bochsrc and a file of debugger commands.

    Debian's builds contain the debugger. 2.7 always starts in it. 3.0 starts in it only with -debugger, and
    otherwise ignores -rc; 2.7 does not know that option.
    """
    debugger = ["-debugger"] if re.search(r"^\s*-debugger\b", _help(), re.MULTILINE) else []
    return [_PROGRAM, "-q", *debugger, "-f", "bochsrc", "-rc", "commands"]


def models() -> tuple[str, ...]:
    """The CPU models that it lists."""
    listed = _help("cpu").partition("Supported CPU models:")[2]
    return tuple(re.findall(r"^(\w+)$", listed, re.MULTILINE))


@functools.cache
def _help(*topic: str) -> str:
    """What --help prints, on whatever stream; "" if it cannot be started."""
    try:
        return subprocess.run(
            [_PROGRAM, "--help", *topic], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True, errors="replace", timeout=_HELP_S, check=False,
        ).stdout
    except (OSError, subprocess.TimeoutExpired):
        return ""
