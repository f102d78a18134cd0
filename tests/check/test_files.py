"""Files given to --from: what is no log or dump is named, and compressed logs are read."""

import bz2
import gzip
import lzma
import os
import random
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from computers import dump, intel, log
from program import Run

EXPECTED = (
    "; expected a log of rootmode, its REPORT block, a dump by --record, or what one of the tools in rootmode-check(1) "
    "prints, as text or compressed by gzip or xz\n"
)
Pack = Callable[[bytes], bytes]
LOG = log("tigerlake")


def _iso() -> bytes:
    return bytes(0x8000) + b"\x01CD001\x01" + bytes(2041)


def _zip(tmp_path: Path) -> bytes:
    with zipfile.ZipFile(tmp_path / "zip", "w") as archive:
        archive.writestr("log.txt", LOG)
    return (tmp_path / "zip").read_bytes()


@pytest.mark.parametrize("content, what", [
    (b"", "an empty file"),
    (gzip.compress(b""), "an empty file"),
    (_iso(), "an ISO 9660 image"),
    (_iso() + bytes(70 << 20), "an ISO 9660 image"),
    (Path("/bin/true").read_bytes(), "an ELF file"),
    (gzip.compress(Path("/bin/true").read_bytes()), "an ELF file"),
    (LOG.encode("utf-16-be"), "binary data"),
    (bz2.compress(LOG.encode()), "bzip2 data"),
    (gzip.compress(gzip.compress(LOG.encode())), "gzip data"),
    (bytes(510) + b"\x55\xaa", "a disk image"),
    (random.Random(1).randbytes(5000), "binary data"),
], ids=lambda value: value if isinstance(value, str) else str(len(value)))
def test_what_is_no_log_is_named(check: Run, tmp_path: Path, content: bytes, what: str) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)
    result = check("--from", path)
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr == f"rootmode-check: {path}: this is {what}{EXPECTED}"


def test_archive_is_named(check: Run, tmp_path: Path) -> None:
    result = check("--from", "-", text=_zip(tmp_path))
    assert result.returncode == 2 and result.stderr == f"rootmode-check: -: this is a zip archive{EXPECTED}"


@pytest.mark.parametrize("path, what", [("/", "a directory"), ("/dev/zero", "a device"), ("/dev/null", "a device")])
def test_what_is_no_file_is_named(check: Run, path: str, what: str) -> None:
    result = check("--from", path)
    assert result.returncode == 2 and result.stderr == f"rootmode-check: {path}: this is {what}{EXPECTED}"


def test_fifo_without_a_writer_is_not_waited_for(check: Run, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    result = check("--from", tmp_path / "fifo")
    assert result.returncode == 2 and f"this is an empty file{EXPECTED}" in result.stderr


def test_text_without_a_cpu_line_tells_what_was_expected(check: Run) -> None:
    result = check("--from", "-", text="Dear all,\nit does not work.\n")
    assert result.returncode == 2 and result.stderr.endswith(EXPECTED)
    assert not check("--from", "-", text="CPU 0:\nCPU x:\n").stderr.endswith(EXPECTED)


def _gzip_members(text: bytes) -> bytes:
    """As gzip appends to a log that grows."""
    return gzip.compress(text[:1000]) + gzip.compress(text[1000:])


@pytest.mark.parametrize("pack", [gzip.compress, _gzip_members, lzma.compress, lambda text: lzma.compress(text, preset=9)])
@pytest.mark.parametrize("text", [LOG, dump(intel())], ids=["log", "dump"])
def test_compressed_is_read_as_plain(check: Run, tmp_path: Path, pack: Pack, text: str) -> None:
    (tmp_path / "packed").write_bytes(pack(text.encode()))
    packed, plain = check("--from", tmp_path / "packed"), check("--from", "-", text=text)
    assert packed.returncode == plain.returncode == 0
    assert packed.stdout == plain.stdout and packed.stderr == plain.stderr == ""


def test_pipe_is_read(check: Run) -> None:
    result = check("--from", "/dev/stdin", text=gzip.compress(LOG.encode()))
    assert result.returncode == 0 and "RESULT: " in result.stdout


@pytest.mark.parametrize("pack", [gzip.compress, lzma.compress])
def test_damaged_and_cut_off_data_is_named(check: Run, pack: Pack) -> None:
    packed = bytearray(pack(LOG.encode()))
    assert "is truncated" in check("--from", "-", text=bytes(packed[:-30])).stderr
    packed[len(packed) // 2] ^= 0xFF
    result = check("--from", "-", text=bytes(packed))
    assert result.returncode == 2 and "is damaged" in result.stderr


@pytest.mark.parametrize("pack", [gzip.compress, lzma.compress])
def test_what_decompresses_to_too_much_is_refused(check: Run, pack: Pack) -> None:
    result = check("--from", "-", text=pack(b"#" * (65 << 20)))
    assert result.returncode == 2 and "too large" in result.stderr


def test_any_damage_is_survived(check: Run) -> None:
    chance = random.Random(2)
    packs: tuple[Pack, ...] = (gzip.compress, lzma.compress)
    for pack in packs:
        packed = pack(LOG.encode())
        for _ in range(8):
            broken = bytearray(packed)
            for _ in range(3):
                broken[chance.randrange(len(broken))] = chance.randrange(256)
            check("--from", "-", text=bytes(broken[: chance.randrange(1, len(broken) + 1)]))
