; The fonts, as the Makefile has unpacked them from Debian's fonts-spleen: console fonts (PSF) with
; code page 437 in their first 256 glyphs, behind a header of 4 bytes (PSF 1) or 32 (PSF 2). Data only.

global font, font_small

section .rodata

font:		incbin "spleen-8x16.psf", 4, 256 * 16
font_small:	incbin "spleen-6x12.psf", 32, 256 * 12

section .note.GNU-stack noalloc noexec nowrite progbits
