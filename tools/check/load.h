/* Reads a file that is a log or a dump into memory, as text. */
#ifndef CHECK_LOAD_H
#define CHECK_LOAD_H

#include "kernel/lib/bytes.h"
#include "tools/check/fail.h"

#define LOAD_EXPECTED                                                                         \
	"; expected a log of rootmode, its REPORT block, a dump by --record, or what one of " \
	"the tools in rootmode-check(1) prints, as text or compressed by gzip or xz"

/*
 * Reads path, or the standard input for "-", decompresses it, and undoes what consoles do to any
 * text. Allocates *at. Returns false, and says why, if it is no text.
 */
bool load(const char *path, uint8_t **at, size_t *size, struct refusal *refusal);

#endif
