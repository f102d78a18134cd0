/* Decides which checks of the self-test apply to a CPU. Pure. */
#include "arch/x86_64/vmx/guest/controls.h"
#include "arch/x86_64/vmx/selftest/selftest_run.h"
#include "kernel/record/caps.h"
#include "kernel/lib/string.h"

bool selftest_is_needed(const struct selftest_check *check, const struct vmx_evidence *evidence)
{
	if (check->needs == NULL)
		return true;
	if (strcmp(check->needs, SELFTEST_BARE) == 0)
		return !evidence->hypervisor;
	return check->needs[0] == '!' ? !caps_has_named(check->needs + 1, evidence)
	                              : caps_has_named(check->needs, evidence);
}

bool selftest_is_allowed(const struct entry_change *change, const struct vmx_evidence *evidence)
{
	for (enum controls_field i = 0; i < CONTROLS_COUNT; i++) {
		if (change->how & IF_RESERVED && controls_vmcs_field(i) == change->field)
			return controls_allow(i, change->value, evidence);
	}
	return false;
}
