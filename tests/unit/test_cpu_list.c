/* kernel/discover/cpu_list.h: the CPUs to use, by the MADT, the BSP first. */
#include "tests/unit/cpu_list_machine.h"
#include "tests/unit/madt_tables.h"

enum { ENTRIES = 44 };

/* Returns the list from a MADT with these entries, at most cpus of them. */
static struct cpu_list list_of(size_t size, const uint8_t *entries, uint32_t cpus,
                               enum reason expected)
{
	struct options options = {.cpus = cpus};
	struct cpu_list list = {0};
	struct unit_writer table;

	lines = unit_capture();
	unit_begin_table(&table, "APIC");
	unit_fill(&table, ENTRIES);
	for (size_t i = 0; i < size; i++)
		unit_put(&table, entries[i], 1);
	unit_end_table(&table);
	assert_int_equal(
		cpu_list_make(&(struct cpu_source){.madt = unit_written(&table)}, &options, &list),
		expected);
	return list;
}

#define LIST(cpus, expected, ...)                                                             \
	list_of(sizeof((const uint8_t[]){__VA_ARGS__}), (const uint8_t[]){__VA_ARGS__}, cpus, \
	        expected)

static void the_bsp_is_first_wherever_the_table_has_it(void **state)
{
	struct cpu_list list;

	bsp_id = 2;
	list = LIST(0, REASON_NONE, LOCAL_APIC(0, ON), LOCAL_APIC(2, ON), LOCAL_APIC(4, ON));
	ASSERT_IDS(&list, 2, 0, 4);
	assert_said("the BSP, APIC ID 2, is entry 2, not the first");
	bsp_id = 4;
	list = LIST(0, REASON_NONE, LOCAL_APIC(0, ON), LOCAL_APIC(2, ON), LOCAL_APIC(4, ON));
	ASSERT_IDS(&list, 4, 0, 2);
}

static void a_bsp_that_is_first_is_not_worth_a_word(void **state)
{
	struct cpu_list list = LIST(0, REASON_NONE, LOCAL_APIC(0, ON), LOCAL_APIC(1, ON));

	ASSERT_IDS(&list, 0, 1);
	assert_string_equal(lines->at, "acpi: MADT: CPUs enabled: 2, not enabled: 0\n");
}

static void a_bsp_that_is_not_listed_is_added(void **state)
{
	struct cpu_list list;

	bsp_id = 7;
	list = LIST(0, REASON_NONE, LOCAL_APIC(0, ON), LOCAL_APIC(1, ON));
	ASSERT_IDS(&list, 7, 0, 1);
	assert_said("warning: MADT: the BSP, APIC ID 7, is not listed");
}

static void without_a_table_the_bsp_is_alone_and_the_reason_says_so(void **state)
{
	struct options options = {0};
	struct cpu_list list;

	lines = unit_capture();
	bsp_id = 3;
	assert_int_equal(cpu_list_make(&(struct cpu_source){{0}, {0}, false}, &options, &list),
	                 REASON_NO_CPU_LIST);
	ASSERT_IDS(&list, 3);
	assert_string_equal(lines->at, "");
}

static void a_table_that_lists_nobody_is_no_list(void **state)
{
	struct cpu_list list;

	bsp_id = 3;
	list = LIST(0, REASON_NO_CPU_LIST, LOCAL_APIC(3, 0));
	ASSERT_IDS(&list, 3);
	assert_said("warning: MADT: the BSP, APIC ID 3, is not listed");
	list = LIST(0, REASON_NO_CPU_LIST, 0, 0, LOCAL_APIC(3, ON));
	ASSERT_IDS(&list, 3);
}

static void what_came_before_a_defect_is_used(void **state)
{
	struct cpu_list list = LIST(0, REASON_NONE, LOCAL_APIC(0, ON), LOCAL_APIC(1, ON), 0, 0);

	ASSERT_IDS(&list, 0, 1);
	assert_said("warning: MADT: at offset 60 of 62, an entry is shorter than its own header");
}

static void every_oddity_is_said_in_a_line_of_its_own(void **state)
{
	LIST(0, REASON_NONE, LOCAL_APIC(0, ON), LOCAL_APIC(0, ON), LOCAL_X2APIC(0, ON),
	     LOCAL_APIC(255, ON), LOCAL_APIC(9, ONLINE_CAPABLE), ADDRESS_OVERRIDE(0x1FEE00000),
	     WAKEUP(0x7F000000));
	assert_said("CPUs enabled: 1, not enabled: 1\n");
	assert_said("could be added while the machine runs, left out: 1\n");
	assert_said("warning: MADT: entries that repeat an APIC ID: 1\n");
	assert_said("x2APIC entries that repeat an APIC ID below 255: 1\n");
	assert_said("warning: MADT: enabled entries with the broadcast ID, left out: 1\n");
	assert_said("an address override moves the local APIC to 0x1fee00000\n");
	assert_said("warning: MADT: the firmware starts CPUs through a mailbox at 0x7f000000");
	assert_int_equal(unit_occurrences(lines->at, "\n"), 7);
}

static void no_more_cpus_are_used_than_asked_for(void **state)
{
	struct cpu_list list;

	bsp_id = 4;
	list = LIST(2, REASON_NONE, LOCAL_APIC(0, ON), LOCAL_APIC(2, ON), LOCAL_APIC(4, ON));
	ASSERT_IDS(&list, 4, 0);
	assert_said("boot: cpus=2: using the first 2 of 3 CPUs");
	list = LIST(3, REASON_NONE, LOCAL_APIC(0, ON), LOCAL_APIC(2, ON), LOCAL_APIC(4, ON));
	assert_int_equal(list.count, 3);
	assert_null(strstr(lines->at, "boot: "));
}

/* Returns the count for 4 enabled CPUs and one that is not, at most so many of them. */
static uint32_t count_at_most(uint32_t cpus)
{
	static const uint8_t entries[] = {LOCAL_APIC(0, ON), LOCAL_APIC(2, ON), LOCAL_APIC(2, ON),
	                                  LOCAL_APIC(3, 0),  LOCAL_APIC(4, ON), LOCAL_APIC(6, ON)};
	struct options options = {.cpus = cpus};
	struct cpu_source source;
	struct unit_writer table;

	unit_begin_table(&table, "APIC");
	unit_fill(&table, ENTRIES);
	for (size_t i = 0; i < sizeof(entries); i++)
		unit_put(&table, entries[i], 1);
	source = (struct cpu_source){.madt = unit_written(&table)};
	return cpu_list_count(&source, &options);
}

static void cpus_are_counted_without_memory_or_a_word(void **state)
{
	static const struct cpu_source none = {0};
	static const struct options options = {0};

	lines = unit_capture();
	assert_int_equal(count_at_most(0), 4);
	assert_int_equal(count_at_most(3), 3);
	assert_int_equal(count_at_most(5), 4);
	assert_int_equal(cpu_list_count(&none, &options), 0);
	assert_true(lines->at == NULL || lines->at[0] == '\0');
}

static void each_cpu_has_a_zeroed_record_and_two_pages_of_its_own(void **state)
{
	struct cpu_list list =
		LIST(0, REASON_NONE, LOCAL_APIC(0, ON), LOCAL_APIC(1, ON), LOCAL_APIC(2, ON));

	for (uint32_t i = 0; i < list.count; i++) {
		struct cpu expected = {.found = {.index = i, .apic_id = i}};

		assert_int_equal(list.cpu[i]->found.region_phys % PAGE_SIZE, 0);
		assert_int_equal(list.cpu[i]->found.vmcs_phys,
		                 list.cpu[i]->found.region_phys + PAGE_SIZE);
		assert_true(list.cpu[i]->found.vmcs_phys + PAGE_SIZE <=
		            (1 << 20) + pages_taken * PAGE_SIZE);
		if (i > 0)
			assert_true(list.cpu[i]->found.region_phys >=
			            list.cpu[i - 1]->found.vmcs_phys + PAGE_SIZE);
		expected.found.region_phys = list.cpu[i]->found.region_phys;
		expected.found.vmcs_phys = list.cpu[i]->found.vmcs_phys;
		assert_memory_equal(list.cpu[i], &expected, sizeof(expected));
	}
}

static void four_thousand_cpus_take_less_than_32_kib_each(void **state)
{
	struct bytes madt;
	struct options options = {0};
	struct cpu_list list;
	uint8_t *table = unit_take(ENTRIES + 4096 * 16);

	lines = unit_capture();
	for (uint32_t i = 0; i < 4096; i++)
		memcpy(table + ENTRIES + 16 * i, (uint8_t[]){LOCAL_X2APIC(i, ON)}, 16);
	madt = (struct bytes){table, ENTRIES + 4096 * 16};
	assert_int_equal(cpu_list_make(&(struct cpu_source){.madt = madt}, &options, &list),
	                 REASON_NONE);
	assert_int_equal(list.count, 4096);
	assert_true(pages_taken * PAGE_SIZE < 4096 * (32ull << 10));
}

static void assert_bsp_alone(const struct cpu_list *list)
{
	assert_int_equal(list->count, 1);
	assert_int_equal(list->cpu[0]->progress.failure, REASON_OUT_OF_MEMORY);
	assert_int_equal(list->cpu[0]->found.region_phys, 0);
	assert_non_null(strstr(lines->at, "no memory for the list of CPUs"));
}

static void memory_that_cannot_be_mapped_is_as_good_as_none(void **state)
{
	for (unsigned maps = 0; maps < 4; maps++) {
		struct cpu_list list = {0};
		struct options options = {0};

		lines = unit_capture();
		maps_left = maps;
		assert_int_equal(
			cpu_list_make(&(struct cpu_source){{0}, {0}, false}, &options, &list),
			REASON_OUT_OF_MEMORY);
		assert_bsp_alone(&list);
	}
}

static void too_little_memory_leaves_the_bsp_alone_whenever_it_runs_out(void **state)
{
	for (uint64_t pages = 0;; pages++) {
		struct cpu_list list = {0};
		struct options options = {0};

		lines = unit_capture();
		pages_left = pages;
		if (cpu_list_make(&(struct cpu_source){{0}, {0}, false}, &options, &list) ==
		    REASON_NO_CPU_LIST)
			break;
		assert_bsp_alone(&list);
		assert_true(pages < 10);
	}
}

static void a_cpu_that_fits_no_package_comes_last_and_has_no_largest_id(void **state)
{
	struct cpu_list list;

	package_shift = 3;
	list = LIST(0, REASON_NONE, LOCAL_APIC(0, ON), LOCAL_APIC(0xE0, ON), LOCAL_APIC(1, ON),
	            LOCAL_APIC(2, ON), LOCAL_APIC(3, ON));
	ASSERT_IDS(&list, 0, 1, 2, 3, 0xE0);
	for (uint32_t i = 0; i < 5; i++)
		assert_int_equal(list.cpu[i]->found.fits_no_package, i == 4);
	assert_int_equal(cpu_list_largest_apic_id(&list), 3);
}

/* A MADT of so many CPUs, with the IDs from 0 on. */
static struct bytes madt_of_many(uint32_t count)
{
	uint8_t *at = unit_take(ENTRIES + (size_t)count * 16);

	for (uint32_t i = 0; i < count; i++)
		memcpy(at + ENTRIES + (size_t)16 * i, (uint8_t[]){LOCAL_X2APIC(i, ON)}, 16);
	return (struct bytes){at, ENTRIES + (size_t)count * 16};
}

static void up_to_1024_cpus_are_counted_before_there_is_memory(void **state)
{
	static const struct options all = {0}, two = {.cpus = 2}, many = {.cpus = 5000};

	for (uint32_t count = 1022; count < 1028; count++) {
		struct cpu_source source = {.madt = madt_of_many(count)};

		assert_int_equal(cpu_list_count(&source, &all), count < 1024 ? count : 1024);
		assert_int_equal(cpu_list_count(&source, &two), 2);
		assert_int_equal(cpu_list_count(&source, &many), count < 1024 ? count : 1024);
	}
	assert_int_equal(cpu_list_count(&(struct cpu_source){0}, &all), 0);
}

static void the_largest_id_may_be_that_of_any_cpu(void **state)
{
	struct cpu_list list = LIST(0, REASON_NONE, LOCAL_APIC(0, ON));

	assert_int_equal(cpu_list_largest_apic_id(&list), 0);
	for (uint8_t id = 1; id < 4; id++) {
		bsp_id = id;
		list = LIST(0, REASON_NONE, LOCAL_APIC(1, ON), LOCAL_APIC(2, ON),
		            LOCAL_APIC(3, ON));
		assert_int_equal(cpu_list_largest_apic_id(&list), 3);
	}
}

int main(void)
{
	static const struct CMUnitTest rules[] = {
		cmocka_unit_test(the_bsp_is_first_wherever_the_table_has_it),
		cmocka_unit_test(a_bsp_that_is_first_is_not_worth_a_word),
		cmocka_unit_test(a_bsp_that_is_not_listed_is_added),
		cmocka_unit_test(without_a_table_the_bsp_is_alone_and_the_reason_says_so),
		cmocka_unit_test(a_table_that_lists_nobody_is_no_list),
		cmocka_unit_test(what_came_before_a_defect_is_used),
		cmocka_unit_test(every_oddity_is_said_in_a_line_of_its_own),
		cmocka_unit_test(no_more_cpus_are_used_than_asked_for),
		cmocka_unit_test(cpus_are_counted_without_memory_or_a_word),
		cmocka_unit_test(each_cpu_has_a_zeroed_record_and_two_pages_of_its_own),
		cmocka_unit_test(four_thousand_cpus_take_less_than_32_kib_each),
		cmocka_unit_test(memory_that_cannot_be_mapped_is_as_good_as_none),
		cmocka_unit_test(too_little_memory_leaves_the_bsp_alone_whenever_it_runs_out),
		cmocka_unit_test(a_cpu_that_fits_no_package_comes_last_and_has_no_largest_id),
		cmocka_unit_test(up_to_1024_cpus_are_counted_before_there_is_memory),
		cmocka_unit_test(the_largest_id_may_be_that_of_any_cpu),
	};

	return unit_run(rules, COUNT_OF(rules));
}
