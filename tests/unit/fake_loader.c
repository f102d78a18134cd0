#include "tests/unit/fake_loader.h"

void loader_put_tag(struct unit_writer *to, uint32_t type, const void *body, uint32_t size)
{
	unit_put(to, type, 4);
	unit_put(to, 8 + size, 4);
	for (uint32_t i = 0; i < size; i++)
		unit_put(to, ((const uint8_t *)body)[i], 1);
	unit_fill(to, (to->size + 7) & ~(size_t)7);
}

void loader_begin(struct unit_writer *to)
{
	*to = (struct unit_writer){0};
	unit_fill(to, 8);
}

struct bytes loader_end(struct unit_writer *to)
{
	loader_put_tag(to, 0, NULL, 0);
	unit_set(to, 0, to->size, 4);
	return unit_written(to);
}
