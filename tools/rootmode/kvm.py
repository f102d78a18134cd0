"""The vehicle for hosts with nested VMX: QEMU under KVM, with the host's own CPU."""

import os
import re
from pathlib import Path

from rootmode import qemu

DEFAULT_MODEL = "host"

_CPUINFO = Path("/proc/cpuinfo")
_NESTED = Path("/sys/module/kvm_intel/parameters/nested")
_DEVICE = Path("/dev/kvm")

run = qemu.run
warning = qemu.warning


def why_not() -> str:
    """Return what is missing on this host for nested VMX, or "". /dev/kvm alone does not mean nested VMX."""
    if not re.search(r"^flags\s*:.*\bvmx\b", _read(_CPUINFO), re.MULTILINE):
        return "this host's CPU shows no VMX (no 'vmx' among the flags in /proc/cpuinfo)"
    if _read(_NESTED).strip() not in ("Y", "1"):
        return "nested VMX is off: load kvm_intel with nested=1"
    if not _DEVICE.exists():
        return f"{_DEVICE} does not exist: in a container, start that with --device {_DEVICE}"
    if not os.access(_DEVICE, os.R_OK | os.W_OK):
        return f"{_DEVICE} may not be opened by this user: join the group 'kvm', or run as root"
    return qemu.why_not()


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except OSError:
        return ""
