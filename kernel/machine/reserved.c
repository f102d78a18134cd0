#include "kernel/machine/reserved.h"

/* No page is above: an end rounded up to a page does not wrap. */
#define END_MAX (UINT64_MAX - 4096)

enum { RESERVED_MAX = 8 };

struct reserved {
	uint64_t start;
	uint64_t end;
};

static struct reserved ranges[RESERVED_MAX];
static unsigned count;

static uint64_t min(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static struct reserved span(struct reserved a, struct reserved b)
{
	return (struct reserved){min(a.start, b.start), ~min(~a.end, ~b.end)};
}

void reserved_add(uint64_t phys, uint64_t size)
{
	uint64_t end = phys + min(size, END_MAX - min(phys, END_MAX));
	struct reserved range = {phys, end}, *nearest = ranges;
	uint64_t least = UINT64_MAX;

	if (count < RESERVED_MAX) {
		ranges[count++] = range;
		return;
	}
	for (unsigned i = 0; i < RESERVED_MAX; i++) {
		struct reserved *one = &ranges[i], both = span(*one, range);
		uint64_t growth = both.end - both.start - (one->end - one->start);

		if (growth < least) {
			least = growth;
			nearest = one;
		}
	}
	*nearest = span(*nearest, range);
}

uint64_t reserved_conflict(uint64_t start, uint64_t end)
{
	for (unsigned i = 0; i < count; i++) {
		if (start < ranges[i].end && ranges[i].start < end)
			return ranges[i].end;
	}
	return 0;
}
