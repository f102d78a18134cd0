/* Writes the host-state area of the current VMCS. */
#include "arch/x86_64/vmx/guest/vmcs_host.h"

#include "arch/x86_64/descriptors.h"
#include "arch/x86_64/instructions.h"
#include "arch/x86_64/registers.h"
#include "arch/x86_64/vmx/guest/controls.h"
#include "arch/x86_64/vmx/vmcs.h"
#include "kernel/lib/count.h"

/*
 * SDM vol. 3C 24.5 "Host-State Area". VM exit loads the host state from here: a field that is not
 * written would be loaded as 0. TR and CS must not be null. The data segments may be, and in
 * 64-bit mode the CPU does not use them. FS and GS need their bases: GS leads to the CPU's record.
 */
bool vmcs_set_host(uint64_t rip, const struct vmx_evidence *evidence, struct vmx_proof *proof)
{
	const struct descriptors *tables = descriptors_loaded();
	const struct vmcs_setting settings[] = {
		{HOST_RIP, rip},
		{HOST_CR0, read_cr0()},
		{HOST_CR3, read_cr3()},
		{HOST_CR4, read_cr4()},
		{HOST_CS_SELECTOR, SELECTOR_CODE},
		{HOST_TR_SELECTOR, SELECTOR_TSS},
		{HOST_ES_SELECTOR, 0},
		{HOST_SS_SELECTOR, 0},
		{HOST_DS_SELECTOR, 0},
		{HOST_FS_SELECTOR, 0},
		{HOST_GS_SELECTOR, 0},
		{HOST_FS_BASE, rdmsr(IA32_FS_BASE)},
		{HOST_GS_BASE, rdmsr(IA32_GS_BASE)},
		{HOST_TR_BASE, (uint64_t)&tables->tss},
		{HOST_GDTR_BASE, (uint64_t)tables->gdt},
		{HOST_IDTR_BASE, descriptors_idt()},
		{HOST_SYSENTER_CS, rdmsr(IA32_SYSENTER_CS)},
		{HOST_SYSENTER_ESP, rdmsr(IA32_SYSENTER_ESP)},
		{HOST_SYSENTER_EIP, rdmsr(IA32_SYSENTER_EIP)},
	};

	return vmcs_set_all(settings, COUNT_OF(settings), proof) &&
	       (!controls_efer(evidence) || vmcs_set(HOST_EFER, rdmsr(IA32_EFER), proof));
}
