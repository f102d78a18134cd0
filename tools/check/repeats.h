/* Undoes repetitions: a serial-over-LAN connection sends a packet again if its answer is lost. */
#ifndef CHECK_REPEATS_H
#define CHECK_REPEATS_H

#include <stddef.h>
#include <stdint.h>

/*
 * Deletes, in place, the second of two equal neighbouring parts: the longest ones, of at least 8
 * bytes. Returns the size, which is the same if there are none. A log may repeat itself without
 * damage, so this is for one that is damaged, and its CRC says whether the result is right.
 */
size_t repeats_delete(uint8_t *at, size_t size);

#endif
