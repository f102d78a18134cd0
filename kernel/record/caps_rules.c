#include "kernel/record/caps_rules.h"
#include "kernel/lib/count.h"

#include "kernel/record/caps.h"
#include "kernel/record/caps_msr.h"
#include "kernel/record/record.h"

#define SECTION_A1   "SDM vol. 3D A.1 \"Basic VMX Information\""
#define SECTION_A2   "SDM vol. 3D A.2 \"Reserved Controls and Default Settings\""
#define SECTION_A3   "SDM vol. 3D A.3 \"VM-Execution Controls\""
#define SECTION_A6   "SDM vol. 3D A.6 \"Miscellaneous Data\""
#define SECTION_A10  "SDM vol. 3D A.10 \"VPID and EPT Capabilities\""
#define VM_EXECUTION "SDM vol. 3C 26.2.1.1 \"VM-Execution Control Fields\""
#define VM_EXIT      "SDM vol. 3C 26.2.1.2 \"VM-Exit Control Fields\""

/* What the SDM says about one MSR, or about two that go together. */
static const struct {
	uint16_t msr;
	enum { ALL_BELOW_4_GIB, MEMORY_TYPE, HALVES, TRUE_HALVES } kind;
	const char *section;
} msr_rules[] = {
	{BASIC, ALL_BELOW_4_GIB, SECTION_A1},
	{BASIC, MEMORY_TYPE, SECTION_A1},
	{PIN, HALVES, SECTION_A3},
	{PRIMARY, HALVES, SECTION_A3},
	{EXIT, HALVES, SECTION_A3},
	{ENTRY, HALVES, SECTION_A3},
	{SECONDARY, HALVES, SECTION_A3},
	{PIN, TRUE_HALVES, SECTION_A2},
	{PRIMARY, TRUE_HALVES, SECTION_A2},
	{EXIT, TRUE_HALVES, SECTION_A2},
	{ENTRY, TRUE_HALVES, SECTION_A2},
};

#define CAP(msr, name) {msr, __builtin_ctzll(msr##_##name)}

/* An MSR that a capability announces, so RDMSR must not fault. */
static const struct {
	struct caps_bit capability;
	uint16_t msr;
} announced[] = {
	{CAP(PRIMARY, SECONDARY), SECONDARY}, {CAP(SECONDARY, EPT), EPT_VPID},
	{CAP(SECONDARY, VPID), EPT_VPID},     {CAP(SECONDARY, VM_FUNCTIONS), VMFUNC},
	{CAP(PRIMARY, TERTIARY), TERTIARY},   {CAP(EXIT, SECONDARY), EXIT2},
};

/*
 * A capability that needs another: VM entry refuses the first without the second, so a CPU that
 * offers only the first offers nothing.
 */
static const struct {
	struct caps_bit capability;
	struct caps_bit other;
	const char *section;
} needs[] = {
	{CAP(PIN, VIRTUAL_NMIS), CAP(PIN, NMI_EXITING), VM_EXECUTION},
	{CAP(PRIMARY, NMI_WINDOW_EXITING), CAP(PIN, VIRTUAL_NMIS), VM_EXECUTION},
	{CAP(SECONDARY, VIRTUALIZE_X2APIC), CAP(PRIMARY, TPR_SHADOW), VM_EXECUTION},
	{CAP(SECONDARY, APIC_REGISTERS), CAP(PRIMARY, TPR_SHADOW), VM_EXECUTION},
	{CAP(SECONDARY, VIRTUAL_INTERRUPTS), CAP(PRIMARY, TPR_SHADOW), VM_EXECUTION},
	{CAP(SECONDARY, VIRTUAL_INTERRUPTS), CAP(PIN, EXTERNAL_INTERRUPT_EXITING), VM_EXECUTION},
	{CAP(PIN, POSTED_INTERRUPTS), CAP(SECONDARY, VIRTUAL_INTERRUPTS), VM_EXECUTION},
	{CAP(PIN, POSTED_INTERRUPTS), CAP(EXIT, ACKNOWLEDGE_INTERRUPT), VM_EXECUTION},
	{CAP(SECONDARY, UNRESTRICTED), CAP(SECONDARY, EPT), VM_EXECUTION},
	{CAP(SECONDARY, PML), CAP(SECONDARY, EPT), VM_EXECUTION},
	{CAP(VMFUNC, EPTP_SWITCHING), CAP(SECONDARY, EPT), VM_EXECUTION},
	{CAP(EXIT, SAVE_PREEMPTION_TIMER), CAP(PIN, PREEMPTION_TIMER), VM_EXIT},
	{CAP(SECONDARY, UNRESTRICTED), CAP(VMX_MISC, STORE_LMA), SECTION_A6},
	{CAP(SECONDARY, EPT), CAP(EPT_VPID, WALK_LENGTH_4), SECTION_A10},
	{CAP(SECONDARY, EPT), CAP(EPT_VPID, WRITE_BACK), SECTION_A10},
	{CAP(EPT_VPID, INVEPT_SINGLE), CAP(EPT_VPID, INVEPT), SECTION_A10},
	{CAP(EPT_VPID, INVEPT_ALL), CAP(EPT_VPID, INVEPT), SECTION_A10},
	{CAP(EPT_VPID, INVVPID_ADDRESS), CAP(EPT_VPID, INVVPID), SECTION_A10},
	{CAP(EPT_VPID, INVVPID_SINGLE), CAP(EPT_VPID, INVVPID), SECTION_A10},
	{CAP(EPT_VPID, INVVPID_ALL), CAP(EPT_VPID, INVVPID), SECTION_A10},
};

static const struct msr_reading *caps_rules_msr(uint32_t msr, const struct vmx_evidence *evidence)
{
	return &evidence->msr[msr - VMX_MSR_FIRST];
}

static uint32_t must_be_1(uint64_t value)
{
	return (uint32_t)value;
}

static uint32_t may_be_1(uint64_t value)
{
	return (uint32_t)(value >> VMX_ALLOWED1_SHIFT);
}

/* The plain MSR demands all default1 controls, for software that does not know the TRUE one. */
static bool agrees_with_true(uint32_t msr, const struct vmx_evidence *evidence)
{
	uint32_t true_msr = msr + IA32_VMX_TRUE_PINBASED_CTLS - IA32_VMX_PINBASED_CTLS;
	uint64_t plain = caps_rules_msr(msr, evidence)->value;
	uint64_t precise = caps_rules_msr(true_msr, evidence)->value;

	return !evidence->basic.true_controls ||
	       caps_rules_msr(true_msr, evidence)->state != MSR_READ ||
	       (may_be_1(plain) == may_be_1(precise) &&
	        must_be_1(plain) == (must_be_1(precise) | caps_default1(msr)));
}

static bool msr_rule_holds(unsigned n, const struct vmx_evidence *evidence)
{
	const struct msr_reading *reading = caps_rules_msr(msr_rules[n].msr, evidence);

	if (reading->state != MSR_READ)
		return true;
	switch (msr_rules[n].kind) {
	case ALL_BELOW_4_GIB:
		return !evidence->basic.addresses_32bit;
	case MEMORY_TYPE:
		return evidence->basic.memory_type == VMX_MEMORY_UNCACHEABLE ||
		       evidence->basic.memory_type == VMX_MEMORY_WRITE_BACK;
	case HALVES:
		return (must_be_1(reading->value) & ~may_be_1(reading->value)) == 0;
	default:
		return agrees_with_true(msr_rules[n].msr, evidence);
	}
}

static void name_msr_rule(unsigned n, struct text *to)
{
	static const char *const names[] = {
		[ALL_BELOW_4_GIB] = "width of addresses",
		[MEMORY_TYPE] = "memory type",
		[HALVES] = "what must be 1 may be 1",
		[TRUE_HALVES] = "agrees with the TRUE MSR",
	};

	text_print(to, "%s, %s", record_msr_name(msr_rules[n].msr - VMX_MSR_FIRST),
	           names[msr_rules[n].kind]);
}

void caps_rule_name(unsigned n, struct text *to)
{
	if (n < COUNT_OF(msr_rules)) {
		name_msr_rule(n, to);
		return;
	}
	n -= COUNT_OF(msr_rules);
	if (n < COUNT_OF(announced)) {
		text_print(to, "%s announces %s", caps_name(announced[n].capability),
		           record_msr_name(announced[n].msr - VMX_MSR_FIRST));
		return;
	}
	n -= COUNT_OF(announced);
	text_print(to, "%s only with %s", caps_name(needs[n].capability),
	           caps_name(needs[n].other));
}

static void print_msr_rule(unsigned n, const struct vmx_evidence *evidence, struct text *to)
{
	static const char *const sentences[] = {
		[ALL_BELOW_4_GIB] = "bit 48 must be 0 on a 64-bit CPU",
		[MEMORY_TYPE] = "the memory type, bits 53:50, must be 0 or 6",
		[HALVES] = "each control that must be 1 (bits 31:0) must be one that may be 1 "
			   "(bits 63:32)",
		[TRUE_HALVES] = "the TRUE MSR may differ only in default1 controls, which it may "
				"let be 0",
	};
	uint32_t msr = msr_rules[n].msr;

	text_print(to, "%s = %#lx: %s (%s)", record_msr_name(msr - VMX_MSR_FIRST),
	           caps_rules_msr(msr, evidence)->value, sentences[msr_rules[n].kind],
	           msr_rules[n].section);
}

static void print_need(unsigned n, const struct vmx_evidence *evidence, struct text *to)
{
	uint32_t msr = needs[n].other.msr;

	text_print(to, "%s = %#lx: %s is of use only with %s, which is off (%s)",
	           record_msr_name(msr - VMX_MSR_FIRST), caps_rules_msr(msr, evidence)->value,
	           caps_name(needs[n].capability), caps_name(needs[n].other), needs[n].section);
}

const unsigned caps_rules_count = COUNT_OF(msr_rules) + COUNT_OF(announced) + COUNT_OF(needs);

bool caps_rule_holds(unsigned n, const struct vmx_evidence *evidence)
{
	if (caps_rules_msr(BASIC, evidence)->state != MSR_READ)
		return true;
	if (n < COUNT_OF(msr_rules))
		return msr_rule_holds(n, evidence);
	n -= COUNT_OF(msr_rules);
	if (n < COUNT_OF(announced))
		return caps_rules_msr(announced[n].msr, evidence)->state != MSR_FAULTED;
	n -= COUNT_OF(announced);
	return caps_rules_msr(needs[n].other.msr, evidence)->state != MSR_READ ||
	       !caps_has_bit(needs[n].capability, evidence) ||
	       caps_has_bit(needs[n].other, evidence);
}

void caps_rule_print(unsigned n, const struct vmx_evidence *evidence, struct text *to)
{
	if (n < COUNT_OF(msr_rules)) {
		print_msr_rule(n, evidence, to);
		return;
	}
	n -= COUNT_OF(msr_rules);
	if (n < COUNT_OF(announced)) {
		text_print(to, "%s faults, but %s announces it",
		           record_msr_name(announced[n].msr - VMX_MSR_FIRST),
		           caps_name(announced[n].capability));
		return;
	}
	print_need(n - COUNT_OF(announced), evidence, to);
}
