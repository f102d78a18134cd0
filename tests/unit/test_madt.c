/* kernel/tables/madt.h: the firmware's list of CPUs, from valid and broken tables. */
#include "kernel/tables/madt.h"
#include "tests/unit/madt_tables.h"
#include "tests/unit/unit.h"

enum { ENTRIES = 44 };

static struct bytes madt_of(const uint8_t *entries, size_t size)
{
	struct unit_writer table;

	unit_begin_table(&table, "APIC");
	unit_fill(&table, ENTRIES);
	for (size_t i = 0; i < size; i++)
		unit_put(&table, entries[i], 1);
	unit_end_table(&table);
	return unit_written(&table);
}

/* Lists the CPUs, with room for exactly as many as the table can hold. */
static const char *list(struct bytes madt, struct listed_cpus *cpus)
{
	uint32_t capacity = madt_capacity(madt);

	memset(cpus, 0xAA, sizeof(*cpus));
	cpus->apic_ids = unit_take(capacity * sizeof(uint32_t));
	cpus->capacity = capacity;
	return madt_list_cpus(madt, cpus);
}

static void check_table(const struct madt_table *table)
{
	struct listed_cpus cpus;
	const char *problem = list(madt_of(table->entries, table->size), &cpus);

	print_message("- %s\n", table->name);
	if (table->problem == NULL) {
		assert_null(problem);
		assert_int_equal(cpus.bad_offset, 0);
	} else {
		assert_non_null(problem);
		assert_non_null(strstr(problem, table->problem));
		assert_int_equal(cpus.bad_offset, ENTRIES + table->bad_entry);
	}
	assert_int_equal(cpus.count, table->count);
	assert_memory_equal(cpus.apic_ids, table->ids, table->count * sizeof(uint32_t));
	assert_int_equal(cpus.disabled, table->disabled);
	assert_int_equal(cpus.online_capable, table->online_capable);
	assert_int_equal(cpus.duplicates, table->duplicates);
	assert_int_equal(cpus.repeated, table->repeated);
	assert_int_equal(cpus.invalid, table->invalid);
	assert_int_equal(cpus.apic_phys, table->apic_phys);
	assert_int_equal(cpus.mailbox_phys, table->mailbox_phys);
}

static void every_table_gives_the_list_that_its_name_promises(void **state)
{
	assert_true(COUNT_OF(madt_tables) >= 40);
	for (size_t i = 0; i < COUNT_OF(madt_tables); i++)
		check_table(&madt_tables[i]);
}

static void a_table_without_its_fixed_part_is_refused(void **state)
{
	for (size_t size = 0; size < ENTRIES; size++) {
		struct bytes madt = unit_bytes(madt_of(NULL, 0).at, size);
		struct listed_cpus cpus;

		assert_string_equal(list(madt, &cpus), "it is too short");
		assert_int_equal(cpus.count, 0);
		assert_int_equal(madt_capacity(madt), 0);
	}
}

static void a_table_without_entries_lists_nobody(void **state)
{
	struct listed_cpus cpus;

	assert_null(list(madt_of(NULL, 0), &cpus));
	assert_int_equal(cpus.count, 0);
}

static void a_table_cut_anywhere_lists_only_whole_entries(void **state)
{
	static const uint8_t entries[] = {LOCAL_APIC(7, ON), LOCAL_X2APIC(300, ON),
	                                  LOCAL_APIC(9, ON)};
	static const size_t ends[] = {8, 24, 32};

	for (size_t size = 0; size <= sizeof(entries); size++) {
		struct listed_cpus cpus;
		uint32_t whole = 0;
		bool at_end = size == 0;

		for (size_t i = 0; i < COUNT_OF(ends); i++) {
			whole += size >= ends[i];
			at_end |= size == ends[i];
		}
		assert_int_equal(list(madt_of(entries, size), &cpus) == NULL, at_end);
		assert_int_equal(cpus.count, whole);
	}
}

static void no_more_ids_are_listed_than_there_is_room_for(void **state)
{
	static const uint8_t entries[] = {LOCAL_APIC(1, ON), LOCAL_APIC(2, ON), LOCAL_APIC(3, ON)};
	struct listed_cpus cpus = {.apic_ids = unit_take(2 * sizeof(uint32_t)), .capacity = 2};

	assert_null(madt_list_cpus(madt_of(entries, sizeof(entries)), &cpus));
	assert_int_equal(cpus.count, 2);
}

enum { MANY = 600 };

/* Lists these IDs. They must be there in this order, each once. */
static void check_order(const uint32_t *ids, uint32_t count)
{
	struct bytes madt = {unit_take(ENTRIES + count * 16ull), ENTRIES + count * 16ull};
	uint32_t unique[MANY], uniques = 0, again = 0;
	struct listed_cpus cpus;

	for (uint32_t i = 0; i < count; i++) {
		uint32_t j = 0;

		memcpy((uint8_t *)madt.at + ENTRIES + 16ull * i,
		       (uint8_t[]){LOCAL_X2APIC(ids[i], ON)}, 16);
		while (j < uniques && unique[j] != ids[i])
			j++;
		if (j == uniques)
			unique[uniques++] = ids[i];
		else
			again++;
	}
	assert_null(list(madt, &cpus));
	assert_int_equal(cpus.count, uniques);
	assert_memory_equal(cpus.apic_ids, unique, uniques * sizeof(unique[0]));
	assert_int_equal(cpus.duplicates + cpus.repeated, again);
}

/* As firmware lists them: the threads of a core one after the other, or first threads first. */
static void ids_in_any_order_are_listed_each_once(void **state)
{
	uint32_t ids[MANY], random = 1;

	for (uint32_t runs = 1; runs <= 70; runs++) {
		for (uint32_t i = 0; i < MANY; i++)
			ids[i] = i * runs % MANY + i * runs / MANY;
		check_order(ids, MANY);
		for (uint32_t i = 0; i < MANY; i++)
			ids[i] = MANY - i * runs % MANY;
		check_order(ids, MANY);
	}
	for (uint32_t different = 1; different <= 2 * MANY; different += 7) {
		for (uint32_t i = 0; i < MANY; i++)
			ids[i] = unit_random(&random) % different;
		check_order(ids, MANY);
	}
}

/* The ID that addresses all CPUs is wrong for one that is enabled, and usual for one that is not.
 */
static void the_broadcast_id_is_invalid_only_if_it_is_enabled(void **state)
{
	static const struct {
		uint32_t flags, invalid, disabled;
	} cases[] = {{0, 0, 1}, {1, 1, 0}, {2, 0, 1}, {3, 1, 0}, {0xFFFFFFFE, 0, 1}};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		uint32_t flags = cases[i].flags;
		const uint8_t local[] = {0,
		                         8,
		                         0,
		                         0xFF,
		                         (uint8_t)flags,
		                         (uint8_t)(flags >> 8),
		                         (uint8_t)(flags >> 16),
		                         (uint8_t)(flags >> 24)};
		const uint8_t x2apic[] = {9,
		                          16,
		                          0,
		                          0,
		                          0xFF,
		                          0xFF,
		                          0xFF,
		                          0xFF,
		                          (uint8_t)flags,
		                          (uint8_t)(flags >> 8),
		                          (uint8_t)(flags >> 16),
		                          (uint8_t)(flags >> 24),
		                          0,
		                          0,
		                          0,
		                          0};
		struct listed_cpus cpus, newer;

		assert_null(list(madt_of(local, sizeof(local)), &cpus));
		assert_null(list(madt_of(x2apic, sizeof(x2apic)), &newer));
		assert_int_equal(cpus.invalid, cases[i].invalid);
		assert_int_equal(cpus.disabled, cases[i].disabled);
		assert_int_equal(newer.invalid, cases[i].invalid);
		assert_int_equal(newer.disabled, cases[i].disabled);
	}
}

static void there_is_room_for_as_many_cpus_as_the_table_can_list(void **state)
{
	static const uint8_t zeros[ENTRIES + 24];
	static const struct {
		size_t size;
		uint32_t capacity;
	} cases[] = {{0, 0}, {44, 0}, {51, 0}, {52, 1}, {59, 1}, {60, 2}, {67, 2}, {68, 3}};

	for (size_t i = 0; i < COUNT_OF(cases); i++)
		assert_int_equal(madt_capacity((struct bytes){zeros, cases[i].size}),
		                 cases[i].capacity);
}

/* An x2APIC entry may repeat what a local APIC entry can say, which ends at the ID 254. */
static void an_x2apic_id_listed_twice_is_repeated_below_255(void **state)
{
	for (uint32_t id = 0; id < 600; id++) {
		const uint8_t entries[] = {LOCAL_X2APIC(id, ON), LOCAL_X2APIC(id, ON)};
		struct listed_cpus cpus;

		assert_null(list(madt_of(entries, sizeof(entries)), &cpus));
		assert_int_equal(cpus.count, 1);
		assert_int_equal(cpus.repeated, id < 255);
		assert_int_equal(cpus.duplicates, id >= 255);
	}
}

int main(void)
{
	static const struct CMUnitTest rules[] = {
		cmocka_unit_test(every_table_gives_the_list_that_its_name_promises),
		cmocka_unit_test(a_table_without_its_fixed_part_is_refused),
		cmocka_unit_test(a_table_without_entries_lists_nobody),
		cmocka_unit_test(a_table_cut_anywhere_lists_only_whole_entries),
		cmocka_unit_test(no_more_ids_are_listed_than_there_is_room_for),
		cmocka_unit_test(ids_in_any_order_are_listed_each_once),
		cmocka_unit_test(the_broadcast_id_is_invalid_only_if_it_is_enabled),
		cmocka_unit_test(there_is_room_for_as_many_cpus_as_the_table_can_list),
		cmocka_unit_test(an_x2apic_id_listed_twice_is_repeated_below_255),
	};

	return unit_run(rules, COUNT_OF(rules));
}
