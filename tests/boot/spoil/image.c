/*
 * Loads the module, an ELF64 file, as GRUB does: at the lowest free address with its alignment.
 */
#include "tests/boot/spoil/spoil.h"

#define ELF_MAGIC 0x464C457Fu
#define ALIGNMENT (2u << 20)
#define LAST      0xF0000000u

enum { CLASS_64 = 2, SEGMENT_LOAD = 1, SEGMENT_NOTE = 4, NOTE_PHYS32_ENTRY = 18 };

struct elf {
	uint32_t magic;
	uint8_t class;
	uint8_t rest[19];
	uint64_t entry, segments_at, sections_at;
	uint32_t flags;
	uint16_t size, segment_size, segment_count;
};

struct segment {
	uint32_t type, flags;
	uint64_t offset, virtual, phys, size_in_file, size, alignment;
};

static const struct segment *segment(const struct elf *elf, unsigned n)
{
	return (const struct segment *)((const uint8_t *)elf + (uint32_t)elf->segments_at +
	                                n * elf->segment_size);
}

static void find_extent(const struct elf *elf, uint32_t *low, uint32_t *high)
{
	*low = UINT32_MAX;
	*high = 0;
	for (unsigned i = 0; i < elf->segment_count; i++) {
		const struct segment *s = segment(elf, i);

		if (s->type != SEGMENT_LOAD)
			continue;
		if (s->phys < *low)
			*low = (uint32_t)s->phys;
		if (s->phys + s->size > *high)
			*high = (uint32_t)(s->phys + s->size);
	}
}

static bool is_apart(uint32_t at, uint32_t size, const uint8_t *start, const uint8_t *end)
{
	return at + size <= (uint32_t)start || at >= (uint32_t)end;
}

/* An address given by base= is used even if the memory map does not list it. */
static uint32_t find_place(uint32_t size, const struct module *module, const uint8_t *information)
{
	uint32_t base = (uint32_t)words_number("base", 0);
	uint32_t information_size = *(const uint32_t *)information;

	if (base != 0)
		return base;
	for (uint32_t at = ALIGNMENT; at < LAST; at += ALIGNMENT) {
		if (map_has_free(at, (uint64_t)at + size) &&
		    is_apart(at, size, spoil_start, spoil_end) &&
		    is_apart(at, size, module->start, module->end) &&
		    is_apart(at, size, information, information + information_size))
			return at;
	}
	give_up("there is no place for the module");
}

static void load(const struct elf *elf, const struct segment *s, uint8_t *to)
{
	const uint8_t *from = (const uint8_t *)elf + (uint32_t)s->offset;

	for (uint32_t i = 0; i < (uint32_t)s->size; i++)
		to[i] = i < (uint32_t)s->size_in_file ? from[i] : 0;
}

uint32_t image_load(const struct module *module, const uint8_t *information, uint32_t *image_phys)
{
	const struct elf *elf = (const struct elf *)module->start;
	uint32_t low, high, entry = 0;

	if (elf->magic != ELF_MAGIC || elf->class != CLASS_64)
		give_up("the module is no ELF64 file");
	find_extent(elf, &low, &high);
	*image_phys = find_place(high - low, module, information);
	for (unsigned i = 0; i < elf->segment_count; i++) {
		const struct segment *s = segment(elf, i);
		uint32_t at = (uint32_t)s->phys - low + *image_phys;

		if (s->type != SEGMENT_LOAD)
			continue;
		load(elf, s, (uint8_t *)at);
		if (elf->entry >= s->virtual && elf->entry < s->virtual + s->size)
			entry = at + (uint32_t)(elf->entry - s->virtual);
	}
	if (entry == 0)
		give_up("the module's entry is in none of its segments");
	print_value("image at", *image_phys);
	return entry;
}

/* PVH does not relocate: the note has a physical address. The kernel's notes have no other one. */
uint32_t image_pvh_entry(const struct module *module, uint32_t image_phys)
{
	const struct elf *elf = (const struct elf *)module->start;
	uint32_t low, high;

	find_extent(elf, &low, &high);
	if (low != image_phys)
		give_up("the image is not where PVH wants it");
	for (unsigned i = 0; i < elf->segment_count; i++) {
		const struct segment *s = segment(elf, i);
		const uint32_t *note = (const uint32_t *)(module->start + (uint32_t)s->offset);

		if (s->type == SEGMENT_NOTE && note[2] == NOTE_PHYS32_ENTRY)
			return note[4]; /* sizes of name and value, type, name, value */
	}
	give_up("the module has no PVH entry");
}
