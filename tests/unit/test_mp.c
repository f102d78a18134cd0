/* kernel/tables/mp.h: the MP table, wherever it lies in the first MiB, valid and broken. */
#include "kernel/tables/mp.h"
#include "tests/unit/unit.h"

enum { EBDA = 0x9F000, LAST_KIB = 0x9FC00, ROM = 0xF0000, MIB = 1 << 20, HEADER_SIZE = 44 };

#define PROCESSOR(id, flags)                   \
	{                                      \
		{                              \
			0, (id), 0x14, (flags) \
		}                              \
	}
#define OTHER(type)            \
	{                      \
		{              \
			(type) \
		}              \
	}

struct entry {
	uint8_t at[20];
};

static uint8_t memory[MIB];

static const void *map(uint64_t phys, uint64_t size)
{
	return phys <= MIB && size <= MIB - phys ? memory + phys : NULL;
}

static struct unit_writer table_of(size_t count, const struct entry *entries)
{
	struct unit_writer table = {0};

	unit_put_string(&table, "PCMP");
	unit_fill(&table, HEADER_SIZE);
	for (size_t i = 0; i < count; i++) {
		for (size_t n = 0; n < (entries[i].at[0] == 0 ? 20u : 8u); n++)
			unit_put(&table, entries[i].at[n], 1);
	}
	unit_set(&table, 4, table.size, 2);
	table.at[7] = (uint8_t)-bytes_sum((struct bytes){table.at, table.size});
	return table;
}

static void put(uint64_t phys, const struct unit_writer *from)
{
	memcpy(memory + phys, from->at, from->size);
}

static void put_pointer(uint64_t phys, uint32_t table_phys)
{
	struct unit_writer pointer = {0};

	unit_put_string(&pointer, "_MP_");
	unit_put(&pointer, table_phys, 4);
	unit_put(&pointer, 0x0401, 2);
	unit_fill(&pointer, 16);
	pointer.at[10] = (uint8_t)-bytes_sum((struct bytes){pointer.at, 16});
	put(phys, &pointer);
}

static const char *list(struct bytes table, struct listed_cpus *cpus)
{
	uint32_t capacity = mp_capacity(table);

	memset(cpus, 0xAA, sizeof(*cpus));
	cpus->apic_ids = unit_take(capacity * sizeof(uint32_t));
	cpus->capacity = capacity;
	return mp_list_cpus(table, cpus);
}

static void enabled_cpus_are_listed_once_each(void **state)
{
	static const struct entry entries[] = {PROCESSOR(0, 3),   PROCESSOR(4, 1), OTHER(1),
	                                       PROCESSOR(2, 0),   OTHER(4),        PROCESSOR(4, 1),
	                                       PROCESSOR(255, 1), PROCESSOR(9, 1)};
	struct unit_writer table = table_of(COUNT_OF(entries), entries);
	struct listed_cpus cpus;

	assert_null(list(unit_written(&table), &cpus));
	assert_int_equal(cpus.count, 3);
	assert_int_equal(cpus.apic_ids[0], 0);
	assert_int_equal(cpus.apic_ids[1], 4);
	assert_int_equal(cpus.apic_ids[2], 9);
	assert_int_equal(cpus.disabled, 1);
	assert_int_equal(cpus.duplicates, 1);
	assert_int_equal(cpus.invalid, 1);
	assert_int_equal(cpus.bad_offset, 0);
}

static void only_the_lowest_flag_enables_a_cpu(void **state)
{
	for (unsigned bit = 0; bit < 8; bit++) {
		const struct entry entries[] = {PROCESSOR(1, (uint8_t)(1 << bit))};
		struct unit_writer table = table_of(COUNT_OF(entries), entries);
		struct listed_cpus cpus;

		assert_null(list(unit_written(&table), &cpus));
		assert_int_equal(cpus.count, bit == 0);
		assert_int_equal(cpus.disabled, bit != 0);
	}
}

static void no_more_ids_are_listed_than_there_is_room_for(void **state)
{
	static const struct entry entries[] = {PROCESSOR(1, 1), PROCESSOR(2, 1), PROCESSOR(3, 1)};
	struct unit_writer table = table_of(COUNT_OF(entries), entries);
	uint32_t ids[3] = {0, 0, 77};
	struct listed_cpus cpus = {.apic_ids = ids, .capacity = 2};

	assert_null(mp_list_cpus(unit_written(&table), &cpus));
	assert_int_equal(cpus.count, 2);
	assert_int_equal(ids[2], 77);
}

static void what_comes_before_a_defect_is_listed(void **state)
{
	static const struct entry entries[] = {PROCESSOR(0, 1), PROCESSOR(1, 1), OTHER(5),
	                                       PROCESSOR(2, 1)};
	struct unit_writer table = table_of(COUNT_OF(entries), entries);
	struct listed_cpus cpus;

	assert_string_equal(list(unit_written(&table), &cpus), "an entry has an unknown type");
	assert_int_equal(cpus.count, 2);
	assert_int_equal(cpus.bad_offset, HEADER_SIZE + 40);
	table.size = HEADER_SIZE + 39;
	assert_string_equal(list(unit_written(&table), &cpus), "an entry is longer than the table");
	assert_int_equal(cpus.count, 1);
	assert_int_equal(cpus.bad_offset, HEADER_SIZE + 20);
}

static void a_table_without_entries_lists_nothing(void **state)
{
	struct unit_writer table = table_of(0, NULL);
	struct listed_cpus cpus;

	assert_null(list(unit_written(&table), &cpus));
	assert_int_equal(cpus.count, 0);
	assert_null(list((struct bytes){0}, &cpus));
	assert_int_equal(mp_capacity((struct bytes){0}), 0);
}

static void the_table_is_found_in_each_place(void **state)
{
	static const uint64_t places[] = {EBDA, EBDA + 1008, LAST_KIB, ROM + 0x1230, MIB - 16};
	static const struct entry entries[] = {PROCESSOR(0, 1)};
	struct unit_writer table = table_of(COUNT_OF(entries), entries);

	put(0x8000, &table);
	for (size_t i = 0; i < COUNT_OF(places); i++) {
		put_pointer(places[i], 0x8000);
		assert_int_equal(mp_find(map, EBDA).size, table.size);
		memset(memory + places[i], 0, 16);
		assert_int_equal(mp_find(map, EBDA).size, 0);
	}
	put_pointer(EBDA, 0x8000);
	assert_int_equal(mp_find(map, 0).size, 0);
	assert_int_equal(mp_find(map, MIB - 16).size, 0); /* the EBDA would reach beyond */
}

static void a_spoilt_pointer_or_table_is_passed_over(void **state)
{
	static const struct entry entries[] = {PROCESSOR(0, 1)};
	struct unit_writer table = table_of(COUNT_OF(entries), entries);

	put(0x8000, &table);
	for (size_t i = 0; i < 16; i++) {
		put_pointer(LAST_KIB, 0x8000);
		memory[LAST_KIB + i] ^= 1;
		assert_int_equal(mp_find(map, 0).size, 0);
	}
	put_pointer(LAST_KIB, 0x8000);
	for (size_t i = 0; i < table.size; i++) {
		put(0x8000, &table);
		memory[0x8000 + i] ^= 1;
		assert_int_equal(mp_find(map, 0).size, 0);
	}
	put(0x8000, &table);
	put_pointer(LAST_KIB, MIB - 20);
	put_pointer(ROM, 0x8000);
	assert_int_equal(mp_find(map, 0).size, table.size);
}

/* The header has 44 bytes. With a shorter length, what follows would be read as its end. */
static void a_table_shorter_than_its_header_is_none(void **state)
{
	for (unsigned length = 0; length <= HEADER_SIZE; length++) {
		struct unit_writer table = table_of(0, NULL);

		unit_set(&table, 4, length, 2);
		table.at[7] = 0;
		table.at[7] = (uint8_t)-bytes_sum((struct bytes){table.at, length});
		put(0x8000, &table);
		put_pointer(LAST_KIB, 0x8000);
		assert_int_equal(mp_find(map, 0).size, length == HEADER_SIZE ? length : 0);
	}
}

static void there_is_room_for_as_many_cpus_as_the_table_can_list(void **state)
{
	static const uint8_t zeros[HEADER_SIZE + 60];
	static const struct {
		size_t size;
		uint32_t capacity;
	} cases[] = {{0, 0}, {43, 0}, {44, 0}, {63, 0}, {64, 1}, {83, 1}, {84, 2}, {104, 3}};

	for (size_t i = 0; i < COUNT_OF(cases); i++)
		assert_int_equal(mp_capacity((struct bytes){zeros, cases[i].size}),
		                 cases[i].capacity);
}

static void each_cpu_is_recognized_when_it_is_listed_again(void **state)
{
	for (uint8_t again = 0; again < 3; again++) {
		const struct entry entries[] = {PROCESSOR(0, 1), PROCESSOR(1, 1), PROCESSOR(2, 1),
		                                PROCESSOR(again, 1)};
		struct unit_writer table = table_of(COUNT_OF(entries), entries);
		struct listed_cpus cpus;

		assert_null(list(unit_written(&table), &cpus));
		assert_int_equal(cpus.count, 3);
		assert_int_equal(cpus.duplicates, 1);
	}
}

static void a_pointer_elsewhere_or_to_0_is_none(void **state)
{
	static const struct entry entries[] = {PROCESSOR(0, 1)};
	struct unit_writer table = table_of(COUNT_OF(entries), entries);

	put(0x8000, &table);
	put_pointer(LAST_KIB + 4, 0x8000);
	assert_int_equal(mp_find(map, 0).size, 0);
	put_pointer(0, 0x8000); /* no EBDA is searched at 0 */
	assert_int_equal(mp_find(map, 0).size, 0);
	put(0, &table);
	put_pointer(LAST_KIB, 0);
	assert_int_equal(mp_find(map, 0).size, 0);
}

/* Maps nothing but what may be searched: the last KiB before the end of memory. */
static const void *map_one_kib(uint64_t phys, uint64_t size)
{
	return phys == 0x8000 || (phys == EBDA && size <= 1024) ? map(phys, size) : NULL;
}

static void no_more_than_a_kib_is_searched(void **state)
{
	struct unit_writer table = table_of(0, NULL);

	put(0x8000, &table);
	put_pointer(EBDA + 1008, 0x8000);
	assert_int_equal(mp_find(map_one_kib, EBDA).size, table.size);
}

int main(void)
{
	static const struct CMUnitTest rules[] = {
		cmocka_unit_test(enabled_cpus_are_listed_once_each),
		cmocka_unit_test(what_comes_before_a_defect_is_listed),
		cmocka_unit_test(a_table_without_entries_lists_nothing),
		cmocka_unit_test(the_table_is_found_in_each_place),
		cmocka_unit_test(a_spoilt_pointer_or_table_is_passed_over),
		cmocka_unit_test(a_table_shorter_than_its_header_is_none),
		cmocka_unit_test(there_is_room_for_as_many_cpus_as_the_table_can_list),
		cmocka_unit_test(each_cpu_is_recognized_when_it_is_listed_again),
		cmocka_unit_test(only_the_lowest_flag_enables_a_cpu),
		cmocka_unit_test(no_more_ids_are_listed_than_there_is_room_for),
		cmocka_unit_test(a_pointer_elsewhere_or_to_0_is_none),
		cmocka_unit_test(no_more_than_a_kib_is_searched),
	};

	return unit_run(rules, COUNT_OF(rules));
}
