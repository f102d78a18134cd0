#include "kernel/machine/memory.h"

#define KIB (1ull << 10)
#define MIB (1ull << 20)
#define GIB (1ull << 30)

enum { RANGES_MAX = 32, RESERVED_MAX = 8 };

struct range {
	uint64_t start;
	uint64_t end;
};

/* What is left of the free ranges between two addresses: the largest ones, in the map's order. */
struct zone {
	uint64_t first;
	uint64_t end;
	unsigned count;
	struct range ranges[RANGES_MAX];
};

enum { LOW, BELOW_4_GIB, ABOVE, ZONES };

/*
 * Of the memory below 1 MiB, firmware uses some of the first 64 KiB, whatever the map says, and the
 * SIPI vectors from A0H on are reserved: SDM vol. 3A 8.4.4.1 "Typical BSP Initialization Sequence"
 */
static struct zone zones[ZONES] = {
	[LOW] = {64 * KIB, 640 * KIB, 0, {{0}}},
	[BELOW_4_GIB] = {MIB, 4 * GIB, 0, {{0}}},
	[ABOVE] = {4 * GIB, UINT64_MAX - PAGE_SIZE, 0, {{0}}},
};

static struct {
	struct range reserved[RESERVED_MAX];
	unsigned reserved_count;
	uint64_t total;
	uint64_t left_out;
} memory;

static uint64_t round_up(uint64_t address)
{
	return (address + PAGE_SIZE - 1) & ~(uint64_t)(PAGE_SIZE - 1);
}

static uint64_t range_size(const struct range *range)
{
	return range->end - range->start;
}

static struct range *zone_smallest(struct zone *zone)
{
	struct range *smallest = &zone->ranges[0];

	for (unsigned i = 1; i < zone->count; i++) {
		if (range_size(&zone->ranges[i]) < range_size(smallest))
			smallest = &zone->ranges[i];
	}
	return smallest;
}

static void zone_add(struct zone *zone, struct range range)
{
	struct range *smallest;

	if (zone->count < RANGES_MAX) {
		zone->ranges[zone->count++] = range;
		return;
	}
	smallest = zone_smallest(zone);
	if (range_size(smallest) >= range_size(&range)) {
		memory.left_out += range_size(&range);
		return;
	}
	memory.left_out += range_size(smallest);
	*smallest = range;
}

static uint64_t clamp(uint64_t address, uint64_t low, uint64_t high)
{
	return address < low ? low : address > high ? high : address;
}

/* The whole pages of a range, in each zone. */
static void add_split(uint64_t start, uint64_t end)
{
	for (struct zone *zone = zones; zone < zones + ZONES; zone++) {
		struct range part = {round_up(clamp(start, zone->first, zone->end)),
		                     clamp(end, zone->first, zone->end) &
		                             ~(uint64_t)(PAGE_SIZE - 1)};

		if (part.start < part.end)
			zone_add(zone, part);
	}
}

static void add_free(uint64_t start, uint64_t end)
{
	memory.total += end - start;
	add_split(start, end);
}

enum memory_source memory_init(const struct boot_information *information)
{
	struct memory_range range;

	for (size_t i = 0; boot_information_range(information, i, &range); i++) {
		if (range.type == MEMORY_RANGE_AVAILABLE)
			add_free(range.start, range.end);
	}
	if (memory.total > 0)
		return MEMORY_FROM_MAP;
	add_free(0, information->lower_kib * KIB);
	add_free(MIB, MIB + information->upper_kib * KIB);
	return memory.total > 0 ? MEMORY_FROM_SIZES : MEMORY_UNKNOWN;
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

/* Takes the first size bytes of range that are not reserved. What lies before them is lost. */
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
	for (struct zone *zone = &zones[BELOW_4_GIB]; zone <= &zones[ABOVE]; zone++) {
		for (unsigned i = 0; i < zone->count; i++) {
			uint64_t phys = take_from(&zone->ranges[i], count * PAGE_SIZE);

			if (phys != 0)
				return phys;
		}
	}
	return 0;
}

uint64_t memory_take_low(void)
{
	struct zone *zone = &zones[LOW];

	for (unsigned i = zone->count; i > 0; i--) {
		struct range *range = &zone->ranges[i - 1];

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

uint64_t memory_left_out(void)
{
	return memory.left_out;
}

uint64_t memory_largest(void)
{
	uint64_t largest = 0;

	for (const struct zone *zone = &zones[BELOW_4_GIB]; zone <= &zones[ABOVE]; zone++) {
		for (unsigned i = 0; i < zone->count; i++) {
			if (range_size(&zone->ranges[i]) > largest)
				largest = range_size(&zone->ranges[i]);
		}
	}
	return largest;
}
