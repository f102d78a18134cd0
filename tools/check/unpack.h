/* Decompresses logs: they are often attached to a report as .gz or .xz. */
#ifndef CHECK_UNPACK_H
#define CHECK_UNPACK_H

#include "kernel/lib/bytes.h"

/*
 * Decompress packed into *at, which they allocate, to at most limit bytes: a file of a few KiB can
 * expand to many GiB. Return NULL, or what is wrong.
 */
const char *unpack_gzip(struct bytes packed, size_t limit, uint8_t **at, size_t *size);
const char *unpack_xz(struct bytes packed, size_t limit, uint8_t **at, size_t *size);

#endif
