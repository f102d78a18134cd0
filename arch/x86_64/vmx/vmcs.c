/* Creates, fills, checks and releases the calling CPU's VMCS. */
#include "arch/x86_64/vmx/vmcs.h"

#include "arch/x86_64/registers.h"
#include "kernel/lib/count.h"
#include "kernel/machine/arch.h"
#include "kernel/machine/memory.h"
#include "kernel/record/record.h"
#include "kernel/lib/string.h"

struct vmx_status vmcs_clear(uint64_t phys)
{
	return vmx_status_of(vmclear_safe(&phys));
}

struct vmx_status vmcs_load(uint64_t phys)
{
	return vmx_status_of(vmptrld_safe(&phys));
}

struct vmx_status vmcs_store(uint64_t *phys)
{
	return vmx_status_of(vmptrst_safe(phys));
}

struct vmx_status vmcs_read(uint32_t field, uint64_t *value)
{
	return vmx_status_of(vmread_safe(field, value));
}

struct vmx_status vmcs_write(uint32_t field, uint64_t value)
{
	return vmx_status_of(vmwrite_safe(field, value));
}

bool vmcs_set(uint32_t field, uint64_t value, struct vmx_proof *proof)
{
	struct vmx_status status = vmcs_write(field, value);

	if (vmx_succeeded(status))
		return true;
	proof->seen = field;
	return proof_fail(proof, REASON_VMCS, "VMWRITE", status);
}

bool vmcs_set_all(const struct vmcs_setting *settings, size_t count, struct vmx_proof *proof)
{
	for (size_t i = 0; i < count; i++) {
		if (!vmcs_set(settings[i].field, settings[i].value, proof))
			return false;
	}
	return true;
}

uint64_t vmcs_value(uint32_t field)
{
	uint64_t value = 0;

	return vmx_succeeded(vmcs_read(field, &value)) ? value : 0;
}

/*
 * Follows SDM vol. 3C 24.11.3 "Initializing a VMCS". Two VMCLEARs are needed, for two reasons.
 *
 * The first comes before memset(): the VMCS may still be active from the last guest, and the CPU
 * may hold parts of it. Without VMCLEAR, the CPU could write them over the new region at any time
 * (SDM vol. 3C 24.11.1 "Software Use of Virtual-Machine Control Structures"). Its status is ignored
 * because the second would fail in the same way.
 *
 * The second sets the launch state to "clear", which is at a place in the region that only the CPU
 * knows. VMLAUNCH requires it.
 *
 * vmcs_in_use is set before the VMCS can become active, so that arch_vmx_leave() clears it even if
 * an NMI stops this CPU in between.
 */
struct vmx_status vmcs_begin(struct cpu *cpu)
{
	uint32_t *region = arch_map(cpu->found.vmcs_phys, PAGE_SIZE);
	struct vmx_status status;

	vmcs_clear(cpu->found.vmcs_phys);
	memset(region, 0, PAGE_SIZE);
	region[0] = cpu->evidence.basic.revision;
	cpu->outcome.vmcs_in_use = true;
	status = vmcs_clear(cpu->found.vmcs_phys);
	return vmx_succeeded(status) ? vmcs_load(cpu->found.vmcs_phys) : status;
}

/*
 * Checks that VMREAD returns what VMWRITE wrote, on one field of each width, with a value that
 * fills the width. A host hypervisor that shadows the VMCS with a wrong width or offset fails here,
 * before a guest fails in a way that is harder to explain.
 */
static bool round_trips(struct vmx_proof *proof)
{
	static const struct {
		uint32_t field;
		uint64_t value;
	} trials[] = {
		{GUEST_ES_SELECTOR, 0x5AA5},
		{GUEST_ES_LIMIT, 0x5AA5C33C},
		{VMCS_LINK_POINTER, 0x5AA5C33C96690FF0},
		{GUEST_RIP, 0x5AA5C33C96690FF0},
	};

	for (unsigned i = 0; i < COUNT_OF(trials); i++) {
		struct vmx_status status;

		if (!vmcs_set(trials[i].field, trials[i].value, proof))
			return false;
		status = vmcs_read(trials[i].field, &proof->seen);
		proof->expected = trials[i].value;
		if (!vmx_succeeded(status) || proof->seen != proof->expected)
			return proof_fail(proof, REASON_VMCS, "VMREAD", status);
	}
	return true;
}

/*
 * SDM vol. 3C 31.3 "Managing VMCS Regions and Pointers". VMPTRST shows which VMCS is current: it
 * must be ours.
 */
bool vmcs_begin_checked(struct cpu *cpu)
{
	struct vmx_proof *proof = &cpu->proof;
	struct vmx_status status = vmcs_begin(cpu);

	if (!vmx_succeeded(status))
		return proof_fail(proof, REASON_VMCS, "VMCLEAR or VMPTRLD", status);
	status = vmcs_store(&proof->seen);
	proof->expected = cpu->found.vmcs_phys;
	if (!vmx_succeeded(status) || proof->seen != proof->expected)
		return proof_fail(proof, REASON_VMCS, "VMPTRST", status);
	return round_trips(proof);
}

struct vmx_status vmcs_end(struct cpu *cpu)
{
	struct vmx_status status = vmcs_clear(cpu->found.vmcs_phys);

	cpu->outcome.vmcs_in_use = false;
	return status;
}

/*
 * SDM vol. 3C 28.3.3.4 "Guidelines for Use of the INVEPT Instruction" asks for this after VMXON and
 * before VMXOFF: neither instruction flushes cached EPT translations. A type that the CPU does not
 * support is skipped. The all-context types ignore their descriptor, but it must be readable.
 */
void vmcs_invalidate_translations(const struct vmx_evidence *evidence)
{
	static const uint64_t unused_descriptor[2];
	uint64_t can = evidence->msr[IA32_VMX_EPT_VPID_CAP - VMX_MSR_FIRST].value;

	if (can & EPT_VPID_INVEPT && can & EPT_VPID_INVEPT_ALL)
		invept_safe(INVALIDATE_ALL_CONTEXTS, unused_descriptor);
	if (can & EPT_VPID_INVVPID && can & EPT_VPID_INVVPID_ALL)
		invvpid_safe(INVALIDATE_ALL_CONTEXTS, unused_descriptor);
}
