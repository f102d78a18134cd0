"""Names a CPU without some capabilities, for QEMU and for libvirt."""

from collections.abc import Iterable
from xml.sax.saxutils import quoteattr

# QEMU calls it by INVEPT's name: docs/serial-log.md.
_NOT_QEMUS = {"vmx-invvpid-single-context"}


def is_qemus(name: str) -> bool:
    """Return True if QEMU knows the capability by this name; others are rootmode's own."""
    return name.startswith("vmx-") and name not in _NOT_QEMUS


def qemu_argument(without: Iterable[str]) -> str:
    """Return QEMU's argument for the host's CPU without these."""
    return "-cpu host" + "".join(f",-{name}" for name in sorted(without) if is_qemus(name))


def libvirt_element(without: Iterable[str]) -> str:
    """Return libvirt's element for the host's CPU without these."""
    features = [f"  <feature policy='disable' name={quoteattr(name)}/>\n" for name in sorted(without) if is_qemus(name)]
    return f"<cpu mode='host-passthrough' check='none'>\n{''.join(features)}</cpu>"


FORMS = {"qemu": qemu_argument, "libvirt": libvirt_element}
