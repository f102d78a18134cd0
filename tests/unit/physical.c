#include "tests/unit/physical.h"

static struct {
	uint64_t phys;
	struct bytes bytes;
} pieces[16];

static size_t piece_count;

void physical_put(uint64_t phys, const struct unit_writer *from)
{
	size_t i = 0;

	while (i < piece_count && pieces[i].phys != phys)
		i++;
	assert_true(i < COUNT_OF(pieces));
	pieces[i].phys = phys;
	pieces[i].bytes = unit_written(from);
	if (i == piece_count)
		piece_count++;
}

void physical_put_table(uint64_t phys, const char *signature, size_t size)
{
	struct unit_writer table;

	unit_begin_table(&table, signature);
	unit_fill(&table, size);
	unit_end_table(&table);
	physical_put(phys, &table);
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

uint64_t physical_address(const void *mapped)
{
	const uint8_t *at = mapped;

	for (size_t i = 0; i < piece_count; i++) {
		if (at >= pieces[i].bytes.at && at < pieces[i].bytes.at + pieces[i].bytes.size)
			return pieces[i].phys + (uint64_t)(at - pieces[i].bytes.at);
	}
	fail_msg("%p is not mapped", mapped);
	return 0;
}
