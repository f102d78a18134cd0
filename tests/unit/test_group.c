/* kernel/record/group.h: CPUs with the same facts share a line. */
#include "kernel/record/group.h"
#include "tests/unit/cpus.h"

static unsigned long compared;

static int by_signature(const struct cpu *a, const struct cpu *b, const void *context)
{
	compared++;
	return (int)a->evidence.signature - (int)b->evidence.signature;
}

/* CPUs with these signatures. */
static struct group group_of(const uint32_t *signatures, uint32_t count)
{
	struct cpu_list *cpus = unit_take(sizeof(*cpus));

	*cpus = cpus_entered(count);
	for (uint32_t i = 0; i < count; i++)
		cpus->cpu[i]->evidence.signature = signatures[i];
	return (struct group){.cpus = cpus, .order = by_signature};
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

/* Counts how often each CPU is a member. The members must come in the order of the list. */
static uint32_t count_members(struct group *group, uint32_t *seen)
{
	uint32_t total = 0;

	for (uint32_t from = 0; group_next(group, from); from = group->first + 1) {
		uint32_t members = 0, next = group->first;

		assert_in_range(group->first, from, group->cpus->count - 1);
		for (const struct cpu *cpu = group_first(group); cpu != NULL;
		     cpu = group_after(cpu), members++) {
			assert_true(cpu->found.index >= next);
			assert_int_equal(cpu->evidence.signature,
			                 group_first(group)->evidence.signature);
			next = cpu->found.index + 1;
			seen[cpu->found.index]++;
		}
		assert_int_equal(group->count, members);
		total += members;
	}
	return total;
}

static void groups_contain_every_cpu_once_however_they_mix(void **state)
{
	uint32_t random = 1;

	for (uint32_t count = 0; count < 70; count++) {
		for (uint32_t different = 1; different <= count; different++) {
			uint32_t signatures[70], seen[70] = {0};
			struct group group;

			for (uint32_t i = 0; i < count; i++)
				signatures[i] = unit_random(&random) % different;
			group = group_of(signatures, count);
			assert_int_equal(count_members(&group, seen), count);
			for (uint32_t i = 0; i < count; i++)
				assert_int_equal(seen[i], 1);
		}
	}
}

/* Two groups with one signature would have lost what they have in common. */
static void equal_cpus_are_never_in_two_groups(void **state)
{
	uint32_t random = 2;

	for (unsigned round = 0; round < 500; round++) {
		uint32_t signatures[50], groups[50] = {0};
		struct group group;

		for (size_t i = 0; i < COUNT_OF(signatures); i++)
			signatures[i] = unit_random(&random) % (1 + round % 50);
		group = group_of(signatures, COUNT_OF(signatures));
		for (uint32_t from = 0; group_next(&group, from); from = group.first + 1)
			assert_int_equal(groups[signatures[group.first]]++, 0);
	}
}

/* A CPU that hung may write its record while the others are compared with it. */
static int by_chance(const struct cpu *a, const struct cpu *b, const void *context)
{
	static uint32_t random = 3;

	return (int)(unit_random(&random) % 3) - 1;
}

static void groups_end_whatever_the_records_say(void **state)
{
	for (uint32_t round = 0; round < 1000; round++) {
		uint32_t signatures[40] = {0}, seen[40] = {0};
		struct group group = group_of(signatures, round % 40);

		group.order = by_chance;
		for (uint32_t from = 0; group_next(&group, from); from = group.first + 1) {
			for (const struct cpu *cpu = group_first(&group); cpu != NULL;
			     cpu = group_after(cpu))
				seen[cpu->found.index]++;
		}
		for (uint32_t i = 0; i < round % 40; i++)
			assert_int_equal(seen[i], 1);
	}
}

static void without_an_order_each_cpu_is_alone(void **state)
{
	struct group group = group_of((uint32_t[]){7, 7, 7}, 3);
	uint32_t seen[3] = {0};

	assert_true(group_next(&group, 0));
	assert_string_equal(indices_of(&group), "0-2");
	group = (struct group){.cpus = group.cpus};
	for (uint32_t i = 0; i < 3; i++) {
		assert_true(group_next(&group, i));
		assert_int_equal(group.first, i);
		assert_int_equal(group.count, 1);
	}
	assert_false(group_next(&group, 3));
	assert_int_equal(count_members(&group, seen), 3);
}

static void put_nowhere(struct text *text, char character)
{
}

/* Returns the comparisons that it takes to find and print the groups. */
static unsigned long cost_of(const uint32_t *signatures, uint32_t count, uint32_t groups)
{
	struct group group = group_of(signatures, count);
	struct text nowhere = {put_nowhere};
	uint32_t found = 0;

	compared = 0;
	for (uint32_t from = 0; group_next(&group, from); from = group.first + 1) {
		group_print_begin(&group, &nowhere);
		group_print_apic_ids(&group, &nowhere);
		found++;
	}
	assert_int_equal(found, groups);
	return compared;
}

static unsigned log2_of(uint32_t power)
{
	return (unsigned)__builtin_ctz(power);
}

static void comparisons_grow_with_the_logarithm_of_the_groups(void **state)
{
	static uint32_t blocks[4096], turns[4096], backwards[4096];

	for (uint32_t count = 64; count <= 4096; count *= 4) {
		for (uint32_t groups = 1; groups <= count; groups *= 2) {
			unsigned long rounds = log2_of(groups) + 1;
			unsigned long most = count * (rounds + 1);

			for (uint32_t i = 0; i < count; i++) {
				blocks[i] = i * groups / count;
				turns[i] = i % groups;
				backwards[i] = groups - 1 - blocks[i];
			}
			assert_in_range(cost_of(blocks, count, groups), count - 1,
			                count - 1 + groups * rounds);
			assert_in_range(cost_of(turns, count, groups), count - 1, most);
			assert_in_range(cost_of(backwards, count, groups), count - 1, most);
		}
		assert_int_equal(cost_of((uint32_t[4096]){0}, count, 1), count - 1);
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
		cmocka_unit_test(equal_cpus_are_never_in_two_groups),
		cmocka_unit_test(groups_end_whatever_the_records_say),
		cmocka_unit_test(without_an_order_each_cpu_is_alone),
		cmocka_unit_test(comparisons_grow_with_the_logarithm_of_the_groups),
		cmocka_unit_test(apic_ids_are_the_members_own),
		cmocka_unit_test(a_line_begins_with_one_cpu_or_several_cpus),
	};

	return unit_run(rules, COUNT_OF(rules));
}
