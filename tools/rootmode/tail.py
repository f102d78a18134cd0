"""A text file that another process writes, read line by line as it grows."""

import os
from pathlib import Path


class Tail:
    """Reads what is new in a file; one that is not there yet is empty, a shorter one is read anew."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._offset = 0
        self._partial = b""

    def lines(self) -> list[str]:
        """The lines that were completed since the last call, without their ends."""
        new = self._new_bytes()  # may find that the file was begun anew
        *whole, self._partial = (self._partial + new).split(b"\n")
        return [_text(line) for line in whole]

    def rest(self) -> list[str]:
        """What is left when the writer has ended: whole lines and a last one without an end."""
        lines = self.lines()
        if self._partial:
            lines.append(_text(self._partial))
            self._partial = b""
        return lines

    def _new_bytes(self) -> bytes:
        try:
            with self._path.open("rb") as file:
                if file.seek(0, os.SEEK_END) < self._offset:
                    self._offset, self._partial = 0, b""
                file.seek(self._offset)
                new = file.read()
        except FileNotFoundError:
            return b""
        self._offset += len(new)
        return new


def _text(line: bytes) -> str:
    return line.rstrip(b"\r").decode("ascii", "replace")
