"""Boots through the loader in spoil/, which puts the machine into states that firmware may leave."""

from typing import Any

from boot_case import Case, bochs, qemu

from rootmode.machine import Machine
from rootmode.project import TOP

LOADER = "/boot/spoil.elf"


def spoiled(words: str, cpus: int = 2, cmdline: str = "exit=debug prove", **more: Any) -> Machine:
    """Return a machine for Bochs, whose BIOS locks IA32_FEATURE_CONTROL with VMX enabled."""
    if not more.keys() & {"firmware", "grub_lines"}:
        more["door"] = "kernel"  # GRUB leaves nothing that this loader needs
    return bochs(cpus, cmdline=cmdline, loader=f"{LOADER} {words}", files=_files(), **more)


def fine(name: str, words: str, cpus: int = 2, **more: Any) -> Case:
    """Return a boot in which all CPUs enter VMX operation in spite of the state."""
    return Case(f"state-{name}", spoiled(words, cpus), "PASS", (cpus, cpus), **more)


def spoiled_qemu(words: str, cpus: int = 2, cmdline: str = "exit=debug", **more: Any) -> Machine:
    """Return a machine for QEMU with TCG, which has no VMX."""
    return qemu(cpus, cmdline=cmdline, loader=f"{LOADER} {words}", files=_files(), **more)


def _files() -> dict[str, bytes]:
    elf = TOP / "build" / "spoil" / "spoil.elf"
    if not elf.is_file():
        raise FileNotFoundError(f"no spoiling loader at {elf}: build it with 'make spoil'")
    return {LOADER: elf.read_bytes()}
