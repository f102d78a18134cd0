/*
 * kernel/tables/options.h: the command line. An unknown option causes a warning and nothing
 * else.
 */
#include "kernel/tables/options.h"
#include "tests/unit/unit.h"

/* The words with a warning, each with ~ and the option that it resembles or ?, and a semicolon. */
static struct unit_capture *warnings;

static void note_warning(void *context, struct bytes word, enum option_fault fault,
                         const char *detail)
{
	assert_ptr_equal(context, &warnings);
	assert_int_equal(detail == NULL, fault == OPTION_UNKNOWN);
	text_print(&warnings->text, "%.*s", (int)word.size, (const char *)word.at);
	if (fault == OPTION_MISSPELT)
		text_print(&warnings->text, "~%s", detail);
	else if (fault == OPTION_UNKNOWN)
		text_print(&warnings->text, "?");
	else
		assert_true(detail != NULL && detail[0] != '\0');
	text_print(&warnings->text, ";");
}

static struct options parse(const char *command_line)
{
	struct options options;

	memset(&options, 0xAA, sizeof(options));
	warnings = unit_capture();
	options_parse(unit_string_bytes(command_line), &options, note_warning, &warnings);
	return options;
}

static void assert_defaults(struct options options)
{
	assert_false(options.observe);
	assert_false(options.misspelt);
	assert_false(options.verbose);
	assert_false(options.monitor);
	assert_int_equal(options.cpus, 0);
	assert_int_equal(options.exit, EXIT_HALT);
	assert_false(options.consoles_named);
	assert_int_equal(options.console_count, 0);
}

static void nothing_said_leaves_the_defaults_without_a_warning(void **state)
{
	assert_defaults(options_default());
	assert_defaults(parse(""));
	assert_string_equal(warnings->at, "");
	assert_defaults(parse("     "));
	assert_string_equal(warnings->at, "");
}

static void options_stand_between_any_number_of_spaces(void **state)
{
	struct options options =
		parse("  observe   verbose monitor prove selftest bench caps results  ");

	assert_true(options.observe);
	assert_true(options.verbose);
	assert_true(options.monitor);
	assert_true(options.prove);
	assert_true(options.selftest);
	assert_false(options.selftest_all);
	assert_true(options.bench);
	assert_true(options.caps);
	assert_true(options.results);
	assert_string_equal(warnings->at, "");
}

static void the_qr_code_can_be_disabled(void **state)
{
	assert_false(parse("").no_qr);
	assert_true(parse("qr=off").no_qr);
	assert_false(parse("qr=off qr=on").no_qr);
	assert_string_equal(warnings->at, "");
	assert_false(parse("qr=maybe").no_qr);
	assert_string_equal(warnings->at, "qr=maybe;");
}

static void each_way_to_exit_has_its_name(void **state)
{
	assert_int_equal(parse("exit=debug exit=halt").exit, EXIT_HALT);
	assert_string_equal(warnings->at, "");
	assert_int_equal(parse("exit=reboot").exit, EXIT_REBOOT);
	assert_int_equal(parse("exit=poweroff").exit, EXIT_POWEROFF);
	assert_int_equal(parse("exit=debug").exit, EXIT_DEBUG);
	assert_string_equal(warnings->at, "");
	assert_int_equal(parse("exit=debug exit=crash").exit, EXIT_DEBUG);
	assert_string_equal(warnings->at, "exit=crash;");
}

/* The options that take a count. */
static const char *const counts[] = {"cpus=", "cycles="};

static uint32_t parse_count(size_t option, const char *value)
{
	char line[64];
	struct options options;

	snprintf(line, sizeof(line), "%s%s", counts[option], value);
	options = parse(line);
	return option == 0 ? options.cpus : options.cycles;
}

static void counts_are_decimal_numbers_from_1_on(void **state)
{
	for (size_t i = 0; i < COUNT_OF(counts); i++) {
		assert_int_equal(parse_count(i, "1"), 1);
		assert_string_equal(warnings->at, "");
		assert_int_equal(parse_count(i, "4096"), 4096);
		assert_string_equal(warnings->at, "");
		assert_int_equal(parse_count(i, "4294967295"), UINT32_MAX);
		assert_string_equal(warnings->at, "");
	}
}

static void a_malformed_count_is_warned_of_and_changes_nothing(void **state)
{
	static const char *const malformed[] = {"",   "0",  "-1",         "0x4",
	                                        "4x", ",1", "4294967296", "four"};

	for (size_t i = 0; i < COUNT_OF(counts); i++) {
		for (size_t value = 0; value < COUNT_OF(malformed); value++) {
			assert_int_equal(parse_count(i, malformed[value]), 0);
			assert_int_equal(unit_occurrences(warnings->at, ";"), 1);
		}
	}
	assert_false(parse("cycles=x").prove);
}

static void cycles_ask_for_the_proof(void **state)
{
	assert_true(parse("cycles=3").prove);
}

static void the_selftest_runs_on_all_cpus_only_if_told(void **state)
{
	assert_false(parse("selftest").selftest_all);
	assert_true(parse("selftest=all").selftest);
	assert_true(parse("selftest=all").selftest_all);
	assert_true(parse("selftest=all selftest").selftest_all);
	assert_string_equal(warnings->at, "");
	assert_false(parse("selftest=most").selftest);
	assert_string_equal(warnings->at, "selftest=most;");
}

static void words_of_other_kernels_are_named_and_ignored(void **state)
{
	struct options options =
		parse("BOOT_IMAGE=/vmlinuz quiet root=/dev/sda1 -- ro prove single");

	assert_true(options.prove);
	assert_false(options.observe);
	assert_false(options.misspelt);
	assert_string_equal(warnings->at,
	                    "BOOT_IMAGE=/vmlinuz?;quiet?;root=/dev/sda1?;--?;ro?;single?;");
}

static void after_a_misspelt_option_nothing_is_written(void **state)
{
	static const struct {
		const char *line;
		const char *warnings;
	} cases[] = {
		{"observ", "observ~observe;"},
		{"prov verbose", "prov~prove;"},
		{"prove exti=debug", "exti=debug~exit;"},
		{"observe=1", "observe=1~observe;"},
		{"prove=0 quiet", "prove=0~prove;quiet?;"},
		{"Verbose", "Verbose~verbose;"},
		{"observe,verbose", "observe,verbose~observe;"},
		{"cpu=2 cylces=3", "cpu=2~cpus;cylces=3~cycles;"},
		{"observe benhc", "benhc~bench;"},
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct options options = parse(cases[i].line);

		assert_true(options.misspelt);
		assert_true(options.observe);
		assert_string_equal(warnings->at, cases[i].warnings);
	}
}

static void a_malformed_value_is_a_warning_and_the_rest_goes_on(void **state)
{
	struct options options = parse("exit cpus exit=debgu cpus= exit=halt2 console= verbose");

	assert_true(options.verbose);
	assert_false(options.misspelt);
	assert_false(options.observe);
	assert_int_equal(options.exit, EXIT_HALT);
	assert_string_equal(warnings->at, "exit;cpus;exit=debgu;cpus=;exit=halt2;console=;");
}

static void the_last_of_contradicting_options_holds(void **state)
{
	struct options options = parse("exit=reboot cpus=2 exit=debug cpus=3");

	assert_int_equal(options.exit, EXIT_DEBUG);
	assert_int_equal(options.cpus, 3);
}

static void consoles_add_up_in_their_order(void **state)
{
	struct options options = parse("console=ttyS1 console=uart,mmio32,0xfe032000,9600");

	assert_true(options.consoles_named);
	assert_int_equal(options.console_count, 2);
	assert_int_equal(options.consoles[0].address, 0x2F8);
	assert_int_equal(options.consoles[1].address, 0xFE032000);
	assert_int_equal(options.consoles[1].baud, 9600);
	assert_string_equal(warnings->at, "");
}

static void a_console_named_twice_counts_once_with_the_last_rate(void **state)
{
	struct options options = parse("console=ttyS0,9600 console=uart,io,0x3f8,19200");

	assert_int_equal(options.console_count, 1);
	assert_int_equal(options.consoles[0].baud, 19200);
}

static void the_screen_alone_leaves_no_serial_console(void **state)
{
	struct options options = parse("console=tty0");

	assert_true(options.consoles_named);
	assert_int_equal(options.console_count, 0);
	assert_string_equal(warnings->at, "");
}

static void a_malformed_console_is_no_console(void **state)
{
	struct options options = parse("console=ttyS9");

	assert_int_equal(options.console_count, 0);
	assert_false(options.consoles_named);
	assert_string_equal(warnings->at, "console=ttyS9;");
}

static void a_fifth_serial_console_is_refused_but_not_one_named_again(void **state)
{
	struct options options = parse("console=ttyS0 console=ttyS1 console=ttyS2 console=ttyS3 "
	                               "console=uart,io,0x1000 console=ttyS3,9600");

	assert_int_equal(options.console_count, 4);
	assert_int_equal(options.consoles[3].baud, 9600);
	assert_string_equal(warnings->at, "console=uart,io,0x1000;");
}

static void any_bytes_are_at_worst_a_warning(void **state)
{
	uint32_t random = 3;

	for (unsigned round = 0; round < 2000; round++) {
		char line[40];

		for (size_t i = 0; i < sizeof(line); i++)
			line[i] = (char)(1 + unit_random(&random) % 255);
		line[sizeof(line) - 1] = '\0';
		assert_int_equal(parse(line).exit, EXIT_HALT);
		assert_true(warnings->size > 0);
	}
}

int main(void)
{
	static const struct CMUnitTest rules[] = {
		cmocka_unit_test(nothing_said_leaves_the_defaults_without_a_warning),
		cmocka_unit_test(options_stand_between_any_number_of_spaces),
		cmocka_unit_test(the_qr_code_can_be_disabled),
		cmocka_unit_test(each_way_to_exit_has_its_name),
		cmocka_unit_test(counts_are_decimal_numbers_from_1_on),
		cmocka_unit_test(a_malformed_count_is_warned_of_and_changes_nothing),
		cmocka_unit_test(cycles_ask_for_the_proof),
		cmocka_unit_test(the_selftest_runs_on_all_cpus_only_if_told),
		cmocka_unit_test(words_of_other_kernels_are_named_and_ignored),
		cmocka_unit_test(after_a_misspelt_option_nothing_is_written),
		cmocka_unit_test(a_malformed_value_is_a_warning_and_the_rest_goes_on),
		cmocka_unit_test(the_last_of_contradicting_options_holds),
		cmocka_unit_test(consoles_add_up_in_their_order),
		cmocka_unit_test(a_console_named_twice_counts_once_with_the_last_rate),
		cmocka_unit_test(the_screen_alone_leaves_no_serial_console),
		cmocka_unit_test(a_malformed_console_is_no_console),
		cmocka_unit_test(a_fifth_serial_console_is_refused_but_not_one_named_again),
		cmocka_unit_test(any_bytes_are_at_worst_a_warning),
	};

	return unit_run(rules, COUNT_OF(rules));
}
