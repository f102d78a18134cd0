/* kernel/discover/cpu_list.h: the CPUs to use, by the MP table of a machine without ACPI. */
#include "tests/unit/cpu_list_machine.h"

static struct unit_writer table_of(size_t size, const uint8_t *apic_ids)
{
	struct unit_writer table = {0};

	unit_fill(&table, 44);
	for (size_t i = 0; i < size; i++) {
		unit_put(&table, 0, 1);
		unit_put(&table, apic_ids[i], 1);
		unit_put(&table, 0x14 | 1 << 8, 2);
		unit_fill(&table, 44 + 20 * (i + 1));
	}
	return table;
}

static enum reason make(const struct unit_writer *mp, bool kexec, struct cpu_list *list)
{
	struct cpu_source source = {.mp = unit_written(mp), .kexec = kexec};
	struct options options = {0};

	lines = unit_capture();
	return cpu_list_make(&source, &options, list);
}

static void the_mp_table_serves_without_a_madt(void **state)
{
	struct unit_writer table = table_of(2, (uint8_t[]){4, 0});
	struct cpu_list list;

	unit_put(&table, 9, 1);
	assert_int_equal(make(&table, false, &list), REASON_NONE);
	ASSERT_IDS(&list, 0, 4);
	assert_said("the MP table's, which may leave out hyper-threads: CPUs enabled: 2, not "
	            "enabled: 0\n");
	assert_said("MP table: at offset 84 of 85, an entry has an unknown type; later "
	            "entries are ignored\n");
}

static void a_table_without_cpus_is_no_list(void **state)
{
	struct unit_writer table = table_of(0, NULL);
	struct cpu_list list;

	assert_int_equal(make(&table, false, &list), REASON_NO_CPU_LIST);
	ASSERT_IDS(&list, 0);
}

static void every_cpu_knows_that_linux_ran_on_it(void **state)
{
	struct unit_writer table = table_of(2, (uint8_t[]){0, 1});
	struct cpu_list list;

	assert_int_equal(make(&table, true, &list), REASON_NONE);
	assert_true(list.cpu[0]->found.kexec && list.cpu[1]->found.kexec);
	assert_int_equal(make(&table, false, &list), REASON_NONE);
	assert_false(list.cpu[0]->found.kexec || list.cpu[1]->found.kexec);
}

/* The memory that rootmode takes first depends on the number of CPUs, also without a MADT. */
static void the_cpus_are_counted_before_they_are_listed(void **state)
{
	struct unit_writer table = table_of(3, (uint8_t[]){0, 1, 2});
	struct cpu_source source = {.mp = unit_written(&table)}, none = {0};
	static const struct {
		uint32_t cpus, expected;
	} cases[] = {{0, 3}, {1, 1}, {2, 2}, {3, 3}, {4, 3}};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct options options = {.cpus = cases[i].cpus};

		assert_int_equal(cpu_list_count(&source, &options), cases[i].expected);
		assert_int_equal(cpu_list_count(&none, &options), 0);
	}
}

int main(void)
{
	static const struct CMUnitTest rules[] = {
		cmocka_unit_test(the_mp_table_serves_without_a_madt),
		cmocka_unit_test(a_table_without_cpus_is_no_list),
		cmocka_unit_test(every_cpu_knows_that_linux_ran_on_it),
		cmocka_unit_test(the_cpus_are_counted_before_they_are_listed),
	};

	return unit_run(rules, COUNT_OF(rules));
}
