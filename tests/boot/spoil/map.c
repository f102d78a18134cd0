/* Changes the memory map: splits it, reverses it, or lists less or more free memory. */
#include "tests/boot/spoil/spoil.h"

#define PAGE 4096u
#define MIB  (1u << 20)

enum { LOW_END = 0xA0000, TYPE_ACPI = 3, TYPE_ACPI_NVS = 4 };

enum { MAP_MOST = 70000, FOUND_MOST = 256 };

static struct map_entry map[MAP_MOST];
static uint32_t count;

void map_add(uint64_t start, uint64_t end, uint32_t type)
{
	if (start >= end)
		return;
	if (count == MAP_MOST)
		give_up("the memory map is too long");
	map[count++] = (struct map_entry){start, end - start, type, 0};
}

static uint32_t largest_free(void)
{
	uint32_t largest = 0;

	for (uint32_t i = 1; i < count; i++) {
		if (map[i].type == MAP_FREE &&
		    (map[largest].type != MAP_FREE || map[i].size > map[largest].size))
			largest = i;
	}
	return largest;
}

/* Splits a free range into pieces, each followed by a reserved page. mmap-tail can use the rest. */
static void add_pieces(uint64_t at, uint64_t end, uint32_t pieces, uint32_t piece_pages)
{
	uint32_t step = piece_pages > 0 ? (piece_pages + 1) * PAGE
	                                : ((uint32_t)(end - at) / pieces) & ~(PAGE - 1);

	if (step < 2 * PAGE)
		give_up("there is no room for so many pieces");
	for (uint32_t i = 0; i < pieces && at + step <= end; i++, at += step) {
		map_add(at, at + step - PAGE, MAP_FREE);
		map_add(at + step - PAGE, at + step, MAP_RESERVED);
	}
	map_add(at, end, words_have("mmap-tail") ? MAP_FREE : MAP_RESERVED);
}

static void split_largest(uint32_t pieces, uint32_t piece_pages)
{
	static struct map_entry found[FOUND_MOST];
	uint32_t largest = largest_free(), found_count = count;

	if (count > FOUND_MOST)
		give_up("the firmware's memory map is too long");
	for (uint32_t i = 0; i < count; i++)
		found[i] = map[i];
	count = 0;
	for (uint32_t i = 0; i < found_count; i++) {
		uint64_t end = found[i].start + found[i].size;

		if (i == largest)
			add_pieces(found[i].start, end, pieces, piece_pages);
		else
			map_add(found[i].start, end, found[i].type);
	}
}

static void reserve_low(void)
{
	for (uint32_t i = 0; i < count; i++) {
		if (map[i].type == MAP_FREE && map[i].start < MIB)
			map[i].type = MAP_RESERVED;
	}
}

/* Lists the EBDA as free, which a BIOS keeps at the end of base memory, as some memory maps do. */
static void free_low(void)
{
	for (uint32_t i = 0; i < count; i++) {
		if (map[i].start < LOW_END)
			map[i].type = MAP_FREE;
	}
}

static void free_acpi(void)
{
	for (uint32_t i = 0; i < count; i++) {
		if (map[i].type == TYPE_ACPI || map[i].type == TYPE_ACPI_NVS)
			map[i].type = MAP_FREE;
	}
}

static void reverse(void)
{
	for (uint32_t i = 0; i < count / 2; i++) {
		struct map_entry first = map[i];

		map[i] = map[count - 1 - i];
		map[count - 1 - i] = first;
	}
}

void map_spoil(void)
{
	uint32_t pieces = (uint32_t)words_number("mmap", 0);

	if (pieces > 0)
		split_largest(pieces, (uint32_t)words_number("piece", 0));
	if (words_have("low-free"))
		free_low();
	if (words_have("acpi-free"))
		free_acpi();
	if (words_have("nolow"))
		reserve_low();
	if (words_have("mmap-reverse"))
		reverse();
	print_value("entries of the memory map:", count);
}

bool map_has_free(uint64_t start, uint64_t end)
{
	for (uint32_t i = 0; i < count; i++) {
		if (map[i].type == MAP_FREE && map[i].start <= start &&
		    end <= map[i].start + map[i].size)
			return true;
	}
	return false;
}

const struct map_entry *map_entries(uint32_t *entries)
{
	*entries = count;
	return map;
}
