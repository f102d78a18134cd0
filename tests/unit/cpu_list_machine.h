/*
 * What kernel/discover/cpu_list.c needs of the kernel, for its tests: memory, the BSP and a log.
 * Each test program includes it once.
 */
#ifndef TESTS_UNIT_CPU_LIST_MACHINE_H
#define TESTS_UNIT_CPU_LIST_MACHINE_H

#include "kernel/discover/cpu_list.h"
#include "kernel/machine/arch.h"
#include "kernel/machine/memory.h"
#include "tests/unit/log_lines.h"
#include "tests/unit/unit.h"

static uint32_t bsp_id;
static unsigned package_shift;
static uint64_t pages_left = 1 << 16, pages_taken;
static unsigned maps_left = 1000;

/* Physical memory from 1 MiB on. None of it is zero unless it was cleared. */
static uint8_t memory[64 << 20];

uint64_t memory_take(uint64_t count)
{
	uint64_t phys = (1 << 20) + pages_taken * PAGE_SIZE;

	if (count == 0 || count > pages_left)
		return 0;
	pages_left -= count;
	pages_taken += count;
	assert_true(pages_taken * PAGE_SIZE <= sizeof(memory));
	memset(memory + phys - (1 << 20), 0xEE, count * PAGE_SIZE);
	return phys;
}

void *arch_map(uint64_t phys, uint64_t size)
{
	if (maps_left == 0)
		return NULL;
	maps_left--;
	assert_true(phys >= 1 << 20 && phys - (1 << 20) + size <= pages_taken * PAGE_SIZE);
	return memory + phys - (1 << 20);
}

unsigned arch_package_shift(void)
{
	return package_shift;
}

uint32_t arch_apic_id(void)
{
	return bsp_id;
}

static void assert_ids(const struct cpu_list *list, size_t count, const uint32_t *ids)
{
	assert_int_equal(list->count, count);
	for (uint32_t i = 0; i < count; i++) {
		assert_int_equal(list->cpu[i]->found.index, i);
		assert_int_equal(list->cpu[i]->found.apic_id, ids[i]);
	}
}

#define ASSERT_IDS(list, ...)                                         \
	assert_ids(list, COUNT_OF(((const uint32_t[]){__VA_ARGS__})), \
	           (const uint32_t[]){__VA_ARGS__})

static void assert_said(const char *part)
{
	if (strstr(lines->at, part) == NULL)
		fail_msg("\"%s\" is not in:\n%s", part, lines->at);
}

#endif
