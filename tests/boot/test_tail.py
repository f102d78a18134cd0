"""Tests reading a file while another process writes it."""

from pathlib import Path

from rootmode.tail import Tail


def _append(path: Path, text: bytes) -> None:
    with path.open("ab") as file:
        file.write(text)


def test_lines_as_they_are_completed(tmp_path: Path) -> None:
    path = tmp_path / "serial.txt"
    tail = Tail(path)
    assert tail.lines() == []
    _append(path, b"one\r\ntw")
    assert tail.lines() == ["one"]
    _append(path, b"o\r")
    assert tail.lines() == []
    _append(path, b"\nthree")
    assert tail.lines() == ["two"]
    assert tail.rest() == ["three"]
    assert tail.rest() == []


def test_file_begun_anew(tmp_path: Path) -> None:
    path = tmp_path / "vehicle.log"
    path.write_bytes(b"first\nsecond\nunfinished")
    tail = Tail(path)
    assert tail.lines() == ["first", "second"]
    path.write_bytes(b"anew\n")
    assert tail.lines() == ["anew"]
