/* Compares the VM exit of a guest trial with what the table demands. Pure. */
#include "arch/x86_64/registers.h"
#include "arch/x86_64/vmx/selftest/selftest_trial.h"

#include <stddef.h>

#define REASON(name) BIT(EXIT_REASON_##name)

/* The reasons up to 63 for which the length of an instruction is undefined. */
#define WITHOUT_LENGTH                                                                          \
	(REASON(EXCEPTION) | REASON(EXTERNAL_INTERRUPT) | REASON(TRIPLE_FAULT) | REASON(INIT) | \
	 REASON(SIPI) | REASON(IO_SMI) | REASON(OTHER_SMI) | REASON(INTERRUPT_WINDOW) |         \
	 REASON(NMI_WINDOW) | REASON(MONITOR_TRAP_FLAG) | REASON(MACHINE_CHECK) |               \
	 REASON(TPR_BELOW_THRESHOLD) | REASON(APIC_ACCESS) | REASON(VIRTUALIZED_EOI) |          \
	 REASON(EPT_VIOLATION) | REASON(EPT_MISCONFIGURATION) | REASON(PREEMPTION_TIMER) |      \
	 REASON(APIC_WRITE) | REASON(PML_FULL))

/* SDM vol. 3C 27.2.4 "Information for VM Exits Due to Instruction Execution" */
bool trial_has_length(unsigned reason)
{
	return reason > 63 || !(WITHOUT_LENGTH >> reason & 1);
}

uint64_t *trial_place(const struct trial_change *change, uint64_t *registers,
                      const struct trial_memory *memory)
{
	if (change->how & TRIAL_REGISTER)
		return &registers[change->field];
	if (change->how & TRIAL_MEMORY)
		return (uint64_t *)memory->at + change->field;
	return NULL;
}

uint64_t trial_value(const struct trial_change *change, const struct trial_exit *exit,
                     const struct trial_memory *memory)
{
	if (change->how & TRIAL_PLACE)
		return TRIAL_ADDRESS(TRIAL_CODE) + exit->at + change->value;
	if (change->how & TRIAL_PHYS)
		return memory->phys + ((uint64_t)change->value << 3);
	return (uint64_t)change->value << (change->how & TRIAL_HIGH ? 32 : 0);
}

/* Returns false, and stores the difference in *seen, unless value is wanted in the bits of mask. */
static bool compare(uint64_t value, uint64_t wanted, uint64_t mask, uint16_t field,
                    enum selftest_item kind, struct selftest_seen *seen)
{
	if (((value ^ wanted) & mask) == 0)
		return true;
	seen->item = field;
	seen->kind = (uint8_t)kind;
	seen->value = value;
	seen->wanted = (wanted & mask) | (value & ~mask);
	return false;
}

static bool compare_field(const struct trial_view *view, uint32_t field, uint64_t wanted,
                          uint64_t mask, struct selftest_seen *seen)
{
	return compare(view->field(field), wanted, mask, (uint16_t)field, ITEM_VALUE, seen);
}

/* Bit 12 is undefined because NMIs exit and are not virtual, or an event was being delivered. */
static uint64_t undefined(const struct trial_change *change)
{
	bool event = change->field == EXIT_INTERRUPTION || change->field == IDT_VECTORING;

	return event ? BIT(12) : 0;
}

static bool compare_expected(const struct trial_change *change, const struct trial_exit *exit,
                             const struct trial_view *view, struct selftest_seen *seen)
{
	uint64_t value = trial_value(change, exit, &view->memory);
	enum trial_how action = change->how & TRIAL_ACTION;
	uint64_t wanted = action == TRIAL_EXPECT_CLEAR ? 0 : value;
	uint64_t mask = action == TRIAL_EXPECT ? ~undefined(change) : value;

	if (change->how & TRIAL_REGISTER)
		return compare(view->registers[change->field], wanted, mask, change->field,
		               ITEM_REGISTER, seen);
	if (change->how & TRIAL_MEMORY)
		return compare(((const uint64_t *)view->memory.at)[change->field], wanted, mask,
		               change->field, ITEM_MEMORY, seen);
	return compare_field(view, change->field, wanted, mask, seen);
}

static bool expects(const struct guest_trial *trial, uint32_t field)
{
	for (unsigned i = 0; i < TRIAL_CHANGES; i++) {
		if (trial->change[i].how == TRIAL_EXPECT && trial->change[i].field == field)
			return true;
	}
	return false;
}

static uint64_t expected_rip(const struct guest_trial *trial, const struct trial_exit *exit)
{
	if (trial->vector != 0)
		return trial_address_of(trial_handlers[trial->vector]);
	if (trial->check.expected.number == EXIT_REASON_VMCALL)
		return trial_address_of(trial_end);
	return TRIAL_ADDRESS(TRIAL_CODE) + exit->at;
}

static uint64_t expected_length(const struct guest_trial *trial, const struct trial_exit *exit)
{
	return trial->check.expected.number == EXIT_REASON_VMCALL ? sizeof(trial_handlers[0])
	                                                          : exit->length;
}

/*
 * SDM vol. 3C 27.2.1 "Basic VM-Exit Information": the qualification is 0 unless the reason defines
 * it. SDM vol. 3C 27.2.2 "Information for VM Exits Due to Vectored Events", SDM vol. 3C 27.2.3
 * "Information for VM Exits During Event Delivery": bit 31 is clear unless there is an event.
 */
static bool compare_exit(const struct guest_trial *trial, const struct trial_exit *exit,
                         const struct trial_view *view, struct selftest_seen *seen)
{
	unsigned reason = trial->check.expected.number;
	uint64_t defined = reason == EXIT_REASON_EPT_VIOLATION ? EPT_VIOLATION_DEFINED : UINT64_MAX;

	return compare_field(view, EXIT_QUALIFICATION, trial->qualification, defined, seen) &&
	       compare_field(view, GUEST_RIP, expected_rip(trial, exit), UINT64_MAX, seen) &&
	       (!trial_has_length(reason) ||
	        compare_field(view, EXIT_INSTRUCTION_LENGTH, expected_length(trial, exit),
	                      UINT64_MAX, seen)) &&
	       (expects(trial, EXIT_INTERRUPTION) ||
	        compare_field(view, EXIT_INTERRUPTION, 0, INTERRUPTION_VALID, seen)) &&
	       (expects(trial, IDT_VECTORING) ||
	        compare_field(view, IDT_VECTORING, 0, INTERRUPTION_VALID, seen));
}

struct selftest_seen trial_judge(const struct guest_trial *trial, const struct trial_exit *exit,
                                 struct vmx_status status, const struct trial_view *view)
{
	struct selftest_seen seen = {.status = status};

	if (!vmx_status_same(status, trial->check.expected) ||
	    (status.kind == VMX_EXITED && !compare_exit(trial, exit, view, &seen)))
		return seen;
	for (unsigned i = 0; i < TRIAL_CHANGES; i++) {
		const struct trial_change *change = &trial->change[i];

		if ((change->how & TRIAL_ACTION) >= TRIAL_EXPECT &&
		    !compare_expected(change, exit, view, &seen))
			break;
	}
	return seen;
}
