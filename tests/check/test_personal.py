"""Nothing that tells one machine from all others of its model is in what rootmode-check prints."""

import re

import pytest
from computers import dump, intel
from program import Run

HOST, SERIAL, UUID, MAC = "host-4711", "SN-4712-SECRET", "a8e1c9d2-5b3f-4e6a-9c7d-0123456789ab", "52:54:00:ab:cd:ef"
PPIN, PROCESSOR_SERIAL = 0x4713_DEAD_BEEF_4713, (0x4714DEAD, 0x4715BEEF)
FILES = {
    "/proc/cpuinfo": "processor\t: 0\nflags\t\t: fpu vmx\n", "/etc/hostname": f"{HOST}\n", "/etc/machine-id": f"{UUID}\n",
    "/proc/sys/kernel/hostname": f"{HOST}\n", "/sys/class/dmi/id/product_serial": f"{SERIAL}\n",
    "/sys/class/dmi/id/product_uuid": f"{UUID}\n", "/sys/class/net/eth0/address": f"{MAC}\n",
}


def _machine() -> str:
    """A computer that has all of it: MSRs 0x4E and 0x4F, and CPUID leaf 3."""
    cpu = intel()
    cpu.msrs |= {0x4E: 2, 0x4F: PPIN}
    eax, ebx = PROCESSOR_SERIAL
    leaf = f"   0x00000003 0x00: eax=0x{eax:08x} ebx=0x{ebx:08x} ecx=0x{eax:08x} edx=0x{ebx:08x}\n"
    head, rest = dump(cpu).split("   0x00000007", 1)
    return f"{head}{leaf}   0x00000007{rest}"


def _assert_nothing_unique(text: str) -> None:
    text = text.lower()
    numbers = {int(number, 16) for number in re.findall(r"0x([0-9a-f]+)", text)}
    for secret in (HOST, SERIAL, UUID, MAC):
        assert secret.lower() not in text
    assert not numbers & {PPIN, PPIN >> 32, PPIN & 0xFFFFFFFF, *PROCESSOR_SERIAL}


@pytest.mark.parametrize("options", [(), ("--verbose",), ("--caps",), ("--json", "--caps"), ("--record",)])
def test_this_computer(fake: Run, options: tuple[str, ...]) -> None:
    done = fake(_machine(), *options, files=FILES)
    assert done.returncode == 0 and len(done.stdout) > 200, done.stderr
    _assert_nothing_unique(done.stdout + done.stderr)


@pytest.mark.parametrize("options", [(), ("--caps",), ("--json", "--caps")])
def test_a_dump_of_another_program_that_has_it(check: Run, options: tuple[str, ...]) -> None:
    """The values are read, and passed on to nobody."""
    done = check("--from", "-", *options, text=_machine())
    assert done.returncode == 0
    _assert_nothing_unique(done.stdout + done.stderr)
