/* kernel/record/caps_rules.h: what the capability MSRs of a CPU must say about each other. */
#include "kernel/record/caps_rules.h"
#include "kernel/record/record.h"
#include "kernel/report/caps_print.h"
#include "tests/unit/bochs_models.h"
#include "tests/unit/cpus.h"

static unsigned broken_rules(const struct vmx_evidence *evidence)
{
	unsigned count = 0;

	for (unsigned n = 0; n < caps_rules_count; n++)
		count += !caps_rule_holds(n, evidence);
	return count;
}

/* The newest model: it has TRUE MSRs, EPT, VPID and VM functions. */
static struct vmx_evidence newest(void)
{
	return bochs_evidence(bochs_model_named("tigerlake"));
}

static void every_model_keeps_every_rule(void **state)
{
	for (size_t i = 0; i < COUNT_OF(bochs_models); i++) {
		struct vmx_evidence evidence = bochs_evidence(&bochs_models[i]);

		for (unsigned n = 0; n < caps_rules_count; n++) {
			struct unit_capture *capture = unit_capture();

			if (caps_rule_holds(n, &evidence))
				continue;
			caps_rule_print(n, &evidence, &capture->text);
			fail_msg("%s: %s", bochs_models[i].name, capture->at);
		}
	}
}

static void a_cpu_without_vmx_keeps_every_rule(void **state)
{
	struct vmx_evidence nothing = {0};

	assert_int_equal(broken_rules(&nothing), 0);
}

/*
 * Each flips bits of an MSR of the newest model, and names the rule that this breaks,
 * and its section.
 */
static void a_changed_bit_breaks_the_rule_that_is_about_it(void **state)
{
	static const struct {
		uint32_t msr;
		uint64_t flipped;
		const char *rule, *section;
	} cases[] = {
		{0x480, 1ull << 48, "bit 48 must be 0", "A.1"},
		{0x480, 1ull << 50, "memory type, bits 53:50, must be 0 or 6", "A.1"},
		{0x481, 1ull << 33, "IA32_VMX_PINBASED_CTLS = ", "A.3"},
		{0x482, 1ull << 33, "bits 63:32", "A.3"},
		{0x483, 1ull << 34, "bits 63:32", "A.3"},
		{0x484, 1ull << 34, "bits 63:32", "A.3"},
		{0x48B, 1ull << 30, "IA32_VMX_PROCBASED_CTLS2 = ", "A.3"},
		{0x48D, 1ull << 42, "TRUE MSR", "A.2"},
		{0x48E, 1ull << 9, "TRUE MSR", "A.2"},
		{0x48F, 1ull << 12, "TRUE MSR", "A.2"},
		{0x490, 1ull << 13, "TRUE MSR", "A.2"},
		{0x482, 1ull << 1, "TRUE MSR", "A.2"},
		{0x485, 1ull << 5, "vmx-unrestricted-guest is of use only with vmx-store-lma",
	         "A.6"},
		{0x48B, 2ull << 32, "vmx-unrestricted-guest is of use only with vmx-ept",
	         "26.2.1.1"},
		{0x48C, 1ull << 6, "vmx-ept is of use only with vmx-page-walk-4", "A.10"},
		{0x48C, 1ull << 14, "vmx-ept is of use only with ept-write-back", "A.10"},
		{0x48C, 1ull << 20, "vmx-invept-all-context is of use only with vmx-invept",
	         "A.10"},
		{0x48C, 1ull << 32, "vmx-invvpid-single-addr is of use only with vmx-invvpid",
	         "A.10"},
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct machine machine = cpus_machine(1);
		struct vmx_evidence *evidence = &machine.cpus.cpu[0]->evidence;
		unsigned index = cases[i].msr - VMX_MSR_FIRST;
		char section[32];
		const char *line;

		*evidence = newest();
		record_set_msr(evidence, index,
		               (struct msr_reading){evidence->msr[index].value ^ cases[i].flipped,
		                                    MSR_READ});
		line = strstr(cpus_printed(caps_print_broken_rules, &machine), cases[i].rule);
		if (line == NULL)
			fail_msg("%#x ^ %#lx: %s", cases[i].msr, cases[i].flipped,
			         cpus_printed(caps_print_broken_rules, &machine));
		snprintf(section, sizeof(section), " %s \"", cases[i].section);
		line = strstr(line, "(SDM ");
		assert_non_null(line);
		assert_ptr_equal(strstr(line, section), line + strlen("(SDM ") + strlen("vol. 3x"));
	}
}

static void an_announced_msr_that_faults_breaks_a_rule(void **state)
{
	struct machine machine = cpus_machine(2);

	machine.cpus.cpu[0]->evidence = newest();
	machine.cpus.cpu[1]->evidence = newest();
	record_set_msr(&machine.cpus.cpu[1]->evidence, 0x11, (struct msr_reading){0, MSR_FAULTED});
	assert_string_equal(cpus_printed(caps_print_broken_rules, &machine),
	                    "cpu 1: warning: caps-consistency: IA32_VMX_VMFUNC faults, but "
	                    "vmx-vmfunc announces it\n");
}

/* That it faults is reported elsewhere, and the other MSRs fault with it. */
static void without_ia32_vmx_basic_no_rule_is_broken(void **state)
{
	struct vmx_evidence evidence = newest();

	for (unsigned i = 0; i < VMX_MSR_COUNT; i++)
		record_set_msr(&evidence, i, (struct msr_reading){0, MSR_FAULTED});
	assert_int_equal(broken_rules(&evidence), 0);
}

/* "write back" and "uncacheable" are the two memory types of Appendix A.1. */
static void each_memory_type_but_two_breaks_a_rule(void **state)
{
	for (uint64_t type = 0; type < 16; type++) {
		struct vmx_evidence evidence = newest();
		uint64_t basic = evidence.msr[0].value & ~(15ull << 50);

		record_set_msr(&evidence, 0, (struct msr_reading){basic | type << 50, MSR_READ});
		assert_int_equal(broken_rules(&evidence), type == 0 || type == 6 ? 0 : 1);
	}
}

/* The rules come in this order, after those about one MSR. */
static void each_announced_msr_is_named_with_its_capability(void **state)
{
	static const struct {
		const char *capability, *msr;
	} cases[] = {
		{"vmx-secondary-ctls", "IA32_VMX_PROCBASED_CTLS2"},
		{"vmx-ept", "IA32_VMX_EPT_VPID_CAP"},
		{"vmx-vpid", "IA32_VMX_EPT_VPID_CAP"},
		{"vmx-vmfunc", "IA32_VMX_VMFUNC"},
		{"vmx-tertiary-ctls", "IA32_VMX_PROCBASED_CTLS3"},
		{"vmx-exit-secondary-ctls", "IA32_VMX_EXIT_CTLS2"},
	};
	const struct vmx_evidence evidence = newest();
	char expected[96];

	for (unsigned i = 0; i < COUNT_OF(cases); i++) {
		struct unit_capture *name = unit_capture(), *line = unit_capture();

		caps_rule_name(11 + i, &name->text);
		snprintf(expected, sizeof(expected), "%s announces %s", cases[i].capability,
		         cases[i].msr);
		assert_string_equal(name->at, expected);
		caps_rule_print(11 + i, &evidence, &line->text);
		snprintf(expected, sizeof(expected), "%s faults, but %s announces it", cases[i].msr,
		         cases[i].capability);
		assert_string_equal(line->at, expected);
	}
}

static void an_msr_that_a_dump_lacks_breaks_none(void **state)
{
	for (unsigned i = 0; i < VMX_MSR_COUNT; i++) {
		struct vmx_evidence evidence = newest();

		evidence.msr[i] = (struct msr_reading){0, MSR_NOT_READ};
		assert_int_equal(broken_rules(&evidence), 0);
	}
}

static void each_capability_that_needs_another_cites_its_section(void **state)
{
	static const struct {
		const char *name, *section;
	} needs[] = {
		{"vmx-vnmi only with vmx-nmi-exit", "26.2.1.1"},
		{"vmx-vnmi-pending only with vmx-vnmi", "26.2.1.1"},
		{"vmx-apicv-x2apic only with vmx-flexpriority", "26.2.1.1"},
		{"vmx-apicv-register only with vmx-flexpriority", "26.2.1.1"},
		{"vmx-apicv-vid only with vmx-flexpriority", "26.2.1.1"},
		{"vmx-apicv-vid only with vmx-intr-exit", "26.2.1.1"},
		{"vmx-posted-intr only with vmx-apicv-vid", "26.2.1.1"},
		{"vmx-posted-intr only with vmx-exit-ack-intr", "26.2.1.1"},
		{"vmx-unrestricted-guest only with vmx-ept", "26.2.1.1"},
		{"vmx-pml only with vmx-ept", "26.2.1.1"},
		{"vmx-eptp-switching only with vmx-ept", "26.2.1.1"},
		{"vmx-exit-save-preemption-timer only with vmx-preemption-timer", "26.2.1.2"},
		{"vmx-unrestricted-guest only with vmx-store-lma", "A.6"},
		{"vmx-ept only with vmx-page-walk-4", "A.10"},
		{"vmx-ept only with ept-write-back", "A.10"},
		{"vmx-invept-single-context only with vmx-invept", "A.10"},
		{"vmx-invept-all-context only with vmx-invept", "A.10"},
		{"vmx-invvpid-single-addr only with vmx-invvpid", "A.10"},
		{"vmx-invvpid-single-context only with vmx-invvpid", "A.10"},
		{"vmx-invvpid-all-context only with vmx-invvpid", "A.10"},
	};
	struct vmx_evidence evidence = newest();
	const unsigned first = caps_rules_count - (unsigned)COUNT_OF(needs);

	for (unsigned n = 0; n < COUNT_OF(needs); n++) {
		struct unit_capture *name = unit_capture(), *line = unit_capture();
		char section[32];

		caps_rule_name(first + n, &name->text);
		assert_string_equal(name->at, needs[n].name);
		caps_rule_print(first + n, &evidence, &line->text);
		snprintf(section, sizeof(section), " %s \"", needs[n].section);
		assert_non_null(strstr(line->at, section));
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_model_keeps_every_rule),
		cmocka_unit_test(a_cpu_without_vmx_keeps_every_rule),
		cmocka_unit_test(a_changed_bit_breaks_the_rule_that_is_about_it),
		cmocka_unit_test(an_announced_msr_that_faults_breaks_a_rule),
		cmocka_unit_test(without_ia32_vmx_basic_no_rule_is_broken),
		cmocka_unit_test(each_memory_type_but_two_breaks_a_rule),
		cmocka_unit_test(each_announced_msr_is_named_with_its_capability),
		cmocka_unit_test(an_msr_that_a_dump_lacks_breaks_none),
		cmocka_unit_test(each_capability_that_needs_another_cites_its_section),
	};

	return unit_run(tests, COUNT_OF(tests));
}
