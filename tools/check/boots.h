/* Finds the boots in a log, and the parts of each. Pure; the bytes are not trusted. */
#ifndef CHECK_BOOTS_H
#define CHECK_BOOTS_H

#include "kernel/lib/bytes.h"

#include <stdbool.h>
#include <stddef.h>

/* The parts of a boot. Those that are missing have no bytes. */
struct boot {
	struct bytes before; /* what the console had before its first line */
	struct bytes people; /* the lines before the last REPORT block */
	struct bytes block;  /* from its head on, up to the verdict */
	struct bytes result; /* what follows "RESULT: " in its line */
	struct bytes after;  /* what follows that line */
	unsigned blocks;
	bool has_first;    /* the kernel's first line */
	bool lines_before; /* lines of the kernel precede it: they are out of order */
};

/*
 * Takes the next boot off *text: from the first line of the kernel up to the next boot's. After a
 * verdict, a block or another verdict begins a boot, too, with the lines for people before it.
 * Returns false if there is none.
 */
bool boots_take(struct bytes *text, struct boot *boot);

/*
 * Deletes, in place, the sessions with the monitor, which are not part of a log. Returns the size.
 * *any is whether there was one.
 */
size_t boots_without_sessions(uint8_t *at, size_t size, bool *any);

#endif
