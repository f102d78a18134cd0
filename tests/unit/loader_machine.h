/*
 * What kernel/discover/loader.c needs of the kernel, for its tests: memory, an allocator and a log;
 * and boot information as GRUB passes it. Each test program includes it once.
 */
#ifndef TESTS_UNIT_LOADER_MACHINE_H
#define TESTS_UNIT_LOADER_MACHINE_H

#include "kernel/discover/loader.h"
#include "kernel/machine/arch.h"
#include "kernel/tables/bda.h"
#include "tests/unit/fake_loader.h"
#include "tests/unit/log_lines.h"
#include "tests/unit/physical.h"
#include "tests/unit/reserved_memory.h"

enum { INFORMATION = 0x9000, IMAGE = 0x200000, IMAGE_SIZE = 0x12345 };
enum { EFI_SYSTEM_TABLE_64 = 12, MODULE = 3 };

static enum memory_source source = MEMORY_FROM_MAP;
static uint64_t total = 64 << 20, unused, left_out;

static void put_stamped(struct text *text, char character)
{
	(void)text;
	lines->text.put(&lines->text, character);
}

struct text log_stamped = {put_stamped};

bool arch_is_pvh(void)
{
	return false;
}

uint64_t arch_boot_information_phys(void)
{
	return INFORMATION;
}

uint64_t arch_image_phys(void)
{
	return IMAGE;
}

uint64_t arch_image_size(void)
{
	return IMAGE_SIZE;
}

void *arch_map(uint64_t phys, uint64_t size)
{
	return (void *)(uintptr_t)physical_map(phys, size);
}

enum memory_source memory_init(const struct boot_information *information)
{
	return source;
}

uint64_t memory_total(void)
{
	return total;
}

uint64_t memory_unused(void)
{
	return unused;
}

uint64_t memory_left_out(void)
{
	return left_out;
}

static struct boot_information information;
static struct options options;

static void read_loader(void)
{
	lines = unit_capture();
	reserved_count = 0;
	loader_read(&information, &options);
}

/* What GRUB passes with this command line, and with a tag of this type, if it is not 0. */
static struct unit_writer multiboot2(const char *name, const char *line, uint32_t tag)
{
	static const uint8_t body[16] = {0x78, 0x56, 0x34, 0x12};
	struct unit_writer to;

	loader_begin(&to);
	loader_put_tag(&to, 2, name, (uint32_t)strlen(name) + 1);
	loader_put_tag(&to, 1, line, (uint32_t)strlen(line) + 1);
	if (tag != 0)
		loader_put_tag(&to, tag, body, sizeof(body));
	loader_end(&to);
	return to;
}

static void read_multiboot2(const char *name, const char *line, uint32_t tag)
{
	struct unit_writer to = multiboot2(name, line, tag);

	physical_put(INFORMATION, &to);
	read_loader();
}

static void assert_logged(const char *line)
{
	if (unit_occurrences(lines->at, line) != 1)
		fail_msg("not once \"%s\" in:\n%s", line, lines->at);
}

static void assert_no_warning(void)
{
	assert_int_equal(unit_occurrences(lines->at, "warning"), 0);
}

#endif
