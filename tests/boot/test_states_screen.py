"""Tests that the log explains a screen that is missing under UEFI, cannot be mapped, or is rotated."""

from typing import Any

from boot_case import Case, boot_cases, qemu
from spoiled import spoiled_qemu


def _case(name: str, machine: Any, *facts: str, **more: Any) -> Case:
    return Case(f"state-{name}", machine, "UNSUPPORTED no-vmx", (0, machine.cpus), facts=facts, **more)


_DARK = "boot: warning: the screen stays dark: "

test_boot = boot_cases([
    _case("screen", spoiled_qemu("none"), absent=(r".*(screen|framebuffer).*",)),
    _case(
        "screen-above-64-tib", spoiled_qemu("fb=0x400000000000:1024:768"),
        _DARK + r"its framebuffer ends at 0x400000300000, and addresses from 0x10000000000 on cannot be mapped",
    ),
    _case(
        "screen-on-its-side", spoiled_qemu("fb=0xE8000000:800:1280"),
        r"boot: the framebuffer has 800 by 1280 pixels: .*", absent=(_DARK + ".*",),
    ),
    _case(
        "screen-of-uefi-is-missing", qemu(1, "uefi", vehicle_args=("-vga", "none")),
        _DARK + "the loader passed no framebuffer, and UEFI has no text mode",
    ),
])
