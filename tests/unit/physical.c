#include "tests/unit/physical.h"

static struct {
	uint64_t phys;
	struct bytes bytes;
} pieces[16];

static size_t piece_count;

void physical_put(uint64_t phys, const struct unit_writer *from)
{
	assert_true(piece_count < COUNT(pieces));
	pieces[piece_count].phys = phys;
	pieces[piece_count++].bytes = unit_written(from);
}

const void *physical_map(uint64_t phys, uint64_t size)
{
	for (size_t i = 0; i < piece_count; i++) {
		uint64_t offset = phys - pieces[i].phys;

		if (phys >= pieces[i].phys && offset <= pieces[i].bytes.size &&
		    size <= pieces[i].bytes.size - offset)
			return pieces[i].bytes.at + offset;
	}
	return NULL;
}
