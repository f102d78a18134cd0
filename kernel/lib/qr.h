/*
 * A QR code (ISO/IEC 18004) of text in the alphanumeric mode, with error correction level L,
 * versions 1 to 30. Pure.
 */
#ifndef KERNEL_QR_H
#define KERNEL_QR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	QR_VERSION_MAX = 30,
	QR_SIDE_MAX = 17 + 4 * QR_VERSION_MAX,
	QR_QUIET = 4,           /* light modules that must surround the code */
	QR_TEXT_MAX = 2520,     /* characters in version 30 */
	QR_CODEWORDS_MAX = 2185 /* with those of error correction */
};

/* Bit x of a row is set for a dark module. */
struct qr_plane {
	uint8_t row[QR_SIDE_MAX][(QR_SIDE_MAX + 7) / 8];
};

struct qr {
	uint32_t version;
	uint32_t side; /* modules, without the quiet zone */
	struct qr_plane dark;
	struct qr_plane fixed; /* the modules that carry no data */
	uint8_t codewords[QR_CODEWORDS_MAX];
	size_t bits; /* written to codewords so far */
};

/* The characters of the alphanumeric mode, in the order of their values. */
extern const char qr_alphabet[46];

/*
 * Makes the smallest code of the text. Returns false if it is too long, or has a character outside
 * qr_alphabet.
 */
bool qr_make(struct qr *qr, const char *text, size_t size);

bool qr_is_dark(const struct qr *qr, uint32_t x, uint32_t y);

#endif
