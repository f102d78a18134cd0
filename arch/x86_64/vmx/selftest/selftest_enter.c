/* Runs the self-test's table of VM entries on the calling CPU. */
#include "arch/x86_64/vmx/selftest/selftest_host.h"
#include "arch/x86_64/vmx/selftest/selftest_run.h"
#include "arch/x86_64/vmx/vmcs.h"
#include "kernel/record/caps.h"

#include <stddef.h>

/*
 * Makes a clear VMCS that breaks no rule. Secondary controls and VPID are written although the
 * guest does not use them: a trial may activate them, and must then find a defined value.
 */
void selftest_write_good(struct guest *guest, struct cpu *cpu)
{
	*guest = guest_make(PROOF_LONG, cpu);
	vmcs_begin(cpu);
	if (caps_has_named("vmx-secondary-ctls", &cpu->evidence))
		vmcs_write(SECONDARY_CONTROLS, 0);
	if (caps_has_named("vmx-vpid", &cpu->evidence))
		vmcs_write(VPID, 0);
	guest_state_write(guest, cpu);
}

static uint64_t changed(uint64_t before, const struct entry_change *change)
{
	uint64_t value = (uint64_t)change->value << (change->how & IN_HIGH_HALF ? 32 : 0);

	switch (change->how & ~(IN_HIGH_HALF | IF_RESERVED)) {
	case BITS_CLEARED:
		return before & ~value;
	case BITS_SET:
		return before | value;
	default:
		return value;
	}
}

static struct vmx_status try_entry(const struct entry_trial *trial,
                                   const struct selftest_host *host, struct guest *guest)
{
	uint64_t before[2];
	struct vmx_status status;
	unsigned count = 0;

	for (; count < 2 && trial->change[count].how != UNCHANGED; count++) {
		const struct entry_change *change = &trial->change[count];

		before[count] = vmcs_value(change->field);
		vmcs_write(change->field, changed(before[count], change));
	}
	status = guest_run(guest);
	if (host != NULL && guest->launched)
		selftest_host_restore(host);
	while (count-- > 0)
		vmcs_write(trial->change[count].field, before[count]);
	return status;
}

static bool needs_host(const struct selftest_check *check)
{
	return check->expected.kind == VMX_FAIL_VALID &&
	       check->expected.number == VMX_ERROR_HOST_STATE;
}

/* Tries the entries with a wrong host state, if host is set, or all others. */
static void try_entries(const struct selftest_host *host, struct cpu *cpu)
{
	struct guest guest;

	selftest_write_good(&guest, cpu);
	for (unsigned n = 0; n < selftest_entry_count; n++) {
		const struct entry_trial *trial = &selftest_entries[n];

		if (needs_host(&trial->check) != (host != NULL) ||
		    !selftest_is_needed(&trial->check, &cpu->evidence) ||
		    selftest_is_allowed(&trial->change[0], &cpu->evidence))
			continue;
		if (host != NULL)
			selftest_host_announce(cpu, trial->check.name);
		selftest_record(&trial->check, try_entry(trial, host, &guest), cpu);
		if (guest.launched)
			selftest_write_good(&guest, cpu);
	}
}

static void skip_host_entries(struct cpu *cpu)
{
	for (unsigned n = 0; n < selftest_entry_count; n++) {
		const struct selftest_check *check = &selftest_entries[n].check;

		if (needs_host(check))
			*selftest_seen(check, cpu) = (struct selftest_seen){.kind = ITEM_NOT_FIRST};
	}
}

void selftest_try_entries(struct cpu *cpu)
{
	struct selftest_host host;

	try_entries(NULL, cpu);
	if (!selftest_host_begin(cpu, &host)) {
		skip_host_entries(cpu);
		return;
	}
	try_entries(&host, cpu);
	selftest_host_end();
}
