"""Makes a Bochs BIOS that leaves IA32_FEATURE_CONTROL unlocked, as after a reset. SeaBIOS does, too, but takes longer."""

import functools
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rootmode import bochs

_BIOS = bochs.ROMS["bios"]
_MADE = Path(__file__).resolve().parents[2] / "build" / "boot-tests" / "unlocked.bios"

# On each CPU: mov ecx, 0x3A; rdmsr; or eax, 5; wrmsr.
_LOCKS = re.compile(rb"(\xB9\x3A\x00\x00\x00\x0F\x32\x66?\x83\xC8\x05)\x0F\x30")
_TIMES = 2  # in the code of the BSP, and in the 16-bit code of the APs
_TWO_NOPS = b"\x90\x90"


@functools.cache
def firmware() -> Mapping[str, Any]:
    """Return the arguments for bochs() that choose this BIOS, or SeaBIOS if the installed Bochs BIOS has other code."""
    content, times = _LOCKS.subn(rb"\1" + _TWO_NOPS, _BIOS.read_bytes() if _BIOS.is_file() else b"")
    if times != _TIMES:
        return {"firmware": "seabios"}
    if not (_MADE.is_file() and _MADE.read_bytes() == content):
        _MADE.parent.mkdir(parents=True, exist_ok=True)
        new = _MADE.with_suffix(f".{os.getpid()}")
        new.write_bytes(content)
        new.rename(_MADE)
    return {"rom": str(_MADE)}
