/* kernel/report/explain.h: the reasons that need no details. */
#include "kernel/report/explain.h"
#include "tests/unit/cpus.h"

static void assert_says(const struct cpu *cpu, enum reason reason, const char *part)
{
	struct unit_capture *capture = unit_capture();

	explain_reason(cpu, reason, &capture->text);
	assert_non_null(strstr(capture->at, part));
}

static void reasons_without_details_have_a_sentence_of_their_own(void **state)
{
	static const struct cpu cpu;
	static const struct {
		enum reason reason;
		const char *part;
	} sentences[] = {
		{REASON_LOCKED_OFF, "VMX is disabled: IA32_FEATURE_CONTROL is locked"},
		{REASON_SMX_ONLY, "VMX is enabled in SMX operation only"},
		{REASON_FEATURE_CONTROL_FAULT, "RDMSR of IA32_FEATURE_CONTROL faults"},
		{REASON_CAPABILITY_FAULT, "RDMSR of its capability MSRs faults"},
		{REASON_NO_LONG_MODE, "no 64-bit mode"},
		{REASON_OUT_OF_MEMORY, "not enough memory"},
		{REASON_NO_LOW_MEMORY, "no free page between 64 KiB and 640 KiB"},
		{REASON_AP_UNREACHABLE, "cannot be addressed in xAPIC mode"},
		{REASON_APIC_DISABLED, "the BSP's local APIC is disabled or absent"},
		{REASON_NO_CPU_LIST, "no list of CPUs"},
		{REASON_NOT_FINISHED, "rootmode failed before this CPU finished"},
		{REASON_NOT_SEEN, "there is no verdict"},
		{REASON_VMXOFF, "VMXOFF failed"},
	};

	for (size_t i = 0; i < COUNT(sentences); i++)
		assert_says(&cpu, sentences[i].reason, sentences[i].part);
}

int main(void)
{
	static const struct CMUnitTest rules[] = {
		cmocka_unit_test(reasons_without_details_have_a_sentence_of_their_own),
	};

	return unit_run(rules, COUNT(rules));
}
