/* Tries the self-test's VM entries on the calling CPU. */
#include "arch/x86_64/instructions.h"
#include "arch/x86_64/registers.h"
#include "arch/x86_64/vmx/selftest/selftest_entry.h"
#include "arch/x86_64/vmx/selftest/selftest_host.h"
#include "arch/x86_64/vmx/vmcs.h"
#include "kernel/machine/progress.h"

#include <stddef.h>

/* Of a trial, of the item of a loop, and one that activates the secondary controls. */
enum { SAVED_FIELDS = ENTRY_CHANGES + 2 };

/* The entries that a CPU tries. */
struct entry_run {
	struct cpu *cpu;
	const struct selftest_host
		*host; /* to restore after risky entries; NULL: tries the others */
	struct guest guest;
	enum entry_base base; /* what the current VMCS holds */
	bool broken;          /* it must be written again */
	bool lost;            /* a change did not stay in the VMCS */
	unsigned saved;
	struct vmcs_setting before[SAVED_FIELDS]; /* the changed fields */
};

/*
 * Fields that the guest does not use, but that a trial may activate: it must then find a defined
 * and valid value. A CPU without a field refuses the write.
 */
static void write_unused(void)
{
	static const uint16_t addresses[] = {
		IO_BITMAP_A,
		IO_BITMAP_B,
		MSR_BITMAP,
		VIRTUAL_APIC_PAGE,
		APIC_ACCESS_PAGE,
		PML_ADDRESS,
		EPTP_LIST,
		POSTED_INTERRUPT_DESCRIPTOR,
		VMREAD_BITMAP,
		VMWRITE_BITMAP,
		VIRTUALIZATION_EXCEPTION,
	};
	static const uint16_t zeros[] = {
		VPID,
		POSTED_INTERRUPT_VECTOR,
		SECONDARY_CONTROLS,
		TERTIARY_CONTROLS,
		SECONDARY_EXIT_CONTROLS,
		VM_FUNCTION_CONTROLS,
		ENTRY_ERROR_CODE,
		ENTRY_INSTRUCTION_LENGTH,
		TPR_THRESHOLD,
		GUEST_PERF_GLOBAL_CTRL,
		GUEST_BNDCFGS,
		HOST_PERF_GLOBAL_CTRL,
	};
	uint64_t pat = rdmsr(IA32_PAT);

	for (unsigned i = 0; i < COUNT_OF(addresses); i++)
		vmcs_write(addresses[i], selftest_address(SCRATCH_PAGE, NULL));
	for (unsigned i = 0; i < COUNT_OF(zeros); i++)
		vmcs_write(zeros[i], 0);
	for (unsigned i = 0; i < 4; i++)
		vmcs_write(GUEST_PDPTE0 + 2 * i, 0);
	vmcs_write(GUEST_PAT, pat);
	vmcs_write(HOST_PAT, pat);
}

void selftest_write_good(struct guest *guest, struct cpu *cpu)
{
	*guest = guest_make(PROOF_LONG, cpu);
	vmcs_begin(cpu);
	write_unused();
	guest_state_write(guest, cpu);
}

static uint64_t value_of(const struct entry_change *change, const struct cpu *cpu)
{
	if (change->how & OF_OPERAND)
		return selftest_address((enum selftest_operand)change->value, cpu);
	if (change->how & IN_SCRATCH)
		return selftest_address(SCRATCH_PAGE, cpu) + change->value;
	if (change->how & BELOW_TOP)
		return (1ull << cpu->evidence.physical_address_bits) - change->value;
	return change->value;
}

/*
 * A CPU may drop the reserved bits of a field on VMWRITE, as some do with those of access rights:
 * then VM entry cannot find them.
 */
static void change_field(struct entry_run *run, uint16_t field, unsigned how, uint64_t value)
{
	uint64_t before = vmcs_value(field), after = entry_changed(before, how, value);

	if (run->saved < SAVED_FIELDS)
		run->before[run->saved++] = (struct vmcs_setting){field, before};
	vmcs_write(field, after);
	run->lost |= vmcs_value(field) != after;
}

/* A secondary control has an effect only if the secondary controls are active. */
static void apply(struct entry_run *run, const struct entry_change *change)
{
	if (change->field == SECONDARY_CONTROLS)
		change_field(run, PRIMARY_CONTROLS, BITS_SET, PRIMARY_SECONDARY);
	change_field(run, change->field, change->how, value_of(change, run->cpu));
}

static void prepare_base(struct entry_run *run, enum entry_base base)
{
	if (!run->broken && run->base == base)
		return;
	selftest_write_good(&run->guest, run->cpu);
	for (const struct entry_change *change = entry_bases[base]; change->how != UNCHANGED;
	     change++)
		apply(run, change);
	run->saved = 0;
	run->lost = false;
	run->base = base;
	run->broken = false;
}

static struct selftest_seen enter(struct entry_run *run, const struct entry_trial *trial)
{
	struct selftest_seen seen = {.status = guest_run(&run->guest)};
	uint16_t qualification;

	if (run->host != NULL && seen.status.kind != VMX_FAIL_VALID)
		selftest_host_restore(run->host);
	if (run->guest.launched)
		unblock_nmis(); /* an entry that injects an NMI may leave them blocked */
	run->broken |= run->guest.launched;
	if (seen.status.kind != VMX_ENTRY_FAILED || trial->check.expected.kind != VMX_ENTRY_FAILED)
		return seen;
	qualification = (uint16_t)vmcs_value(EXIT_QUALIFICATION);
	if (qualification != trial->qualification) {
		seen.kind = ITEM_QUALIFICATION;
		seen.item = qualification;
	}
	return seen;
}

/* Enters if the VMCS holds all changes, and takes them back. */
static struct selftest_seen enter_once(struct entry_run *run, const struct entry_trial *trial)
{
	struct selftest_seen seen = {.kind = ITEM_NOT_KEPT};

	if (!run->lost)
		seen = enter(run, trial);
	run->lost = false;
	while (run->saved > 0) {
		const struct vmcs_setting *before = &run->before[--run->saved];

		vmcs_write(before->field, before->value);
	}
	return seen;
}

static struct selftest_seen try_entry(struct entry_run *run, const struct entry_trial *trial)
{
	prepare_base(run, trial->base);
	for (unsigned i = 0; i < ENTRY_CHANGES && trial->change[i].how != UNCHANGED; i++)
		apply(run, &trial->change[i]);
	return enter_once(run, trial);
}

static struct vmx_status try_item(struct entry_run *run, const struct entry_loop *loop,
                                  unsigned item)
{
	static const uint8_t hows[] = {
		[ITEMS_MUST_BE_1] = BITS_CLEARED,
		[ITEMS_MUST_BE_0] = BITS_SET,
		[ITEMS_FIXED_TO_0] = BITS_SET,
		[ITEMS_BITS] = BITS_SET,
	};
	const struct entry_trial *trial = &loop->trial;

	prepare_base(run, trial->base);
	for (unsigned i = 0; i < ENTRY_CHANGES && trial->change[i].how != UNCHANGED; i++)
		apply(run, &trial->change[i]);
	if (loop->field == SECONDARY_CONTROLS)
		change_field(run, PRIMARY_CONTROLS, BITS_SET, PRIMARY_SECONDARY);
	if (loop->items == ITEMS_FIELDS)
		change_field(run, (uint16_t)(loop->field + 2 * item), loop->how, loop->value);
	else
		change_field(run, loop->field, hows[loop->items], 1ull << item);
	return enter_once(run, trial).status;
}

static struct selftest_seen try_loop(struct entry_run *run, const struct entry_loop *loop)
{
	uint64_t items = entry_items(loop, &run->cpu->evidence);
	bool fields = loop->items == ITEMS_FIELDS;
	struct selftest_seen seen = {.kind = ITEM_NO_BIT};

	for (unsigned item = 0; item < 64; item++) {
		struct vmx_status status;

		if (!(items >> item & 1))
			continue;
		status = try_item(run, loop, item);
		if (status.kind == VMX_NOT_TRIED)
			continue;
		selftest_add_item(&seen, status, loop->trial.check.expected,
		                  fields ? ITEM_FIELD : ITEM_BIT,
		                  (uint16_t)(fields ? loop->field + 2u * item : item));
	}
	return seen;
}

/* Returns whether to try the check now. */
static bool is_due(const struct entry_run *run, const struct entry_trial *trial)
{
	if (trial->risky != (run->host != NULL) ||
	    !selftest_is_needed(&trial->check, &run->cpu->evidence))
		return false;
	progress_made();
	if (trial->risky)
		selftest_host_announce(run->cpu, trial->check.name);
	return true;
}

/* Tries the risky entries, if host is set, or all others. */
static void try_entries(const struct selftest_host *host, struct cpu *cpu)
{
	struct entry_run run = {.cpu = cpu, .host = host, .broken = true};

	for (unsigned i = 0; i < entry_table_count; i++) {
		for (unsigned n = 0; n < *entry_tables[i].count; n++) {
			const struct entry_trial *trial = &entry_tables[i].first[n];

			if (is_due(&run, trial))
				*selftest_seen(&trial->check, cpu) = try_entry(&run, trial);
		}
	}
	for (unsigned n = 0; n < selftest_loops_count; n++) {
		const struct entry_loop *loop = &selftest_loops[n];

		if (is_due(&run, &loop->trial))
			*selftest_seen(&loop->trial.check, cpu) = try_loop(&run, loop);
	}
}

static void skip_risky(struct cpu *cpu)
{
	const struct selftest_seen skipped = {.kind = ITEM_NOT_FIRST};

	for (unsigned i = 0; i < entry_table_count; i++) {
		for (unsigned n = 0; n < *entry_tables[i].count; n++) {
			if (entry_tables[i].first[n].risky)
				*selftest_seen(&entry_tables[i].first[n].check, cpu) = skipped;
		}
	}
	for (unsigned n = 0; n < selftest_loops_count; n++) {
		if (selftest_loops[n].trial.risky)
			*selftest_seen(&selftest_loops[n].trial.check, cpu) = skipped;
	}
}

void selftest_try_entries(struct cpu *cpu)
{
	struct selftest_host host;

	try_entries(NULL, cpu);
	if (!selftest_host_begin(cpu, &host)) {
		skip_risky(cpu);
		return;
	}
	try_entries(&host, cpu);
	selftest_host_end();
}
