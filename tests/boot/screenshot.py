"""What a screenshot says: the characters on it, found by the glyphs of the font that drew them."""

import gzip
import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

_SPLEEN = Path("/usr/share/consolefonts/spleen-8x16.psfu.gz")
_VGA_ROM = Path("/usr/share/seabios/vgabios-stdvga.bin")

# How the second glyph of every VGA's font begins, a smiling face; the first one is blank.
_VGA_SMILE = bytes.fromhex("00007e81a58181bd9981817e00000000")

_GLYPH_WIDTH, _GLYPH_HEIGHT = 8, 16
_PRINTABLE = range(0x20, 0x7F)

# A glyph's 16 rows, a bit for each dot -> the character.
Font = Mapping[bytes, str]
Pixel = bytes


@dataclass(frozen=True)
class Picture:
    """Pixels, three bytes each."""

    width: int
    height: int
    rows: tuple[bytes, ...]

    def pixel(self, x: int, y: int) -> Pixel:
        return self.rows[y][3 * x:3 * x + 3]


def read_ppm(path: Path) -> Picture:
    """A picture as QEMU's screendump writes it."""
    kind, size, _, pixels = path.read_bytes().split(b"\n", 3)
    assert kind == b"P6", f"{path} is no PPM"
    width, height = map(int, size.split())
    rows = tuple(pixels[y * width * 3:(y + 1) * width * 3] for y in range(height))
    return Picture(width, height, rows)


def spleen() -> Font:
    """The kernel's own font, by the Unicode table that comes with it."""
    data = gzip.decompress(_SPLEEN.read_bytes())
    assert data[:2] == b"\x36\x04" and data[3] == _GLYPH_HEIGHT, "no PSF 1 font of 8x16"
    count = 512 if data[2] & 1 else 256
    table = memoryview(data)[4 + count * _GLYPH_HEIGHT:].cast("H")
    return {data[4 + 16 * glyph:][:16]: chr(code) for code, glyph in _mapped(table) if code in _PRINTABLE}


def _mapped(table: memoryview) -> Iterator[tuple[int, int]]:
    """Character and glyph: the table lists each glyph's characters, and ends each list with 0xFFFF."""
    glyph = 0
    for code in table:
        if code == 0xFFFF:
            glyph += 1
        else:
            yield code, glyph


def vga() -> Font:
    """The font that QEMU's VGA has in text mode, from its ROM."""
    rom = _VGA_ROM.read_bytes()
    first = rom.index(_VGA_SMILE) - _GLYPH_HEIGHT
    return {rom[first + 16 * code:][:16]: chr(code) for code in _PRINTABLE}


def read_text(picture: Picture, font: Font, cell_width: int = _GLYPH_WIDTH, scale: int = 1) -> list[str]:
    """The picture's lines of text; '?' where no glyph of the font matches."""
    columns = picture.width // (cell_width * scale)
    rows = picture.height // (_GLYPH_HEIGHT * scale)
    return [
        "".join(
            _read_cell(picture, font, column * cell_width * scale, row * _GLYPH_HEIGHT * scale, scale)
            for column in range(columns)
        )
        for row in range(rows)
    ]


def _read_cell(picture: Picture, font: Font, left: int, top: int, scale: int) -> str:
    """Which of a cell's two colours is the text's is found by trying both."""
    dots = [
        [picture.pixel(left + x * scale, top + y * scale) for x in range(_GLYPH_WIDTH)]
        for y in range(_GLYPH_HEIGHT)
    ]
    colors = set(itertools.chain.from_iterable(dots))
    if len(colors) == 1:
        return " "
    for color in colors:
        glyph = bytes(sum(0x80 >> x for x in range(_GLYPH_WIDTH) if row[x] == color) for row in dots)
        if glyph in font:
            return font[glyph]
    return "?"
