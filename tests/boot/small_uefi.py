"""Makes UEFI firmware that starts sooner: OVMF without the drivers that almost no boot here needs.

OVMF of Debian 12 polls more than a second for a TPM, and all versions unpack drivers for a network, USB, a shell and
menus. They are files in volumes, inside a compressed section (UEFI PI 1.8 volume 3, 3.2). Here they become padding.
"""

import functools
import lzma
import os
import re
import struct
from collections.abc import Iterator
from pathlib import Path

from rootmode import bochs, qemu

_MADE = Path(__file__).resolve().parents[2] / "build" / "boot-tests" / "firmware"
_FIRMWARE = {
    "bochs": bochs.ROMS["uefi"],
    **{firmware: Path(path) for firmware, path in qemu.ROMS.items()},
}

_LEFT_OUT = re.compile(
    r"Tcg.*|SnpDxe|VirtioNetDxe|MnpDxe|ArpDxe|DpcDxe|VlanConfigDxe|(Ip|Udp|Dhcp|Mtftp)[46]Dxe|TcpDxe|DnsDxe|Tls.*|Http.*|"
    r"UefiPxeBcDxe|IScsiDxe|[UEX]hciDxe|Usb.*|Shell|.*Dynamic(Shell)?Command|UiApp|SetupBrowser|DisplayEngine|LogoDxe|EbcDxe|"
    r"SecureBootConfigDxe"
)

LZMA = bytes.fromhex("98584eee143959429d6edc7bd79403cf")  # the GUID EE4E5898-3914-4259-9D6E-DC7BD79403CF
_LZMA_HEADER = struct.Struct("<5sQ")  # properties, size when unpacked
_PRESET = 1  # fast, and small enough
_GUID_DEFINED, _NAME = 2, 0x15  # types of sections
_PADDING, _LARGE, _HAS_CHECKSUM = 0xF0, 1, 0x40  # a type, and attributes, of files

_VOLUME = struct.Struct("<32xQ4sIHHHBB")  # length, signature, attributes, size of the header, checksum, extended header, ...
_FILE = struct.Struct("<16sBBBB3sB")  # name, checksums of header and content, type, attributes, size, state


@functools.cache
def rom(firmware: str, vehicle: str = "qemu") -> str:
    """Return the file of this firmware's small version; "", which is the installed one, if it could not be made."""
    made = _MADE / _FIRMWARE["bochs" if vehicle == "bochs" else firmware].name
    return str(made) if made.is_file() else ""


def make_all() -> list[str]:
    """Make each small version that is missing or older than the firmware. Return why one could not be made."""
    return [why for firmware in _FIRMWARE.values() if (why := _make(firmware, _MADE / firmware.name))]


def _make(firmware: Path, made: Path) -> str:
    try:
        if not firmware.is_file() or _is_newer(made, (firmware, Path(__file__))):
            return ""
        made.unlink(missing_ok=True)
        content = smaller(firmware.read_bytes())
        made.parent.mkdir(parents=True, exist_ok=True)
        new = made.with_suffix(f".{os.getpid()}")
        new.write_bytes(content)
        new.rename(made)
    except (OSError, ValueError, struct.error, lzma.LZMAError) as error:
        return f"{firmware} is used as it is: {error}"
    return ""


def _is_newer(made: Path, sources: tuple[Path, ...]) -> bool:
    """The time of a package's file is that of its build; the time of its status is that of its installation."""
    return made.is_file() and made.stat().st_mtime >= max(path.stat().st_ctime for path in sources)


def smaller(image: bytes) -> bytes:
    """Return the firmware, of the same size, without these drivers. Raises ValueError if it is built in another way."""
    start = image.index(LZMA) - 4
    size = _size(image, start)
    packed = start + struct.unpack_from("<H", image, start + 20)[0]
    if image[start + 3] != _GUID_DEFINED or size == 0xFFFFFF:
        raise ValueError("its compressed section is of another kind")
    unpacked = bytearray(lzma.LZMADecompressor(lzma.FORMAT_ALONE).decompress(image[packed:start + size]))
    for at, header, length in [file for volume in _volumes(unpacked) for file in _files(unpacked, volume)]:
        if _LEFT_OUT.fullmatch(_name(unpacked, at + header, at + length)):
            _to_padding(unpacked, at, header, length)
    repacked = lzma.compress(unpacked, lzma.FORMAT_ALONE, preset=_PRESET)
    properties, _ = _LZMA_HEADER.unpack_from(repacked)
    repacked = _LZMA_HEADER.pack(properties, len(unpacked)) + repacked[_LZMA_HEADER.size:]
    room = start + size - packed
    if len(repacked) > room:
        raise ValueError("its compressed section has become larger")
    return image[:packed] + repacked + bytes(room - len(repacked)) + image[start + size:]


def _size(data: bytes, at: int) -> int:
    return int.from_bytes(data[at:at + 3], "little")


def _volumes(data: bytearray) -> Iterator[int]:
    """Yield where a volume begins. Its header adds up to 0, which other places with its signature do not."""
    for found in re.finditer(b"_FVH", data):
        at = found.start() - 40
        if at >= 0 and at + _VOLUME.size <= len(data):
            length, _, _, header, *_ = _VOLUME.unpack_from(data, at)
            if at + length <= len(data) and sum(struct.unpack_from(f"<{header // 2}H", data, at)) % 65536 == 0:
                yield at


def _files(data: bytearray, volume: int) -> Iterator[tuple[int, int, int]]:
    """Yield where a volume's file begins, the size of its header, and that of the file."""
    length, _, _, header, _, extended, *_ = _VOLUME.unpack_from(data, volume)
    at = header if not extended else extended + struct.unpack_from("<I", data, volume + extended + 16)[0]
    while (at := (at + 7) // 8 * 8) + _FILE.size <= length:
        _, _, _, _, attributes, *_ = _FILE.unpack_from(data, volume + at)
        large = bool(attributes & _LARGE)
        size = struct.unpack_from("<Q", data, volume + at + 24)[0] if large else _size(data, volume + at + 20)
        if size < _FILE.size or at + size > length:
            return
        yield volume + at, 32 if large else 24, size
        at += size


def _name(data: bytearray, at: int, end: int) -> str:
    """Return the name of a file from its sections, or ""."""
    while at + 4 < end and (size := _size(data, at)) >= 4:
        if data[at + 3] == _NAME:
            return data[at + 4:at + size].decode("utf-16-le", "replace").rstrip("\0")
        at = (at + size + 3) // 4 * 4
    return ""


def _to_padding(data: bytearray, at: int, header: int, size: int) -> None:
    name, checksum, of_content, kind, attributes, *rest = _FILE.unpack_from(data, at)
    _FILE.pack_into(data, at, name, (checksum + kind - _PADDING) % 256, of_content, _PADDING, attributes, *rest)
    if not attributes & _HAS_CHECKSUM:
        data[at + header:at + size] = bytes(size - header)
