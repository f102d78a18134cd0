#include "kernel/machine/memory.h"

#define MIB (1ull << 20)
#define GIB (1ull << 30)

enum { RANGES_MAX = 64, RESERVED_MAX = 8 };

struct range {
	uint64_t start;
	uint64_t end;
};

static struct {
	struct range
		ranges[RANGES_MAX]; /* what is left; each lies on one side of 1 MiB and 4 GiB */
	unsigned range_count;
	struct range reserved[RESERVED_MAX];
	unsigned reserved_count;
	uint64_t total;
} memory;

static uint64_t round_up(uint64_t address)
{
	return (address + PAGE_SIZE - 1) & ~(uint64_t)(PAGE_SIZE - 1);
}

static void memory_add(uint64_t start, uint64_t end)
{
	if (start < end && memory.range_count < RANGES_MAX)
		memory.ranges[memory.range_count++] = (struct range){start, end};
}

static uint64_t clamp(uint64_t address, uint64_t low, uint64_t high)
{
	return address < low ? low : address > high ? high : address;
}

/* The parts of a range below 1 MiB, below 4 GiB, and above. Page 0 belongs to the firmware. */
static void add_split(uint64_t start, uint64_t end)
{
	static const uint64_t borders[] = {PAGE_SIZE, MIB, 4 * GIB, UINT64_MAX - PAGE_SIZE};

	for (unsigned i = 0; i + 1 < sizeof(borders) / sizeof(borders[0]); i++) {
		uint64_t low = borders[i], high = borders[i + 1];

		memory_add(round_up(clamp(start, low, high)),
		           clamp(end, low, high) & ~(uint64_t)(PAGE_SIZE - 1));
	}
}

void memory_init(const struct multiboot2 *information)
{
	struct memory_range range;

	for (size_t i = 0; multiboot2_memory_range(information, i, &range); i++) {
		if (range.type != MULTIBOOT2_MEMORY_AVAILABLE)
			continue;
		memory.total += range.end - range.start;
		add_split(range.start, range.end);
	}
}

static uint64_t min(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static struct range span(struct range a, struct range b)
{
	return (struct range){min(a.start, b.start), ~min(~a.end, ~b.end)};
}

/* Where there is no room for one range more, it grows together with the one that is nearest. */
void memory_reserve(uint64_t phys, uint64_t size)
{
	uint64_t end = min(size, UINT64_MAX - PAGE_SIZE - min(phys, UINT64_MAX - PAGE_SIZE)) + phys;
	struct range range = {phys, end}, *nearest = memory.reserved;
	uint64_t least = UINT64_MAX;

	if (memory.reserved_count < RESERVED_MAX) {
		memory.reserved[memory.reserved_count++] = range;
		return;
	}
	for (unsigned i = 0; i < RESERVED_MAX; i++) {
		struct range *one = &memory.reserved[i], both = span(*one, range);
		uint64_t growth = both.end - both.start - (one->end - one->start);

		if (growth < least) {
			least = growth;
			nearest = one;
		}
	}
	*nearest = span(*nearest, range);
}

static const struct range *find_conflict(uint64_t start, uint64_t end)
{
	for (unsigned i = 0; i < memory.reserved_count; i++) {
		if (start < memory.reserved[i].end && memory.reserved[i].start < end)
			return &memory.reserved[i];
	}
	return NULL;
}

/* The first size bytes of range that nobody has reserved; what lies before them is given up. */
static uint64_t take_from(struct range *range, uint64_t size)
{
	const struct range *conflict;
	uint64_t start = range->start;

	for (;;) {
		if (start >= range->end || range->end - start < size)
			return 0;
		conflict = find_conflict(start, start + size);
		if (conflict == NULL)
			break;
		start = round_up(conflict->end);
	}
	range->start = start + size;
	return start;
}

uint64_t memory_take(uint64_t count)
{
	if (count == 0 || count > UINT64_MAX / PAGE_SIZE)
		return 0;
	for (int above = 0; above <= 1; above++) {
		for (unsigned i = 0; i < memory.range_count; i++) {
			struct range *range = &memory.ranges[i];

			if (range->end <= MIB || (range->start >= 4 * GIB) != above)
				continue;
			uint64_t phys = take_from(range, count * PAGE_SIZE);
			if (phys != 0)
				return phys;
		}
	}
	return 0;
}

uint64_t memory_take_low(void)
{
	for (unsigned i = memory.range_count; i > 0; i--) {
		struct range *range = &memory.ranges[i - 1];

		if (range->end > MIB)
			continue;
		while (range->end > range->start) {
			range->end -= PAGE_SIZE;
			if (find_conflict(range->end, range->end + PAGE_SIZE) == NULL)
				return range->end;
		}
	}
	return 0;
}

uint64_t memory_total(void)
{
	return memory.total;
}
