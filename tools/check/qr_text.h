/* Expands the text of the QR code that rootmode draws beside its verdict to a log. Pure. */
#ifndef CHECK_QR_TEXT_H
#define CHECK_QR_TEXT_H

#include "kernel/lib/bytes.h"

/*
 * Returns whether a line of the text is that of a code, as a reader prints it; *code is the part
 * after SHORTHAND_MARK.
 */
bool qr_text_find(struct bytes text, struct bytes *code);

/*
 * Expands a code to *at, which it allocates. Stops at the first character that no code has there.
 * Returns the size.
 */
size_t qr_text_expand(struct bytes code, uint8_t **at);

#endif
