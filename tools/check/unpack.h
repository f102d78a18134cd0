/* Logs that were compressed by gzip or xz. */
#ifndef CHECK_UNPACK_H
#define CHECK_UNPACK_H

#include "kernel/lib/bytes.h"

/*
 * Each decompresses the packed bytes, at most limit of them, into *at, which is to be freed.
 * Returns NULL, or what is wrong.
 */
const char *unpack_gzip(struct bytes packed, size_t limit, uint8_t **at, size_t *size);
const char *unpack_xz(struct bytes packed, size_t limit, uint8_t **at, size_t *size);

#endif
