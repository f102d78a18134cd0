/* kernel/report/report.h: every key of the report's lines, by whole lines. */
#include "tests/unit/cpus.h"

/* Returns line number n of the report, from 0, without its line end. */
static const char *line(const struct machine *machine, unsigned n)
{
	char *report = strdup(cpus_printed(report_print, machine));
	char *at = strtok(report, "\n"), *copy;

	for (; n > 0; n--)
		at = strtok(NULL, "\n");
	copy = unit_take(strlen(at) + 1);
	strcpy(copy, at);
	free(report);
	return copy;
}

static struct machine usual(uint32_t count)
{
	struct machine machine = cpus_machine(count);

	machine.memory_bytes = 4096;
	machine.image_phys = 0x200000;
	machine.apic_mode = "xapic";
	machine.clock_source = "pit";
	machine.clock_khz = 7;
	return machine;
}

static void the_machine_has_a_key_for_what_is_known(void **state)
{
	struct machine machine = usual(2);

	assert_string_equal(line(&machine, 1),
	                    "machine cpus=2 entered=2 left=2 memory=4096 image=0x200000 "
	                    "apic=xapic clock=pit tsc_khz=7");
	machine.phantoms = 1;
	machine.apic_found = "x2apic";
	machine.clock_check = "hpet";
	machine.cpus.cpu[0]->outcome.left = false;
	machine.cpus.cpu[1]->outcome.vmxon.kind = VMX_FAIL_INVALID;
	assert_string_equal(line(&machine, 1),
	                    "machine cpus=2 entered=1 left=1 memory=4096 image=0x200000 "
	                    "apic=xapic phantoms=1 apic_found=x2apic clock=pit tsc_khz=7 "
	                    "clock_check=hpet");
}

static void listed_cpus_count_only_if_there_is_no_cpu(void **state)
{
	struct machine machine = usual(1);

	machine.listed = 5;
	assert_non_null(strstr(line(&machine, 1), "cpus=1 entered=1"));
	machine.cpus.count = 0;
	assert_non_null(strstr(line(&machine, 1), "cpus=5 entered=0"));
}

#define FOUND                                                                             \
	" vendor=GenuineIntel signature=0x50654 vmx=1 smx=0 microcode=0x200006200000000 " \
	"feature_control=0x0 feature_control_after=0x5"
#define OK "cpus=0 apic_ids=0 result=ok"

static void a_cpu_has_a_key_for_what_it_did(void **state)
{
	struct machine machine = usual(1);
	struct cpu *cpu = machine.cpus.cpu[0];

	assert_string_equal(line(&machine, 2),
	                    OK FOUND " vmxon=succeeded cr0=0x80010031 cr4=0x2020");
	cpu->proof.tried = true;
	cpu->proof.cycles = 3;
	cpu->proof.ept = true;
	cpu->proof.exits[PROOF_LONG] = 8;
	cpu->proof.exits[PROOF_REAL] = 5;
	cpu->selftest.run = true;
	cpu->selftest.passed = 11;
	cpu->selftest.failed = 12;
	cpu->selftest.skipped = 13;
	assert_string_equal(line(&machine, 2),
	                    OK FOUND " vmxon=succeeded cr0=0x80010031 cr4=0x2020 proved=3 ept=1 "
	                             "long_exits=8 real_exits=5 selftest_ok=11 selftest_not_ok=12 "
	                             "selftest_skipped=13");
	cpu->outcome.vmxon.kind = VMX_NOT_TRIED;
	cpu->proof.tried = cpu->selftest.run = false;
	assert_string_equal(line(&machine, 2), "cpus=0 apic_ids=0 result=not-finished" FOUND);
	cpu->evidence.signature = 0;
	assert_string_equal(line(&machine, 2), "cpus=0 apic_ids=0 result=not-finished");
}

static void a_hypervisor_has_a_key_however_short_its_name(void **state)
{
	struct machine machine = usual(1);
	struct vmx_evidence *evidence = &machine.cpus.cpu[0]->evidence;

	evidence->hypervisor = true;
	strcpy(evidence->hypervisor_vendor, "X");
	strcpy(evidence->hypervisor_beneath, "Y");
	assert_non_null(strstr(line(&machine, 2), " hypervisor=X hypervisor_beneath=Y feature"));
}

static void each_msr_of_vmx_and_no_other_has_a_line(void **state)
{
	struct machine machine = usual(1);
	const char *report;

	for (unsigned i = 0; i < VMX_MSR_COUNT; i++)
		machine.cpus.cpu[0]->evidence.msr[i] = (struct msr_reading){i, MSR_READ};
	machine.cpus.cpu[0]->evidence.unread = MSR_READ;
	report = cpus_printed(report_print, &machine);
	assert_int_equal(unit_occurrences(report, "\nmsr=0x4"), VMX_MSR_COUNT);
}

static void the_first_cpu_too_is_marked_unfinished(void **state)
{
	struct machine machine = usual(3);

	for (uint32_t i = 0; i < 3; i++)
		machine.cpus.cpu[i]->finished = i == 1;
	report_mark_unfinished(&machine);
	for (uint32_t i = 0; i < 3; i++)
		assert_int_equal(machine.cpus.cpu[i]->progress.failure,
		                 i == 1 ? REASON_NONE : REASON_NOT_FINISHED);
}

static void print_with_crc(const struct machine *machine, struct text *to)
{
	report_print_end(machine, "0xabc", NULL, to);
}

static void the_crc_of_the_text_is_printed_whole(void **state)
{
	struct machine machine = usual(1);
	const char *report = cpus_printed(print_with_crc, &machine);

	assert_non_null(strstr(report, " text_crc=0xabc\nmachine "));
}

/* Between REPORT and END is what was dropped before, to be counted. */
static void the_lines_are_dropped_once_before_they_are_printed(void **state)
{
	struct machine machine = usual(2);
	struct unit_capture *dropped = unit_capture(), *printed = unit_capture();
	const char *lines, *end;

	report_print_end(&machine, "0xabc", &dropped->text, &printed->text);
	lines = strchr(printed->at, '\n') + 1;
	end = strstr(printed->at, "END crc32=");
	assert_non_null(end);
	assert_int_equal(dropped->size, end - lines);
	assert_memory_equal(dropped->at, lines, dropped->size);
}

/* What the exits took, and in what state the CPU was found, is in the whole report alone. */
static void only_the_whole_report_has_the_bench_and_the_inherited_state(void **state)
{
	struct machine machine = usual(1);
	struct bench_ticks *ticks = &machine.cpus.cpu[0]->bench.ticks[0][0];
	const char *report;

	*ticks = (struct bench_ticks){50, 60, 70};
	machine.cpus.cpu[0]->inherited.cr0 = 0x11;
	report = cpus_printed(report_print, &machine);
	assert_non_null(strstr(report, "\nbench"));
	assert_non_null(strstr(report, "found cpus=0 cr0=0x11"));
}

int main(void)
{
	static const struct CMUnitTest rules[] = {
		cmocka_unit_test(the_machine_has_a_key_for_what_is_known),
		cmocka_unit_test(listed_cpus_count_only_if_there_is_no_cpu),
		cmocka_unit_test(a_cpu_has_a_key_for_what_it_did),
		cmocka_unit_test(a_hypervisor_has_a_key_however_short_its_name),
		cmocka_unit_test(each_msr_of_vmx_and_no_other_has_a_line),
		cmocka_unit_test(the_first_cpu_too_is_marked_unfinished),
		cmocka_unit_test(the_crc_of_the_text_is_printed_whole),
		cmocka_unit_test(the_lines_are_dropped_once_before_they_are_printed),
		cmocka_unit_test(only_the_whole_report_has_the_bench_and_the_inherited_state),
	};

	return unit_run(rules, COUNT_OF(rules));
}
