"""Reads the text of a screenshot, by comparing each cell with the glyphs of the font."""

import gzip
import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

_SPLEEN = Path("/usr/share/consolefonts/spleen-8x16.psfu.gz")
_VGA_ROM = Path("/usr/share/seabios/vgabios-stdvga.bin")

# The start of the second glyph in the font of every VGA, a smiling face. The first glyph is blank.
_VGA_SMILE = bytes.fromhex("00007e81a58181bd9981817e00000000")

_GLYPH_WIDTH, _GLYPH_HEIGHT = 8, 16
_TEXT_SIZE = (720, 400)  # QEMU's picture of a VGA's 80 by 25 characters
_TEXT_CELL_WIDTH = 9     # the ninth column of pixels is empty
_PRINTABLE = range(0x20, 0x7F)

# A glyph's 16 rows, one bit per dot -> the character.
_Font = Mapping[bytes, str]
Pixel = bytes


@dataclass(frozen=True)
class Picture:
    """A picture: pixels of three bytes each."""

    width: int
    height: int
    rows: tuple[bytes, ...]

    def pixel(self, x: int, y: int) -> Pixel:
        return self.rows[y][3 * x:3 * x + 3]

    def is_text(self) -> bool:
        """Return whether the screen is in QEMU's text mode, so that nothing is drawn but characters."""
        return (self.width, self.height) == _TEXT_SIZE

    def lines(self) -> list[str]:
        """Return the lines of text, in QEMU's text mode or drawn by the kernel."""
        return _read_text(self, _vga(), _TEXT_CELL_WIDTH) if self.is_text() else _read_text(self, _spleen(), _GLYPH_WIDTH)


def read_ppm(path: Path) -> Picture:
    """Read a picture that QEMU's screendump wrote."""
    kind, size, _, pixels = path.read_bytes().split(b"\n", 3)
    assert kind == b"P6", f"{path} is no PPM"
    width, height = map(int, size.split())
    rows = tuple(pixels[y * width * 3:(y + 1) * width * 3] for y in range(height))
    return Picture(width, height, rows)


def _spleen() -> _Font:
    """Return the kernel's font, with characters from the font's Unicode table."""
    data = gzip.decompress(_SPLEEN.read_bytes())
    assert data[:2] == b"\x36\x04" and data[3] == _GLYPH_HEIGHT, "no PSF 1 font of 8x16"
    count = 512 if data[2] & 1 else 256
    table = memoryview(data)[4 + count * _GLYPH_HEIGHT:].cast("H")
    return {data[4 + 16 * glyph:][:16]: chr(code) for code, glyph in _mapped(table) if code in _PRINTABLE}


def _mapped(table: memoryview) -> Iterator[tuple[int, int]]:
    """Yield character and glyph. The table lists the characters of each glyph, with 0xFFFF after each list."""
    glyph = 0
    for code in table:
        if code == 0xFFFF:
            glyph += 1
        else:
            yield code, glyph


def _vga() -> _Font:
    """Return the text-mode font of QEMU's VGA, from its ROM."""
    rom = _VGA_ROM.read_bytes()
    first = rom.index(_VGA_SMILE) - _GLYPH_HEIGHT
    return {rom[first + 16 * code:][:16]: chr(code) for code in _PRINTABLE}


def _read_text(picture: Picture, font: _Font, cell_width: int) -> list[str]:
    """Return the picture's lines of text, with '?' for a cell that matches no glyph of the font.

    A screen is mostly empty, and most cells look like one before, so neither is read dot by dot: the tests of the
    screen read many pictures of up to two million pixels.
    """
    columns = picture.width // cell_width
    known: dict[bytes, str] = {}
    text = []
    for row in range(picture.height // _GLYPH_HEIGHT):
        lines = picture.rows[row * _GLYPH_HEIGHT:(row + 1) * _GLYPH_HEIGHT]
        if all(line == lines[0][:3] * picture.width for line in lines):
            text.append(" " * columns)
            continue
        cells = []
        for left in range(0, columns * cell_width, cell_width):
            cell = b"".join([line[3 * left:3 * (left + _GLYPH_WIDTH)] for line in lines])
            if cell not in known:
                known[cell] = _read_cell(cell, font)
            cells.append(known[cell])
        text.append("".join(cells))
    return text


def _read_cell(cell: bytes, font: _Font) -> str:
    """Return the character in a cell. Tries both of the cell's colours as the text's colour."""
    width = 3 * _GLYPH_WIDTH
    dots = [[cell[at:at + 3] for at in range(row, row + width, 3)] for row in range(0, len(cell), width)]
    colors = set(itertools.chain.from_iterable(dots))
    if len(colors) == 1:
        return " "
    for color in colors:
        glyph = bytes(sum(0x80 >> x for x in range(_GLYPH_WIDTH) if row[x] == color) for row in dots)
        if glyph in font:
            return font[glyph]
    return "?"
