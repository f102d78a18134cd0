/* log_later() of kernel/console/log.h: what is printed later keeps its time and its place. */
#include "kernel/console/log.h"
#include "tests/unit/log_clock.h"

struct fact {
	char name;
	bool fails; /* in the middle of the line, as by an exception */
	uint8_t more[40];
};

static void print_fact(const void *facts)
{
	const struct fact *fact = facts;

	text_print(&log_stamped, "boot: %c", fact->name);
	if (fact->fails) {
		log_finish_line();
		log_line("cpu 0", "error");
	} else {
		text_print(&log_stamped, "\n");
	}
}

static void keep(char name, uint64_t at)
{
	struct fact fact = {.name = name};

	ticks = 1000 + at;
	log_later(print_fact, &fact, sizeof(fact));
	fact.name = '?';
}

static void what_is_printed_later_comes_before_the_next_line_with_its_own_time(void **state)
{
	keep('a', 3);
	keep('b', 5);
	assert_string_equal(read_rest(&console), "");
	ticks = 1000 + 7;
	log_line("smp", "c");
	ticks++;
	log_line("smp", "d");
	assert_string_equal(read_rest(&console),
	                    "[    0.000003] boot: a\r\n[    0.000005] boot: b\r\n"
	                    "[    0.000007] smp: c\r\n[    0.000008] smp: d\r\n");
}

static void what_is_printed_later_comes_before_a_bare_line_too(void **state)
{
	keep('a', 3);
	text_print(&log_bare, "REPORT\n");
	assert_string_equal(read_rest(&console), "[    0.000003] boot: a\r\nREPORT\r\n");
}

static void a_panic_while_it_is_printed_loses_only_that_line(void **state)
{
	const struct fact broken = {.name = 'x', .fails = true};

	keep('a', 3);
	log_later(print_fact, &broken, sizeof(broken));
	keep('b', 4);
	ticks = 1000 + 9;
	log_line("smp", "c");
	assert_string_equal(read_rest(&console),
	                    "[    0.000003] boot: a\r\n[    0.000004] boot: b\r\n"
	                    "[    0.000009] cpu 0: error\r\n[    0.000009] smp: c\r\n");
}

static void what_is_too_much_to_be_kept_is_printed_at_once(void **state)
{
	struct {
		struct fact fact;
		uint8_t more[100];
	} large = {.fact.name = 'z'};

	keep('a', 3);
	ticks = 1000 + 4;
	log_later(print_fact, &large, sizeof(large));
	assert_string_equal(read_rest(&console),
	                    "[    0.000003] boot: a\r\n[    0.000004] boot: z\r\n");
	for (int name = 'b'; name <= 'y'; name++)
		keep((char)name, 5);
	log_line("smp", "all");
	assert_non_null(strstr(read_rest(&console), "boot: x\r\n[    0.000005] boot: y\r\n"
	                                            "[    0.000005] smp: all\r\n"));
}

/* Facts of any size: print_sized() prints only the first byte. */
static void print_sized(const void *facts)
{
	text_print(&log_stamped, "boot: %c\n", *(const char *)facts);
}

static void as_much_as_64_bytes_of_facts_are_kept(void **state)
{
	static const char facts[65] = "s";

	ticks = 1000 + 1;
	log_later(print_sized, facts, 64);
	assert_string_equal(read_rest(&console), "");
	ticks = 1000 + 2;
	log_later(print_sized, facts, 65);
	assert_string_equal(read_rest(&console),
	                    "[    0.000001] boot: s\r\n[    0.000002] boot: s\r\n");
}

/* There is room for eight in all: it is not used again. */
static void the_ninth_is_printed_at_once_after_the_others(void **state)
{
	for (uint64_t i = 1; i <= 8; i++)
		keep((char)('a' + i), i);
	assert_string_equal(read_rest(&console), "");
	keep('z', 9);
	assert_string_equal(read_rest(&console),
	                    "[    0.000001] boot: b\r\n[    0.000002] boot: c\r\n"
	                    "[    0.000003] boot: d\r\n[    0.000004] boot: e\r\n"
	                    "[    0.000005] boot: f\r\n[    0.000006] boot: g\r\n"
	                    "[    0.000007] boot: h\r\n[    0.000008] boot: i\r\n"
	                    "[    0.000009] boot: z\r\n");
	keep('y', 10);
	assert_string_equal(read_rest(&console), "[    0.000010] boot: y\r\n");
}

static void what_comes_in_the_middle_of_a_line_is_printed_after_it(void **state)
{
	ticks = 1000;
	text_print(&log_stamped, "smp: one ");
	keep('a', 1);
	text_print(&log_stamped, "line\n");
	text_print(&log_bare, "two ");
	keep('b', 2);
	text_print(&log_bare, "lines\n");
	ticks = 1000 + 3;
	log_line("smp", "three");
	assert_string_equal(read_rest(&console),
	                    "[    0.000000] smp: one line\r\n[    0.000001] boot: a\r\n"
	                    "two lines\r\n[    0.000002] boot: b\r\n"
	                    "[    0.000003] smp: three\r\n");
}

int main(void)
{
	static const struct CMUnitTest rules[] = {
		cmocka_unit_test(
			what_is_printed_later_comes_before_the_next_line_with_its_own_time),
		cmocka_unit_test(what_is_printed_later_comes_before_a_bare_line_too),
		cmocka_unit_test(a_panic_while_it_is_printed_loses_only_that_line),
		cmocka_unit_test(what_is_too_much_to_be_kept_is_printed_at_once),
		cmocka_unit_test(as_much_as_64_bytes_of_facts_are_kept),
		cmocka_unit_test(the_ninth_is_printed_at_once_after_the_others),
		cmocka_unit_test(what_comes_in_the_middle_of_a_line_is_printed_after_it),
	};

	return unit_run(rules, COUNT_OF(rules));
}
