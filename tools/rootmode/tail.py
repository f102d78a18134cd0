"""Reads a text file line by line while another process writes it."""

import os
from pathlib import Path


class Tail:
    """Reads what is new in a file. A missing file counts as empty. A file that became shorter is read again."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._offset = 0
        self._partial = b""

    def lines(self) -> list[str]:
        """Return the lines completed since the last call, without line ends."""
        new = self._new_bytes()  # may discard an incomplete line, if the file became shorter
        *whole, self._partial = (self._partial + new).split(b"\n")
        return [_text(line) for line in whole]

    def rest(self) -> list[str]:
        """Return the rest after the writer has ended: complete lines, and a last one without a line end."""
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
