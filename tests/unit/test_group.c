/* kernel/record/group.h: CPUs with the same facts share a line. */
#include "kernel/record/group.h"
#include "tests/unit/cpus.h"

static bool same_signature(const struct cpu *a, const struct cpu *b, const void *context)
{
	return a->evidence.signature == b->evidence.signature;
}

/* CPUs with these signatures. */
static struct group group_of(const uint32_t *signatures, uint32_t count)
{
	struct cpu_list *cpus = unit_take(sizeof(*cpus));

	*cpus = cpus_entered(count);
	for (uint32_t i = 0; i < count; i++)
		cpus->cpu[i]->evidence.signature = signatures[i];
	return (struct group){.cpus = cpus, .same = same_signature};
}

static const char *indices_of(const struct group *group)
{
	struct unit_capture *capture = unit_capture();

	group_print_indices(group, &capture->text);
	return capture->at;
}

static void no_cpus_are_no_groups(void **state)
{
	struct group group = group_of(NULL, 0);

	assert_false(group_next(&group, 0));
}

static void equal_cpus_are_one_group(void **state)
{
	struct group group = group_of((uint32_t[]){7, 7, 7}, 3);

	assert_true(group_next(&group, 0));
	assert_int_equal(group.first, 0);
	assert_int_equal(group.count, 3);
	assert_string_equal(indices_of(&group), "0-2");
	assert_false(group_next(&group, group.first + 1));
}

static void groups_come_in_the_order_of_their_first_members(void **state)
{
	struct group group = group_of((uint32_t[]){5, 3, 5, 1, 3, 5}, 6);

	assert_true(group_next(&group, 0));
	assert_string_equal(indices_of(&group), "0,2,5");
	assert_true(group_next(&group, group.first + 1));
	assert_string_equal(indices_of(&group), "1,4");
	assert_true(group_next(&group, group.first + 1));
	assert_string_equal(indices_of(&group), "3");
	assert_false(group_next(&group, group.first + 1));
}

static void groups_contain_every_cpu_once_however_they_mix(void **state)
{
	uint32_t random = 1;

	for (unsigned round = 0; round < 200; round++) {
		uint32_t signatures[24], seen[24] = {0}, total = 0;
		struct group group;

		for (size_t i = 0; i < COUNT(signatures); i++)
			signatures[i] = unit_random(&random) % (1 + round % 8);
		group = group_of(signatures, COUNT(signatures));
		for (uint32_t from = 0; group_next(&group, from); from = group.first + 1) {
			for (uint32_t i = group.first; i < COUNT(signatures); i++) {
				assert_int_equal(group_has(&group, i),
				                 signatures[i] == signatures[group.first]);
				seen[i] += group_has(&group, i);
			}
			total += group.count;
		}
		assert_int_equal(total, COUNT(signatures));
		for (size_t i = 0; i < COUNT(signatures); i++)
			assert_int_equal(seen[i], 1);
	}
}

static unsigned long compared;

static bool same_signature_counted(const struct cpu *a, const struct cpu *b, const void *context)
{
	compared++;
	return same_signature(a, b, context);
}

/* Returns the comparisons that it takes to find and print the groups of neighbours. */
static unsigned long cost_of(uint32_t count, uint32_t groups)
{
	uint32_t *signatures = unit_take(count * sizeof(*signatures));
	uint32_t found = 0;
	struct group group;

	for (uint32_t i = 0; i < count; i++)
		signatures[i] = (uint32_t)((uint64_t)i * groups / count);
	group = group_of(signatures, count);
	group.same = same_signature_counted;
	compared = 0;
	for (uint32_t from = 0; group_next(&group, from); from = group.first + 1) {
		group_print_begin(&group, &unit_capture()->text);
		group_print_apic_ids(&group, &unit_capture()->text);
		found++;
	}
	assert_int_equal(found, groups);
	return compared;
}

static void comparisons_grow_with_cpus_and_groups_only(void **state)
{
	static const uint32_t groups[] = {1, 2, 16, 64};

	for (uint32_t count = 64; count <= 4096; count *= 4) {
		for (size_t i = 0; i < COUNT(groups); i++)
			assert_in_range(cost_of(count, groups[i]), count - 1, count * groups[i]);
	}
}

static void apic_ids_are_the_members_own(void **state)
{
	struct group group = group_of((uint32_t[]){5, 3, 5, 5}, 4);
	struct unit_capture *capture = unit_capture();

	group.cpus->cpu[3]->found.apic_id = 5;
	assert_true(group_next(&group, 0));
	group_print_apic_ids(&group, &capture->text);
	assert_string_equal(capture->at, "0,4-5");
}

static void a_line_begins_with_one_cpu_or_several_cpus(void **state)
{
	struct group group = group_of((uint32_t[]){5, 3, 5}, 3);
	struct unit_capture *several = unit_capture(), *one = unit_capture();

	assert_true(group_next(&group, 0));
	group_print_begin(&group, &several->text);
	assert_string_equal(several->at, "cpus 0,2: ");
	assert_true(group_next(&group, 1));
	group_print_begin(&group, &one->text);
	assert_string_equal(one->at, "cpu 1: ");
}

int main(void)
{
	static const struct CMUnitTest rules[] = {
		cmocka_unit_test(no_cpus_are_no_groups),
		cmocka_unit_test(equal_cpus_are_one_group),
		cmocka_unit_test(groups_come_in_the_order_of_their_first_members),
		cmocka_unit_test(groups_contain_every_cpu_once_however_they_mix),
		cmocka_unit_test(comparisons_grow_with_cpus_and_groups_only),
		cmocka_unit_test(apic_ids_are_the_members_own),
		cmocka_unit_test(a_line_begins_with_one_cpu_or_several_cpus),
	};

	return unit_run(rules, COUNT(rules));
}
