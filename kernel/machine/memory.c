#include "kernel/machine/memory.h"

#include "kernel/machine/reserved.h"

#define KIB (1ull << 10)
#define MIB (1ull << 20)
#define GIB (1ull << 30)

enum { RANGES_MAX = 32 };

struct range {
	uint64_t start;
	uint64_t end;
};

/* Free memory between two addresses: the largest ranges, in the map's order. */
struct zone {
	unsigned count;
	struct range ranges[RANGES_MAX];
};

enum { LOW, BELOW_4_GIB, ABOVE, ZONES };

/*
 * Of the memory below 1 MiB, firmware uses some of the first 64 KiB, whatever the map says, and the
 * SIPI vectors from A0H on are reserved: SDM vol. 3A 8.4.4.1 "Typical BSP Initialization Sequence"
 */
static const struct range bounds[ZONES] = {
	[LOW] = {64 * KIB, 640 * KIB},
	[BELOW_4_GIB] = {MIB, 4 * GIB},
	[ABOVE] = {4 * GIB, UINT64_MAX - PAGE_SIZE},
};

/*
 * UEFI's network and USB drivers give their devices memory to write to, and not all of them stop
 * the devices before an operating system starts. So memory that nobody used under UEFI goes first.
 * With a BIOS, all is UNUSED.
 */
enum { UNUSED, USED, TIERS };

static struct zone zones[TIERS][ZONES];

static struct {
	uint64_t total;
	uint64_t unused;
	uint64_t left_out;
	uint64_t refused;
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
	return address < low ? low : address < high ? address : high;
}

/* Adds the whole pages of a range to the zones of a tier. */
static void add_split(struct zone *tier, uint64_t start, uint64_t end)
{
	for (unsigned i = 0; i < ZONES; i++) {
		struct range part = {round_up(clamp(start, bounds[i].start, bounds[i].end)),
		                     clamp(end, bounds[i].start, bounds[i].end) &
		                             ~(uint64_t)(PAGE_SIZE - 1)};

		if (part.start < part.end)
			zone_add(&tier[i], part);
	}
}

static void add_free(uint64_t start, uint64_t end)
{
	memory.total += end - start;
	memory.unused += end - start;
	add_split(zones[UNUSED], start, end);
}

static void add_used(uint64_t start, uint64_t end)
{
	memory.total += end - start;
	add_split(zones[USED], start, end);
}

static bool add_by_efi_map(const struct boot_information *information)
{
	struct memory_range range;

	for (size_t i = 0; boot_information_efi_range(information, i, &range); i++) {
		if (range.type == EFI_CONVENTIONAL_MEMORY)
			add_free(range.start, range.end);
		else if (range.type >= EFI_LOADER_CODE && range.type <= EFI_BOOT_SERVICES_DATA)
			add_used(range.start, range.end);
	}
	memory.left_out = 0; /* this map always has many small ranges: not worth a warning */
	return memory.total > 0;
}

static bool add_by_map(const struct boot_information *information)
{
	struct memory_range range;

	for (size_t i = 0; boot_information_range(information, i, &range); i++) {
		if (range.type == MEMORY_RANGE_AVAILABLE)
			add_free(range.start, range.end);
	}
	return memory.total > 0;
}

enum memory_source memory_init(const struct boot_information *information)
{
	if (add_by_efi_map(information))
		return MEMORY_FROM_EFI_MAP;
	if (add_by_map(information))
		return MEMORY_FROM_MAP;
	add_free(0, information->lower_kib * KIB);
	add_free(MIB, MIB + information->upper_kib * KIB);
	return memory.total > 0 ? MEMORY_FROM_SIZES : MEMORY_UNKNOWN;
}

void memory_reserve(uint64_t phys, uint64_t size)
{
	reserved_add(phys, size);
}

/* Takes the first size bytes of range that are not reserved. What lies before them is lost. */
static uint64_t take_from(struct range *range, uint64_t size)
{
	uint64_t start = range->start, conflict_end;

	for (;;) {
		if (start >= range->end || range->end - start < size)
			return 0;
		conflict_end = reserved_conflict(start, start + size);
		if (conflict_end == 0)
			break;
		start = round_up(conflict_end);
	}
	range->start = start + size;
	return start;
}

static uint64_t take_from_zone(struct zone *zone, uint64_t size)
{
	uint64_t phys = 0;

	for (unsigned i = 0; i < zone->count && phys == 0; i++)
		phys = take_from(&zone->ranges[i], size);
	return phys;
}

uint64_t memory_take(uint64_t count)
{
	uint64_t phys = 0;

	if (count == 0 || count > UINT64_MAX / PAGE_SIZE)
		return 0;
	for (unsigned zone = BELOW_4_GIB; zone < ZONES && phys == 0; zone++) {
		for (unsigned tier = 0; tier < TIERS && phys == 0; tier++)
			phys = take_from_zone(&zones[tier][zone], count * PAGE_SIZE);
	}
	if (phys == 0 && memory.refused == 0)
		memory.refused = count * PAGE_SIZE;
	return phys;
}

/* Takes the last page of a zone that is not reserved. */
static uint64_t take_last(struct zone *zone)
{
	for (unsigned i = zone->count; i > 0; i--) {
		struct range *range = &zone->ranges[i - 1];

		while (range->end > range->start) {
			range->end -= PAGE_SIZE;
			if (reserved_conflict(range->end, range->end + PAGE_SIZE) == 0)
				return range->end;
		}
	}
	return 0;
}

uint64_t memory_take_low(void)
{
	uint64_t phys = take_last(&zones[UNUSED][LOW]);

	return phys != 0 ? phys : take_last(&zones[USED][LOW]);
}

uint64_t memory_total(void)
{
	return memory.total;
}

uint64_t memory_unused(void)
{
	return memory.unused;
}

uint64_t memory_left_out(void)
{
	return memory.left_out;
}

uint64_t memory_refused(void)
{
	return memory.refused;
}

static uint64_t largest_in(const struct zone *zone)
{
	uint64_t largest = 0;

	for (unsigned i = 0; i < zone->count; i++) {
		if (range_size(&zone->ranges[i]) > largest)
			largest = range_size(&zone->ranges[i]);
	}
	return largest;
}

uint64_t memory_largest(void)
{
	uint64_t largest = 0;

	for (unsigned tier = 0; tier < TIERS; tier++) {
		for (unsigned zone = BELOW_4_GIB; zone < ZONES; zone++) {
			uint64_t size = largest_in(&zones[tier][zone]);

			largest = size > largest ? size : largest;
		}
	}
	return largest;
}
