/* kernel/record/phantoms.h */
#include "kernel/record/phantoms.h"
#include "tests/unit/cpus.h"
#include "tests/unit/unit.h"

enum { MOST = 64 };

struct list {
	uint32_t ids[MOST];
	uint32_t count;
};

static void add(struct list *list, uint32_t first, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		list->ids[list->count++] = first + i;
}

/* Gives the list exactly the room that it needs, so that ASan notices what goes beyond. */
static uint32_t move(struct list *list, unsigned package_shift)
{
	size_t size = list->count * sizeof(uint32_t);
	uint32_t *ids = unit_take(size), moved;

	memcpy(ids, list->ids, size);
	moved = phantoms_move_last(ids, list->count, package_shift);
	memcpy(list->ids, ids, size);
	return moved;
}

static void one_package_has_no_phantoms(void **state)
{
	struct list list = {0};

	add(&list, 0, 16);
	assert_int_equal(move(&list, 4), 0);
}

static void an_id_far_from_the_packages_comes_last(void **state)
{
	struct list list = {0};

	add(&list, 0, 4);
	add(&list, 0x17161514, 1);
	add(&list, 4, 4);
	assert_int_equal(move(&list, 4), 1);
	for (uint32_t i = 0; i < 8; i++)
		assert_int_equal(list.ids[i], i);
	assert_int_equal(list.ids[8], 0x17161514);
}

static void a_whole_package_is_never_a_phantom(void **state)
{
	struct list list = {0};

	add(&list, 0, 8);
	add(&list, 0x1000, 8);
	add(&list, 0x2000, 4);
	assert_int_equal(move(&list, 4), 0);
}

/* A second socket with only one listed CPU: unusual, but next to the first. */
static void the_next_package_is_taken_seriously(void **state)
{
	struct list list = {0};

	add(&list, 0, 8);
	add(&list, 0x10, 1);
	assert_int_equal(move(&list, 4), 0);
	list.ids[8] = 0x20;
	assert_int_equal(move(&list, 4), 1);
}

/* Virtual machines give each CPU a package: nothing is known of them then. */
static void packages_of_one_or_two_cpus_say_nothing(void **state)
{
	struct list list = {.ids = {0, 1, 2, 0x17161514}, .count = 4};
	struct list pairs = {.ids = {0, 1, 0x17161514}, .count = 3};

	assert_int_equal(move(&list, 0), 0);
	assert_int_equal(move(&pairs, 1), 0);
}

static void the_bsp_stays_first_and_several_keep_their_order(void **state)
{
	struct list list = {.ids = {6, 0x300, 4, 0x200, 5, 7}, .count = 6};
	static const uint32_t expected[] = {6, 4, 5, 7, 0x300, 0x200};

	assert_int_equal(move(&list, 3), 2);
	assert_memory_equal(list.ids, expected, sizeof(expected));
}

static struct machine with_phantoms(uint32_t count, uint32_t phantoms)
{
	struct machine machine = cpus_machine(count);

	for (uint32_t i = count - phantoms; i < count; i++) {
		machine.cpus.cpu[i]->found.fits_no_package = true;
		machine.cpus.cpu[i]->progress.failure = REASON_AP_TIMEOUT;
		machine.cpus.cpu[i]->progress.last_step = CPU_SILENT;
	}
	return machine;
}

static void those_that_did_not_start_are_dropped(void **state)
{
	struct machine machine = with_phantoms(4, 2);

	assert_int_equal(phantoms_drop(&machine.cpus), 2);
	assert_int_equal(machine.cpus.count, 2);
}

static void if_one_starts_all_of_them_exist(void **state)
{
	struct machine machine = with_phantoms(4, 2);

	machine.cpus.cpu[3]->progress.last_step = CPU_LONG_MODE;
	assert_int_equal(phantoms_drop(&machine.cpus), 0);
	assert_int_equal(machine.cpus.count, 4);
}

static void a_cpu_that_fits_and_did_not_start_stays(void **state)
{
	struct machine machine = with_phantoms(4, 1);

	machine.cpus.cpu[2]->progress.failure = REASON_AP_TIMEOUT;
	assert_int_equal(phantoms_drop(&machine.cpus), 1);
	assert_int_equal(machine.cpus.count, 3);
}

/* Two packages of four CPUs: an ID of package 4 is further from them than they are many. */
static void a_package_counts_once_however_many_cpus_it_has(void **state)
{
	struct list list = {0};

	add(&list, 0, 4);
	add(&list, 0x10, 4);
	add(&list, 0x30, 1);
	assert_int_equal(move(&list, 4), 0);
	list.ids[8] = 0x40;
	assert_int_equal(move(&list, 4), 1);
}

/* Half of the BSP's package or more is a whole package. */
static void a_far_package_is_whole_from_half_of_the_bsps_on(void **state)
{
	for (uint32_t own = 3; own <= 16; own++) {
		for (uint32_t far = 1; far <= own; far++) {
			struct list list = {0};

			add(&list, 0, own);
			add(&list, 0x1000, far);
			assert_int_equal(move(&list, 4), far * 2 >= own ? 0 : far);
		}
	}
}

static void nothing_beyond_the_list_is_read(void **state)
{
	static const uint32_t ids[] = {0, 1, 0x1000, 2, 3};
	uint32_t *exactly = unit_take(sizeof(ids));

	memcpy(exactly, ids, sizeof(ids));
	assert_int_equal(phantoms_move_last(exactly, COUNT_OF(ids), 4), 1);
	assert_int_equal(exactly[4], 0x1000);
	memcpy(exactly, ids, sizeof(ids));
	assert_int_equal(phantoms_move_last(exactly + 1, 4, 4), 1);
	assert_int_equal(exactly[4], 0x1000);
}

static void all_may_be_dropped(void **state)
{
	struct machine machine = with_phantoms(3, 3);

	assert_int_equal(phantoms_drop(&machine.cpus), 3);
	assert_int_equal(machine.cpus.count, 0);
}

int main(void)
{
	static const struct CMUnitTest rules[] = {
		cmocka_unit_test(one_package_has_no_phantoms),
		cmocka_unit_test(an_id_far_from_the_packages_comes_last),
		cmocka_unit_test(a_whole_package_is_never_a_phantom),
		cmocka_unit_test(the_next_package_is_taken_seriously),
		cmocka_unit_test(packages_of_one_or_two_cpus_say_nothing),
		cmocka_unit_test(the_bsp_stays_first_and_several_keep_their_order),
		cmocka_unit_test(those_that_did_not_start_are_dropped),
		cmocka_unit_test(if_one_starts_all_of_them_exist),
		cmocka_unit_test(a_cpu_that_fits_and_did_not_start_stays),
		cmocka_unit_test(a_package_counts_once_however_many_cpus_it_has),
		cmocka_unit_test(a_far_package_is_whole_from_half_of_the_bsps_on),
		cmocka_unit_test(nothing_beyond_the_list_is_read),
		cmocka_unit_test(all_may_be_dropped),
	};

	return unit_run(rules, COUNT_OF(rules));
}
