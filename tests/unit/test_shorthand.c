/* kernel/report/shorthand.h and the parts of a report: how much of it a QR code has room for. */
#include "kernel/lib/qr.h"
#include "kernel/record/record.h"
#include "kernel/report/shorthand.h"
#include "tests/unit/cpus.h"

static struct qr qr;

static size_t write_shorthand(const char *string, char *at, size_t size)
{
	struct shorthand shorthand;

	shorthand_begin(&shorthand, at, size);
	for (; *string != '\0'; string++)
		shorthand.text.put(&shorthand.text, *string);
	return shorthand_finish(&shorthand) ? shorthand.used : 0;
}

static void assert_shorthand(const char *string, const char *expected)
{
	char at[128] = "";

	assert_int_equal(write_shorthand(string, at, sizeof(at) - 1), strlen(expected));
	assert_string_equal(at, expected);
}

static void words_and_characters_have_their_codes(void **state)
{
	assert_shorthand("", "RM1:");
	assert_shorthand("\nmsr=0x480 cpus=0-3", "RM1:G0HU3");
	assert_shorthand("12af", "RM1:12AF");
	assert_shorthand("gZ", "RM1:YGZZ");
	assert_shorthand("\"_", "RM1:%22%5F");
	assert_shorthand("a b-c.d:e/f*1+2", "RM1:A B-C.D:E/F*1+2");
}

static void the_longest_word_is_taken(void **state)
{
	assert_shorthand(" result=ok", "RM1:O");
	assert_shorthand(" result=no-vmx", "RM1:P$Z");
	assert_shorthand("000000000", "RM1:JR");
}

static void a_buffer_that_is_too_small_is_told(void **state)
{
	char at[5];

	assert_int_equal(write_shorthand("1", at, sizeof(at)), 5);
	assert_int_equal(write_shorthand("12", at, sizeof(at)), 0);
}

/* Makes a code of the report. Returns its version, or 0 if it does not fit. */
static uint32_t code_version(const struct machine *machine, enum report_detail detail)
{
	static char at[QR_TEXT_MAX];
	struct shorthand shorthand;

	shorthand_begin(&shorthand, at, sizeof(at));
	report_print_part(machine, detail, &shorthand.text);
	report_print_result(machine, &shorthand.text);
	if (!shorthand_finish(&shorthand) || !qr_make(&qr, at, shorthand.used))
		return 0;
	return qr.version;
}

static void fill_msrs(struct cpu *cpu, uint32_t salt)
{
	for (unsigned i = 0; i < VMX_MSR_COUNT; i++)
		record_set_msr(
			&cpu->evidence, i,
			(struct msr_reading){0xD8A1234500067F8ull * (i + 1) + salt, MSR_READ});
}

static void equal_cpus_fit_with_all_their_msrs(void **state)
{
	struct machine machine = cpus_machine(255);

	for (uint32_t i = 0; i < 255; i++) {
		machine.cpus.cpu[i]->found.apic_id = i;
		fill_msrs(machine.cpus.cpu[i], 0);
	}
	assert_in_range(code_version(&machine, REPORT_ALL), 1, 16);
}

static void fourteen_different_cpus_fit(void **state)
{
	struct machine machine = cpus_machine(14);

	for (uint32_t i = 0; i < 14; i++) {
		machine.cpus.cpu[i]->evidence.signature = 0x906A3 + i;
		machine.cpus.cpu[i]->evidence.microcode =
			(struct msr_reading){0x4310000000000 + i, MSR_READ};
		machine.cpus.cpu[i]->outcome.cr4 = 0x2000 + i;
		fill_msrs(machine.cpus.cpu[i], 0);
	}
	assert_in_range(code_version(&machine, REPORT_ALL), 1, QR_VERSION_MAX);
	for (uint32_t i = 0; i < 14; i++)
		fill_msrs(machine.cpus.cpu[i], i + 1);
	assert_int_equal(code_version(&machine, REPORT_ALL), 0);
	assert_in_range(code_version(&machine, REPORT_CPUS), 1, QR_VERSION_MAX);
}

static void a_part_says_how_many_lines_are_left_out(void **state)
{
	struct machine machine = cpus_machine(1);
	struct unit_capture *all = unit_capture(), *part = unit_capture();

	fill_msrs(machine.cpus.cpu[0], 0);
	report_print(&machine, &all->text);
	report_print_part(&machine, REPORT_CPUS, &part->text);
	assert_non_null(strstr(part->at, "REPORT 1 lines=3\n"));
	assert_non_null(strstr(part->at, "\nomitted lines="));
	assert_null(strstr(part->at, "msr="));
	assert_null(strstr(all->at, "omitted"));
}

static void each_word_has_a_code_of_one_or_two_characters(void **state)
{
	for (unsigned i = 0; i < shorthand_word_count; i++) {
		char expected[8];

		if (i < SHORTHAND_SINGLES)
			snprintf(expected, sizeof(expected), "RM1:%c", (char)('G' + i));
		else
			snprintf(expected, sizeof(expected), "RM1:$%c",
			         qr_alphabet[i - SHORTHAND_SINGLES]);
		assert_shorthand(shorthand_words[i], expected);
	}
}

static bool is_word(const char *string)
{
	for (unsigned i = 0; i < shorthand_word_count; i++) {
		if (strcmp(shorthand_words[i], string) == 0)
			return true;
	}
	return false;
}

static void each_other_character_is_itself_or_a_byte(void **state)
{
	for (unsigned c = 1; c < 256; c++) {
		const char string[] = {(char)c, '\0'};
		char expected[16];

		if (is_word(string))
			continue;
		if ((c >= '0' && c <= '9') || (c != 0 && c < 128 && strchr(" *+-./:", (int)c)))
			snprintf(expected, sizeof(expected), "RM1:%c", (char)c);
		else if (c >= 'a' && c <= 'f')
			snprintf(expected, sizeof(expected), "RM1:%c", (char)(c - 32));
		else if (c >= 'g' && c <= 'z')
			snprintf(expected, sizeof(expected), "RM1:Y%c", (char)(c - 32));
		else if (c >= 'A' && c <= 'Z')
			snprintf(expected, sizeof(expected), "RM1:Z%c", (char)c);
		else
			snprintf(expected, sizeof(expected), "RM1:%%%02X", c);
		assert_shorthand(string, expected);
	}
}

int main(void)
{
	static const struct CMUnitTest rules[] = {
		cmocka_unit_test(words_and_characters_have_their_codes),
		cmocka_unit_test(the_longest_word_is_taken),
		cmocka_unit_test(a_buffer_that_is_too_small_is_told),
		cmocka_unit_test(equal_cpus_fit_with_all_their_msrs),
		cmocka_unit_test(fourteen_different_cpus_fit),
		cmocka_unit_test(a_part_says_how_many_lines_are_left_out),
		cmocka_unit_test(each_word_has_a_code_of_one_or_two_characters),
		cmocka_unit_test(each_other_character_is_itself_or_a_byte),
	};

	return unit_run(rules, COUNT_OF(rules));
}
