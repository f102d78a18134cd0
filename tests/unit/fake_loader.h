/* The loader's information, multiboot2, as a test wants it. */
#ifndef TESTS_UNIT_LOADER_H
#define TESTS_UNIT_LOADER_H

#include "tests/unit/unit.h"

/* Begins with an empty one. */
void loader_begin(struct unit_writer *to);

/* Adds a tag with this body, and what fills it up to the next multiple of 8. */
void loader_put_tag(struct unit_writer *to, uint32_t type, const void *body, uint32_t size);

/* Ends it with an end tag and its size. */
struct bytes loader_end(struct unit_writer *to);

#endif
