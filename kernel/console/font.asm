; What is shown of Debian's fonts-spleen, out of the files that the Makefile has unpacked: console fonts
; (PSF) with code page 437 in their first 256 glyphs, behind a header of 4 bytes (PSF 1) or 32 (PSF 2).
; The numbers are font.h's. Data only.

global font_ascii, font_blocks, font_capitals

%macro glyphs 5				; file, size of its header, rows of a glyph, first, last
	incbin %1, %2 + (%4) * %3, ((%5) - (%4) + 1) * %3
%endmacro

section .rodata

font_ascii:	glyphs "spleen-8x16.psf", 4, 16, ' ', '~'
font_blocks:	glyphs "spleen-8x16.psf", 4, 16, 0xDB, 0xDF
font_capitals:	glyphs "spleen-6x12.psf", 32, 12, 'A', 'Z'

section .note.GNU-stack noalloc noexec nowrite progbits
