"""tools/rootmode-symbols: addresses of a log as functions, of the right build only."""

import re
import subprocess
import zlib
from pathlib import Path

import pytest

from rootmode.project import TOP
from rootmode.symbols import Symbols, SymbolsError, explain

TOOL = TOP / "tools" / "rootmode-symbols"
TEXT = 0xFFFFFFFF80010000
SOURCE = """\
void last(void);
static int helper(int n) { return n * 3; }
int first(int n);
int first(int n) { last(); return helper(n) + 1; }
void last(void) { for (;;) first(1); }
"""


@pytest.fixture(name="kernel")
def compiled(tmp_path: Path) -> Path:
    """A kernel of three functions, with debug information."""
    (tmp_path / "kernel").mkdir()
    source = tmp_path / "kernel" / "source.c"
    source.write_text(SOURCE, "ascii")
    options = ["-g", "-O0", "-ffreestanding", "-fno-pic", "-mcmodel=kernel", "-fno-asynchronous-unwind-tables"]
    subprocess.run(["gcc", *options, "-c", source, "-o", tmp_path / "kernel.o"], check=True)
    elf = tmp_path / "kernel.elf"
    subprocess.run(["ld", f"-Ttext={TEXT:#x}", "-e", "first", tmp_path / "kernel.o", "-o", elf], check=True)
    return elf


def _addresses(elf: Path) -> dict[str, tuple[int, int]]:
    """Address and size of each function, as nm has them."""
    listing = subprocess.run(["nm", "-S", elf], check=True, capture_output=True, text=True).stdout
    words = [line.split() for line in listing.splitlines()]
    return {word[3]: (int(word[0], 16), int(word[1], 16)) for word in words if len(word) == 4}


def _crc(elf: Path, folder: Path) -> int:
    subprocess.run(["objcopy", "-O", "binary", "-j", ".text", elf, folder / "text"], check=True)
    return zlib.crc32((folder / "text").read_bytes())


def test_every_address_of_a_function_has_its_name(kernel: Path) -> None:
    symbols = Symbols(kernel)
    functions = _addresses(kernel)
    assert set(functions) == {"first", "helper", "last"}
    for name, (address, size) in functions.items():
        for offset in range(size):
            assert symbols.name(address + offset).split(" ")[0] == f"{name}+{offset:#x}"


def test_a_return_address_behind_the_last_call_belongs_to_the_caller(kernel: Path) -> None:
    address, size = _addresses(kernel)["helper"]
    assert Symbols(kernel).name(address + size, returns=True).startswith(f"helper+{size:#x} (kernel/source.c:2)")
    assert not Symbols(kernel).name(address + size).startswith("helper")


def test_an_address_outside_the_code_has_no_name(kernel: Path) -> None:
    symbols = Symbols(kernel)
    end = max(address + size for address, size in _addresses(kernel).values())
    assert [symbols.name(address) for address in (0, TEXT - 1, end, 2**64 - 1)] == ["", "", "", ""]


def test_the_log_is_explained_by_its_own_build(kernel: Path, tmp_path: Path) -> None:
    address, _ = _addresses(kernel)["last"]
    log = f"""\
[    0.1] cpu 1: error: exception 13 (#GP general protection), error code 0x0, at RIP {address + 4:#x}
[    0.1] cpu 1: return addresses: {TEXT + 1:#x} 0x10
[    0.1] rootmode: the addresses are of a kernel whose code has CRC-32 {_crc(kernel, tmp_path):#010x}: ...
"""
    assert [line.split(" (")[0] for line in explain(log, Symbols(kernel))] == [
        f"{address + 4:#x} last+0x4", f"{TEXT + 1:#x} helper+0x1", "0x10 not in the kernel",
    ]
    with pytest.raises(SymbolsError, match="another build"):
        explain(re.sub("CRC-32 0x[0-9a-f]+", "CRC-32 0x00000000", log), Symbols(kernel))
    assert not explain("RESULT: PASS\n", Symbols(kernel))


@pytest.mark.parametrize("contents, says", [
    (b"", "not a 64-bit ELF file"), (b"\x7fELF\x02\x01", "not a 64-bit ELF file"), (None, "No such file"),
])
def test_a_file_that_is_no_kernel_is_named(tmp_path: Path, contents: bytes | None, says: str) -> None:
    if contents is not None:
        (tmp_path / "x").write_bytes(contents)
    done = subprocess.run(
        [TOOL, "--kernel", tmp_path / "x"], input="", capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 2
    assert says in done.stderr and len(done.stderr.splitlines()) == 1


def test_a_stripped_kernel_is_named(kernel: Path) -> None:
    subprocess.run(["strip", kernel], check=True)
    with pytest.raises(SymbolsError, match="has no symbols"):
        Symbols(kernel)


@pytest.mark.parametrize("size", [64, 200, 1000])
def test_a_truncated_kernel_is_named(kernel: Path, size: int) -> None:
    kernel.write_bytes(kernel.read_bytes()[:size])
    with pytest.raises(SymbolsError, match="damaged"):
        Symbols(kernel)
