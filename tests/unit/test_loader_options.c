/* kernel/discover/loader.h: what is said about the words of the command line. */
#include "tests/unit/loader_machine.h"

/* Linux passes what was given to kexec: first the path of the kernel. */
static void after_kexec_the_first_word_is_no_option(void **state)
{
	read_multiboot2("kexec 2.0.25", "/boot/rootmode.elf observe", 0);
	assert_true(information.kexec && options.observe);
	assert_no_warning();

	read_multiboot2("kexec", "observe", 0);
	assert_false(options.observe);
}

static void unknown_options_share_a_line(void **state)
{
	read_multiboot2("GRUB", "quiet rhgb splash", 0);
	assert_logged("boot: warning: unknown options ignored: quiet rhgb splash\n");
	assert_false(options.observe);
}

/* A word of 64 bytes is shown whole; of a longer one the first 64. */
static void long_words_are_cut(void **state)
{
	enum { SHOWN = 64 };
	char line[2 * SHOWN + 4] = "", expected[2 * SHOWN + 128];

	memset(line, 'z', SHOWN);
	line[SHOWN] = ' ';
	memset(line + SHOWN + 1, 'q', SHOWN + 1);
	read_multiboot2("GRUB", line, 0);
	snprintf(expected, sizeof(expected), "unknown options ignored: %.64s %.64s...\n", line,
	         line + SHOWN + 1);
	assert_logged(expected);
}

static void a_long_command_line_is_cut_at_1024_bytes_with_its_size(void **state)
{
	static const struct {
		size_t size;
		const char *rest, *warning;
	} cases[] = {
		{1024, "x\"\n", NULL},
		{1025, "x...\"\n", "boot: warning: the command line has 1025 bytes\n"},
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		char line[1100] = "", expected[1200];

		memset(line, 'x', cases[i].size);
		read_multiboot2("GRUB", line, 0);
		snprintf(expected, sizeof(expected), "command line \"%.1023s%s", line,
		         cases[i].rest);
		assert_logged(expected);
		assert_int_equal(unit_occurrences(lines->at, "the command line has"),
		                 cases[i].warning != NULL);
		if (cases[i].warning != NULL)
			assert_logged(cases[i].warning);
	}
}

/* A command line of many words costs a bounded number of bytes on the serial port. */
static void at_most_16_faults_of_a_kind_are_shown(void **state)
{
	static const struct {
		const char *word, *shown;
		unsigned count;
		const char *rest;
	} cases[] = {
		{" zz", " zz", 16, NULL},
		{" zz", " zz", 17, " and 1 more\n"},
		{" zz", " zz", 30, " and 14 more\n"},
		{" cpus=0", "warning: option cpus=0 ignored: ", 16, NULL},
		{" cpus=0", "warning: option cpus=0 ignored: ", 17,
	         "boot: warning: more options that are unknown or ignored: 1\n"},
		{" cpus=0", "warning: option cpus=0 ignored: ", 20,
	         "boot: warning: more options that are unknown or ignored: 4\n"},
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		char line[512] = "";
		const char *faults;

		for (unsigned word = 0; word < cases[i].count; word++)
			strcat(line, cases[i].word);
		read_multiboot2("GRUB", line, 0);
		faults = strchr(lines->at, '\n'); /* after the command line */
		assert_int_equal(unit_occurrences(faults, cases[i].shown), 16);
		assert_int_equal(unit_occurrences(faults, "more"), cases[i].rest != NULL);
		if (cases[i].rest != NULL)
			assert_logged(cases[i].rest);
	}
}

static void a_misspelt_option_lets_nothing_be_written(void **state)
{
	read_multiboot2("GRUB", "obsrve", 0);
	assert_logged("boot: warning: unknown option obsrve: did you mean observe? ");
	assert_true(options.observe);
}

int main(void)
{
	static const struct CMUnitTest rules[] = {
		cmocka_unit_test(after_kexec_the_first_word_is_no_option),
		cmocka_unit_test(unknown_options_share_a_line),
		cmocka_unit_test(long_words_are_cut),
		cmocka_unit_test(a_long_command_line_is_cut_at_1024_bytes_with_its_size),
		cmocka_unit_test(at_most_16_faults_of_a_kind_are_shown),
		cmocka_unit_test(a_misspelt_option_lets_nothing_be_written),
	};

	return unit_run(rules, COUNT_OF(rules));
}
