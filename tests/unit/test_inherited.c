/* kernel/report/inherited_print.h: the state in which the CPUs were handed over. */
#include "kernel/report/inherited_print.h"
#include "tests/unit/cpus.h"

enum { CACHED = 0x10, UNCACHED = 0x60000010, BSP_CR0 = 0x11 };

/* Returns a machine of these CPUs, in which the APs' CR0 was cr0 at the first instruction. */
static struct machine found(uint32_t count, uint64_t cr0)
{
	struct machine machine = cpus_machine(count);

	machine.cpus.cpu[0]->inherited.cr0 = BSP_CR0;
	for (uint32_t i = 1; i < count; i++)
		machine.cpus.cpu[i]->inherited.cr0 = cr0;
	return machine;
}

static void disabled_caches_of_an_ap_are_a_warning(void **state)
{
	struct machine machine = found(4, CACHED);

	assert_string_equal(cpus_printed(inherited_print, &machine), "");
	machine.cpus.cpu[2]->inherited.cr0 = machine.cpus.cpu[3]->inherited.cr0 = UNCACHED;
	assert_string_equal(cpus_printed(inherited_print, &machine),
	                    "cpus 2-3: warning: CR0 = 0x60000010 at the first instruction: the "
	                    "caches were disabled (CD): enabled\n");
	machine.cpus.cpu[0]->evidence.hypervisor = true;
	assert_string_not_equal(cpus_printed(inherited_print, &machine), "");
}

static void disabled_caches_of_all_aps_are_a_warning_on_real_machines_only(void **state)
{
	struct machine machine = found(3, UNCACHED);

	assert_int_equal(
		unit_occurrences(cpus_printed(inherited_print, &machine), "cpus 1-2: warning: "),
		1);
	machine.cpus.cpu[0]->evidence.hypervisor = true;
	assert_string_equal(cpus_printed(inherited_print, &machine), "");
	machine.cpus.cpu[0]->inherited.cr0 = UNCACHED | BSP_CR0;
	assert_string_equal(cpus_printed(inherited_print, &machine), "");
}

static void another_apic_id_per_cpuid_is_a_warning_with_both(void **state)
{
	struct machine machine = found(4, CACHED);

	for (uint32_t i = 2; i < 4; i++) {
		machine.cpus.cpu[i]->inherited.cpuid_apic_id = 0;
		machine.cpus.cpu[i]->inherited.has_other_id = true;
	}
	assert_string_equal(cpus_printed(inherited_print, &machine),
	                    "cpus 2-3: warning: the APIC ID of cpu 2 is 4 per local APIC and MADT, "
	                    "but 0 per CPUID\n");
}

static void the_report_has_a_line_for_each_state(void **state)
{
	static const struct msr_reading def_type = {0xC06, MSR_READ}, faults = {0, MSR_FAULTED};
	struct machine machine = found(3, CACHED);

	memory_types_set(&machine.cpus.cpu[0]->memory_types, MEMORY_MTRR_DEF_TYPE, def_type);
	memory_types_set(&machine.cpus.cpu[1]->memory_types, MEMORY_MTRR_DEF_TYPE, def_type);
	memory_types_set(&machine.cpus.cpu[1]->memory_types, MEMORY_PAT, faults);
	machine.cpus.cpu[2]->inherited.cr0 = 0; /* never started */
	assert_string_equal(cpus_printed(inherited_report, &machine),
	                    "found cpus=0 cr0=0x11 mtrr_def_type=0xc06\n"
	                    "found cpus=1 cr0=0x10 mtrr_def_type=0xc06 pat=fault\n");
}

static void ranges_are_reported_where_they_differ_or_verbose(void **state)
{
	static const struct msr_reading mask = {0x800, MSR_READ}, other = {0, MSR_READ};
	struct machine machine = cpus_machine(3);

	for (uint32_t i = 0; i < 3; i++)
		memory_types_set(&machine.cpus.cpu[i]->memory_types, MEMORY_VARIABLE + 1, mask);
	assert_string_equal(cpus_printed(inherited_report, &machine), "");
	machine.verbose = true;
	assert_string_equal(cpus_printed(inherited_report, &machine),
	                    "msr=0x201 cpus=0-2 value=0x800\n");
	machine.verbose = false;
	memory_types_set(&machine.cpus.cpu[1]->memory_types, MEMORY_VARIABLE + 1, other);
	assert_string_equal(cpus_printed(inherited_report, &machine),
	                    "msr=0x201 cpus=0,2 value=0x800\nmsr=0x201 cpus=1 value=0x0\n");
	machine.cpus.cpu[1]->memory_types = (struct memory_types){0}; /* not known */
	assert_string_equal(cpus_printed(inherited_report, &machine), "");
}

static void interrupts_that_were_left_are_a_warning(void **state)
{
	struct machine machine = found(4, CACHED);
	struct inherited *first = &machine.cpus.cpu[1]->inherited;
	struct inherited *second = &machine.cpus.cpu[3]->inherited;

	first->in_service = second->in_service = 1;
	first->pending = second->pending = 2;
	first->vector = second->vector = 0xEC;
	assert_string_equal(cpus_printed(inherited_print, &machine),
	                    "cpus 1,3: warning: interrupts left in service: 1, pending: 2, the "
	                    "highest with vector 0xec: acknowledged\n");
	first->in_service = 0;
	second->pending = 0;
	assert_string_equal(cpus_printed(inherited_print, &machine),
	                    "cpu 1: warning: interrupts left in service: 0, pending: 2, the "
	                    "highest with vector 0xec: acknowledged\n"
	                    "cpu 3: warning: interrupts left in service: 1, pending: 0, the "
	                    "highest with vector 0xec: acknowledged\n");
}

static void interrupts_that_nobody_asked_for_are_a_warning(void **state)
{
	struct machine machine = found(2, CACHED);

	machine.cpus.cpu[1]->inherited.foreign = 3;
	machine.cpus.cpu[1]->inherited.foreign_vector = 0x30;
	assert_string_equal(cpus_printed(inherited_print, &machine),
	                    "cpu 1: warning: interrupts that rootmode did not ask for: 3, the last "
	                    "with vector 0x30: acknowledged\n");
}

/* Each fact alone, with all others equal. */
static void cpus_share_a_warning_only_if_all_of_it_is_true_of_both(void **state)
{
	const struct inherited usual = {.apic = APIC_DISABLED,
	                                .taken_over = true,
	                                .in_service = 1,
	                                .pending = 2,
	                                .vector = 0xEC,
	                                .foreign = 3,
	                                .foreign_vector = 0x30};

	for (unsigned fact = 0; fact <= 6; fact++) {
		struct machine machine = found(3, CACHED);
		struct inherited other = usual;
		const char *lines;

		other.in_service = fact == 1 ? 9 : 1;
		other.pending = fact == 2 ? 9 : 2;
		other.vector = fact == 3 ? 0xED : 0xEC;
		other.foreign = fact == 4 ? 9 : 3;
		other.foreign_vector = fact == 5 ? 0x31 : 0x30;
		other.apic = fact == 6 ? APIC_XAPIC : APIC_DISABLED;
		machine.cpus.cpu[1]->inherited = usual;
		machine.cpus.cpu[2]->inherited = other;
		lines = cpus_printed(inherited_print, &machine);
		assert_int_equal(unit_occurrences(lines, "cpus 1-2: "), fact == 0 ? 3 : 0);
		assert_int_equal(unit_occurrences(lines, "cpu 1: "), fact == 0 ? 0 : 3);
	}
}

static void a_local_apic_that_stays_disabled_is_a_warning_of_aps_alone(void **state)
{
	struct machine machine = found(3, CACHED);

	for (uint32_t i = 0; i < 3; i++) {
		machine.cpus.cpu[i]->inherited.apic = APIC_DISABLED;
		machine.cpus.cpu[i]->inherited.taken_over = i != 2;
	}
	machine.cpus.cpu[0]->inherited.vector = 1; /* the BSP is no AP's equal */
	assert_string_equal(cpus_printed(inherited_print, &machine),
	                    "cpus 1-2: warning: its local APIC is disabled in IA32_APIC_BASE, and "
	                    "enabling it has no effect: no interrupt reaches it\n");
	machine.cpus.cpu[1]->inherited.apic = APIC_XAPIC;
	assert_string_equal(cpus_printed(inherited_print, &machine), "");
}

static void without_a_list_of_cpus_nothing_is_printed(void **state)
{
	struct machine machine = {0};

	assert_string_equal(cpus_printed(inherited_print, &machine), "");
}

static void cpus_share_a_line_only_if_every_register_is_the_same(void **state)
{
	static const struct msr_reading one = {1, MSR_READ}, other = {2, MSR_READ};

	for (unsigned index = 0; index < MEMORY_FIXED; index++) {
		struct machine machine = found(3, BSP_CR0);

		for (uint32_t i = 0; i < 3; i++)
			memory_types_set(&machine.cpus.cpu[i]->memory_types, index, one);
		assert_int_equal(unit_occurrences(cpus_printed(inherited_report, &machine),
		                                  "found cpus=0-2 "),
		                 1);
		memory_types_set(&machine.cpus.cpu[1]->memory_types, index, other);
		assert_int_equal(
			unit_occurrences(cpus_printed(inherited_report, &machine), "found cpus="),
			2);
	}
}

static void the_first_cpu_and_its_neighbour_have_their_lines(void **state)
{
	struct machine machine = found(2, CACHED);

	machine.cpus.cpu[0]->inherited.pending = 1;
	machine.cpus.cpu[1]->inherited.foreign = 1;
	machine.cpus.cpu[0]->inherited.has_other_id = true;
	assert_string_equal(
		cpus_printed(inherited_print, &machine),
		"cpu 0: warning: interrupts left in service: 0, pending: 1, the highest with "
		"vector 0x0: acknowledged\n"
		"cpu 1: warning: interrupts that rootmode did not ask for: 1, the last with "
		"vector 0x0: acknowledged\n"
		"cpu 0: warning: the APIC ID of cpu 0 is 0 per local APIC and MADT, but 0 per "
		"CPUID\n");
	machine = found(2, CACHED);
	machine.cpus.cpu[1]->inherited.has_other_id = true;
	assert_string_equal(cpus_printed(inherited_print, &machine),
	                    "cpu 1: warning: the APIC ID of cpu 1 is 2 per local APIC and MADT, "
	                    "but 0 per CPUID\n");
}

static void cpus_share_a_line_of_the_report_if_its_facts_are_the_same(void **state)
{
	static const struct msr_reading cap = {0x508, MSR_READ}, one = {1, MSR_READ};
	struct machine machine = found(3, CACHED);

	machine.cpus.cpu[0]->inherited.cr0 = CACHED;
	machine.cpus.cpu[2]->inherited.cr0 = UNCACHED;
	for (uint32_t i = 0; i < 3; i++)
		memory_types_set(&machine.cpus.cpu[i]->memory_types, MEMORY_MTRRCAP, cap);
	memory_types_set(&machine.cpus.cpu[1]->memory_types, MEMORY_FIXED, one);
	assert_string_equal(cpus_printed(inherited_report, &machine),
	                    "found cpus=0-1 cr0=0x10 mtrrcap=0x508\n"
	                    "found cpus=2 cr0=0x60000010 mtrrcap=0x508\n"
	                    "msr=0x250 cpus=1 value=0x1\n");
}

int main(void)
{
	static const struct CMUnitTest rules[] = {
		cmocka_unit_test(disabled_caches_of_an_ap_are_a_warning),
		cmocka_unit_test(disabled_caches_of_all_aps_are_a_warning_on_real_machines_only),
		cmocka_unit_test(another_apic_id_per_cpuid_is_a_warning_with_both),
		cmocka_unit_test(the_report_has_a_line_for_each_state),
		cmocka_unit_test(ranges_are_reported_where_they_differ_or_verbose),
		cmocka_unit_test(interrupts_that_were_left_are_a_warning),
		cmocka_unit_test(interrupts_that_nobody_asked_for_are_a_warning),
		cmocka_unit_test(cpus_share_a_warning_only_if_all_of_it_is_true_of_both),
		cmocka_unit_test(a_local_apic_that_stays_disabled_is_a_warning_of_aps_alone),
		cmocka_unit_test(without_a_list_of_cpus_nothing_is_printed),
		cmocka_unit_test(cpus_share_a_line_only_if_every_register_is_the_same),
		cmocka_unit_test(the_first_cpu_and_its_neighbour_have_their_lines),
		cmocka_unit_test(cpus_share_a_line_of_the_report_if_its_facts_are_the_same),
	};

	return unit_run(rules, COUNT_OF(rules));
}
