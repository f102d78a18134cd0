"""Makes the archive that Linux unpacks as its initial file system, in cpio's "newc" format. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

_DIRECTORY = 0o040755
_FILE = 0o100644
_PROGRAM = 0o100755
_LINK = 0o120777


@dataclass(frozen=True)
class File:
    """A file in the archive."""

    contents: bytes
    is_program: bool = False


@dataclass(frozen=True)
class Link:
    """A symbolic link in the archive."""

    target: str


def pack(entries: Mapping[str, File | Link], directories: Sequence[str] = ()) -> bytes:
    """Return the archive with these entries by path, without a leading "/", and with their directories.

    `directories` are additional directories, which may be empty. The same entries give the same bytes.
    """
    paths = [*entries, *directories]
    parents = {str(parent) for path in paths for parent in PurePosixPath(path).parents} - {"."}
    # Sorting puts a directory before its contents.
    members = [(path, _DIRECTORY, b"") for path in sorted(parents | set(directories))]
    members += [(path, *_mode_and_contents(entry)) for path, entry in sorted(entries.items())]
    packed = b"".join(_member(inode, *member) for inode, member in enumerate(members, start=1))
    return packed + _member(0, "TRAILER!!!", 0, b"")


def _mode_and_contents(entry: File | Link) -> tuple[int, bytes]:
    if isinstance(entry, Link):
        return _LINK, entry.target.encode()
    return _PROGRAM if entry.is_program else _FILE, entry.contents


def _member(inode: int, path: str, mode: int, contents: bytes) -> bytes:
    """Return a header of 13 numbers with 8 hexadecimal digits each, the path, and the contents, 4-byte aligned."""
    name = path.encode() + b"\0"
    links = 2 if mode == _DIRECTORY else 1
    # inode, mode, uid, gid, links, mtime, size, two device numbers (major, minor), length of the path, checksum
    numbers = (inode, mode, 0, 0, links, 0, len(contents), 0, 0, 0, 0, len(name), 0)
    header = b"070701" + b"".join(b"%08X" % number for number in numbers)
    return _padded(header + name) + _padded(contents)


def _padded(data: bytes) -> bytes:
    return data + b"\0" * (-len(data) % 4)
