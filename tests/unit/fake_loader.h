/* Builds multiboot2 boot information for a test. */
#ifndef TESTS_UNIT_LOADER_H
#define TESTS_UNIT_LOADER_H

#include "tests/unit/unit.h"

/* Starts with no tags. */
void loader_begin(struct unit_writer *to);

/* Adds a tag with this body, padded to a multiple of 8. */
void loader_put_tag(struct unit_writer *to, uint32_t type, const void *body, uint32_t size);

/* Adds the end tag, stores the total size, and returns the bytes. */
struct bytes loader_end(struct unit_writer *to);

#endif
