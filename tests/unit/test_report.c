/* kernel/report/report.h: the REPORT block, its CRC, and the verdict. docs/serial-log.md */
#include "kernel/record/verdict.h"
#include "tests/unit/cpus.h"

static const uint32_t counts[] = {1, 4, 17, 4096};

/* The CRC-32 by its definition. */
static uint32_t crc_of(const char *from, const char *to)
{
	uint32_t remainder = 0xFFFFFFFF;

	for (; from < to; from++) {
		remainder ^= (uint8_t)*from;
		for (int bit = 0; bit < 8; bit++)
			remainder = remainder >> 1 ^ (remainder & 1 ? 0xEDB88320 : 0);
	}
	return ~remainder;
}

/* Checks REPORT and END, and returns the lines between them. */
static char *checked_lines(const char *block)
{
	unsigned stated_lines, stated_crc, lines = 0;
	const char *first, *end = strstr(block, "\nEND ");
	char *copy;

	assert_int_equal(sscanf(block, "REPORT 1 lines=%u\n", &stated_lines), 1);
	assert_non_null(end);
	first = strchr(block, '\n') + 1;
	end++;
	for (const char *at = first; at < end; at++)
		lines += *at == '\n';
	assert_int_equal(lines, stated_lines);
	assert_int_equal(strlen(end), strlen("END crc32=0x00000000\n"));
	assert_int_equal(sscanf(end, "END crc32=0x%8x\n", &stated_crc), 1);
	assert_int_equal(stated_crc, crc_of(first, end));
	copy = unit_take((size_t)(end - first) + 1);
	memcpy(copy, first, (size_t)(end - first));
	return copy;
}

static char *report_of(const struct machine *machine)
{
	return checked_lines(cpus_printed(report_print, machine));
}

static const char *result_of(const struct machine *machine)
{
	return cpus_printed(report_print_result, machine);
}

static void report_print_end_of_log(const struct machine *machine, struct text *to)
{
	report_print_end(machine, "\x02", NULL, to);
}

/* What stands for the CRC comes out as it is, although it is no printable character. */
static void the_end_of_a_log_has_the_crc_of_its_text_as_well(void **state)
{
	struct machine machine = cpus_machine(2);
	const char *plain = cpus_printed(report_print, &machine);
	const char *keyed = cpus_printed(report_print_end_of_log, &machine);
	size_t head = strcspn(plain, "\n");

	assert_memory_equal(plain, keyed, head);
	assert_memory_equal(keyed + head, " text_crc=\x02\n", strlen(" text_crc=\x02\n"));
	assert_string_equal(strchr(plain, '\n'), strchr(keyed, '\n'));
}

static void lines_and_crc_are_those_stated_for_any_number_of_cpus(void **state)
{
	for (size_t i = 0; i < COUNT_OF(counts); i++) {
		struct machine machine = cpus_machine(counts[i]);

		report_of(&machine);
	}
}

static void equal_cpus_take_no_more_lines_than_one(void **state)
{
	struct machine one = cpus_machine(1);
	const char *shortest = report_of(&one);

	for (size_t i = 0; i < COUNT_OF(counts); i++) {
		struct machine machine = cpus_machine(counts[i]);

		assert_int_equal(unit_occurrences(report_of(&machine), "\n"),
		                 unit_occurrences(shortest, "\n"));
	}
}

static void the_machine_comes_first_then_cpus_then_msrs(void **state)
{
	struct machine machine = cpus_machine(4);
	const char *lines = report_of(&machine);

	assert_memory_equal(lines,
	                    "machine cpus=4 entered=4 left=4 memory=267972608 image=0x200000 "
	                    "apic=x2apic clock=pm-timer tsc_khz=49998\ncpus=0-3 ",
	                    100);
	assert_non_null(strstr(lines, "\nmsr=0x480 cpus=0-3 value=0xd810000000002b\nmsr=0x486 "));
}

static void a_cpu_line_has_what_was_found_and_what_came_of_it(void **state)
{
	struct machine machine = cpus_machine(4);

	assert_non_null(strstr(report_of(&machine),
	                       "\ncpus=0-3 apic_ids=0,2,4,6 result=ok vendor=GenuineIntel "
	                       "signature=0x50654 vmx=1 smx=0 microcode=0x200006200000000 "
	                       "feature_control=0x0 feature_control_after=0x5 vmxon=succeeded "
	                       "cr0=0x80010031 cr4=0x2020\n"));
}

static void cpus_that_differ_get_lines_of_their_own(void **state)
{
	struct machine machine = cpus_machine(17);
	const char *lines;

	machine.cpus.cpu[3]->outcome.feature_control_after.value = 7;
	machine.cpus.cpu[4]->outcome.feature_control_after.value = 0x105;
	cpus_silence(machine.cpus.cpu[16]);
	lines = report_of(&machine);
	assert_non_null(strstr(lines, "\ncpus=0-2,5-15 "));
	assert_non_null(strstr(lines, "\ncpus=3 "));
	assert_non_null(strstr(lines, "\ncpus=4 "));
	assert_non_null(strstr(lines, "\ncpus=16 apic_ids=32 result=ap-timeout\n"));
	assert_non_null(strstr(lines, "machine cpus=17 entered=16 left=16 "));
}

static void an_msr_is_grouped_by_its_own_value(void **state)
{
	struct machine machine = cpus_machine(4);
	const char *lines;

	machine.cpus.cpu[2]->evidence.msr[9].value = 0x1;
	machine.cpus.cpu[3]->evidence.msr[9] = (struct msr_reading){0, MSR_FAULTED};
	machine.cpus.cpu[0]->evidence.msr[0x11] = (struct msr_reading){0, MSR_READ};
	lines = report_of(&machine);
	assert_non_null(strstr(lines,
	                       "\nmsr=0x489 cpus=0-1 value=0x3727ff\n"
	                       "msr=0x489 cpus=2 value=0x1\nmsr=0x489 cpus=3 value=fault\n"));
	assert_non_null(strstr(lines, "\nmsr=0x491 cpus=0 value=0x0\n"));
	assert_null(strstr(lines, "msr=0x492"));
}

static void a_value_with_spaces_is_quoted(void **state)
{
	struct machine machine = cpus_machine(1);

	strcpy(machine.cpus.cpu[0]->evidence.vendor, "  Shanghai  ");
	machine.cpus.cpu[0]->evidence.hypervisor = true;
	strcpy(machine.cpus.cpu[0]->evidence.hypervisor_vendor, "Microsoft Hv");
	assert_non_null(strstr(report_of(&machine), " vendor=\"  Shanghai  \" "));
	assert_non_null(strstr(report_of(&machine), " hypervisor=\"Microsoft Hv\" "));
}

static void a_hypervisor_without_a_name_is_said_to_be_unnamed(void **state)
{
	struct machine machine = cpus_machine(1);

	assert_null(strstr(report_of(&machine), "hypervisor="));
	machine.cpus.cpu[0]->evidence.hypervisor = true;
	assert_non_null(strstr(report_of(&machine), " hypervisor=unnamed "));
	strcpy(machine.cpus.cpu[0]->evidence.hypervisor_vendor, "X");
	assert_non_null(strstr(report_of(&machine), " hypervisor=X "));
}

static void the_count_line_counts_those_that_entered(void **state)
{
	struct machine machine = cpus_machine(17);

	cpus_silence(machine.cpus.cpu[5]);
	cpus_stop(machine.cpus.cpu[6], REASON_LOCKED_OFF);
	assert_string_equal(cpus_printed(report_print_count, &machine),
	                    "vmx: 15 of 17 CPUs in VMX root operation\n");
}

static void before_there_is_a_list_those_that_the_firmware_lists_are_counted(void **state)
{
	struct machine machine = {.listed = 8, .apic_mode = "xapic", .clock_source = "pit"};
	const char *report;

	assert_string_equal(cpus_printed(report_print_count, &machine),
	                    "vmx: 0 of 8 CPUs in VMX root operation\n");
	report = cpus_printed(report_print, &machine);
	assert_non_null(strstr(report, "machine cpus=8 entered=0 left=0 "));
	assert_null(strstr(report, "\ncpus="));
}

static void a_cpu_that_was_taken_out_on_request_is_not_in(void **state)
{
	struct machine machine = cpus_machine(3);

	machine.cpus.cpu[0]->monitor.closed = true;
	assert_string_equal(cpus_printed(report_print_count, &machine),
	                    "vmx: 2 of 3 CPUs in VMX root operation\n");
}

static void all_in_is_a_pass_without_reasons(void **state)
{
	for (size_t i = 0; i < COUNT_OF(counts); i++) {
		struct machine machine = cpus_machine(counts[i]);

		assert_string_equal(result_of(&machine), "RESULT: PASS\n");
	}
}

static void every_reason_alone_gives_its_verdict_and_code(void **state)
{
	for (enum reason reason = REASON_NONE + 1; reason < REASON_COUNT; reason++) {
		struct machine machine = cpus_machine(4);
		char expected[100];

		snprintf(expected, sizeof(expected), "RESULT: %s %s\n",
		         verdict_name(verdict_of_reason(reason)), reason_code(reason));
		cpus_stop(machine.cpus.cpu[2], reason);
		assert_string_equal(result_of(&machine), expected);
		machine = cpus_machine(4);
		machine.failure = reason;
		assert_string_equal(result_of(&machine), expected);
	}
}

static void observed_is_followed_by_what_would_have_been(void **state)
{
	struct machine machine = cpus_machine(2);

	machine.observe = true;
	assert_string_equal(result_of(&machine), "RESULT: OBSERVED PASS\n");
	cpus_stop(machine.cpus.cpu[1], REASON_SMX_ONLY);
	assert_string_equal(result_of(&machine),
	                    "RESULT: OBSERVED BLOCKED feature-control-smx-only\n");
}

static void where_the_kernel_failed_a_cpu_that_was_not_done_is_not_ok(void **state)
{
	struct machine machine = cpus_machine(5);
	const char *lines;

	machine.cpus.cpu[0]->progress.failure = REASON_EXCEPTION;
	machine.cpus.cpu[0]->finished = false;
	*machine.cpus.cpu[2] = (struct cpu){.found = {.index = 2, .apic_id = 4}};
	machine.cpus.cpu[3]->finished = false;
	cpus_silence(machine.cpus.cpu[4]);
	report_mark_unfinished(&machine);
	lines = report_of(&machine);
	assert_non_null(strstr(lines, "\ncpus=0 apic_ids=0 result=exception "));
	assert_non_null(strstr(lines, "\ncpus=1 apic_ids=2 result=ok "));
	assert_non_null(strstr(lines, "\ncpus=2 apic_ids=4 result=not-finished\n"));
	assert_non_null(strstr(lines, "\ncpus=3 apic_ids=6 result=not-finished "));
	assert_non_null(strstr(lines, "\ncpus=4 apic_ids=8 result=ap-timeout\n"));
	assert_string_equal(result_of(&machine), "RESULT: ERROR exception\n");
}

static void lines_are_printable_ascii(void **state)
{
	struct machine machine = cpus_machine(2);
	const char *lines;

	memset(machine.cpus.cpu[1]->evidence.vendor, 0x1B, 12);
	lines = cpus_printed(report_print, &machine);
	for (const char *at = lines; *at != '\0'; at++)
		assert_true((*at >= ' ' && *at <= '~') || *at == '\n');
}

static void core_types_and_both_hypervisors_have_keys(void **state)
{
	struct machine machine = cpus_machine(1);
	struct vmx_evidence *evidence = &machine.cpus.cpu[0]->evidence;
	const char *lines = report_of(&machine);

	assert_null(strstr(lines, " core_type="));
	assert_null(strstr(lines, " hypervisor_beneath="));
	evidence->core_type = 0x40;
	evidence->hypervisor = true;
	strcpy(evidence->hypervisor_vendor, "Microsoft Hv");
	strcpy(evidence->hypervisor_beneath, "KVMKVMKVM");
	lines = report_of(&machine);
	assert_non_null(strstr(lines, " core_type=0x40 "));
	assert_non_null(strstr(lines, " hypervisor_beneath=KVMKVMKVM "));
}

static void print_machine_alone(const struct machine *machine, struct text *to)
{
	report_print_part(machine, REPORT_MACHINE, to);
}

static void print_cpus_too(const struct machine *machine, struct text *to)
{
	report_print_part(machine, REPORT_CPUS, to);
}

static void print_msrs_too(const struct machine *machine, struct text *to)
{
	report_print_part(machine, REPORT_MSRS, to);
}

/* Each part is the beginning of the whole, and a last line says how many lines it lacks. */
static void a_part_of_the_report_has_what_it_should_and_says_what_it_lacks(void **state)
{
	static void (*const prints[])(const struct machine *machine, struct text *to) = {
		print_machine_alone, print_cpus_too, print_msrs_too};
	static const char *const after[] = {"\ncpus=", "\nmsr=", "\nfound cpus="};
	struct machine machine = cpus_machine(3);
	const char *all;

	machine.cpus.cpu[0]->inherited.cr0 = 0x11;
	all = report_of(&machine);
	for (size_t i = 0; i < COUNT_OF(prints); i++) {
		char *part = checked_lines(cpus_printed(prints[i], &machine));
		size_t size = (size_t)(strstr(all, after[i]) + 1 - all);
		char omitted[32];

		snprintf(omitted, sizeof(omitted), "omitted lines=%zu\n",
		         unit_occurrences(all + size, "\n"));
		assert_memory_equal(part, all, size);
		assert_string_equal(part + size, omitted);
	}
	assert_null(strstr(all, "omitted"));
}

int main(void)
{
	static const struct CMUnitTest rules[] = {
		cmocka_unit_test(lines_and_crc_are_those_stated_for_any_number_of_cpus),
		cmocka_unit_test(equal_cpus_take_no_more_lines_than_one),
		cmocka_unit_test(the_machine_comes_first_then_cpus_then_msrs),
		cmocka_unit_test(a_cpu_line_has_what_was_found_and_what_came_of_it),
		cmocka_unit_test(cpus_that_differ_get_lines_of_their_own),
		cmocka_unit_test(an_msr_is_grouped_by_its_own_value),
		cmocka_unit_test(a_value_with_spaces_is_quoted),
		cmocka_unit_test(a_hypervisor_without_a_name_is_said_to_be_unnamed),
		cmocka_unit_test(the_count_line_counts_those_that_entered),
		cmocka_unit_test(before_there_is_a_list_those_that_the_firmware_lists_are_counted),
		cmocka_unit_test(a_cpu_that_was_taken_out_on_request_is_not_in),
		cmocka_unit_test(the_end_of_a_log_has_the_crc_of_its_text_as_well),
		cmocka_unit_test(all_in_is_a_pass_without_reasons),
		cmocka_unit_test(every_reason_alone_gives_its_verdict_and_code),
		cmocka_unit_test(observed_is_followed_by_what_would_have_been),
		cmocka_unit_test(where_the_kernel_failed_a_cpu_that_was_not_done_is_not_ok),
		cmocka_unit_test(lines_are_printable_ascii),
		cmocka_unit_test(core_types_and_both_hypervisors_have_keys),
		cmocka_unit_test(a_part_of_the_report_has_what_it_should_and_says_what_it_lacks),
	};

	return unit_run(rules, COUNT_OF(rules));
}
