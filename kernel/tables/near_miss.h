/*
 * Misspelt options. Who writes "observ" wants nothing written, so the word must not be ignored like
 * those that loaders and VMMs add for other kernels. Pure; the bytes are not trusted.
 */
#ifndef KERNEL_NEAR_MISS_H
#define KERNEL_NEAR_MISS_H

#include "kernel/lib/bytes.h"

enum { NEAR_MISS_NONE = 3 };

/*
 * Returns how many edits (0 to 2) make the word the option's name, or NEAR_MISS_NONE if the word
 * does not resemble it. An edit inserts, deletes or replaces a character, or swaps two neighbours;
 * a word that is the beginning of the name counts as one. Upper case, leading dashes, and what
 * follows '=' or any character that is part of no name do not count.
 */
unsigned near_miss(struct bytes word, const char *name);

#endif
