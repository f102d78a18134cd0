/* Decides which checks of the self-test apply to a CPU. Pure. */
#include "arch/x86_64/vmx/guest/controls.h"
#include "arch/x86_64/vmx/selftest/selftest_run.h"

bool selftest_is_needed(const struct selftest_check *check, const struct vmx_evidence *evidence)
{
	return selftest_lacks(check->needs, evidence).size == 0;
}

bool selftest_is_allowed(const struct entry_change *change, const struct vmx_evidence *evidence)
{
	for (enum controls_field i = 0; i < CONTROLS_COUNT; i++) {
		if (change->how & IF_RESERVED && controls_vmcs_field(i) == change->field)
			return controls_allow(i, change->value, evidence);
	}
	return false;
}
