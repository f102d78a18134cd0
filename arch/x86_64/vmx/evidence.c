/* Reading what a CPU says of itself. Changes nothing. */
#include "arch/x86_64/boot.h"
#include "arch/x86_64/instructions.h"
#include "arch/x86_64/recover.h"
#include "arch/x86_64/registers.h"
#include "arch/x86_64/vmx/plan.h"
#include "kernel/arch.h"
#include "kernel/string.h"

#define LEAF_FEATURES 7
#define LEAF_HYBRID 0x1A
#define LEAF_HYPERVISOR 0x40000000
#define LEAF_EXTENDED 0x80000000
#define LEAF_BRAND 0x80000002
#define LEAF_BRAND_LAST 0x80000004
#define LEAF_ADDRESS_SIZES 0x80000008

enum { ADDRESS_BITS_WITHOUT_LEAF = 36 };

static void copy_registers(char *to, uint32_t a, uint32_t b, uint32_t c)
{
	memcpy(to, &a, 4);
	memcpy(to + 4, &b, 4);
	memcpy(to + 8, &c, 4);
	to[12] = '\0';
}

/* Some CPUs pad the string with spaces, in front or behind; the log shows it without. */
static void read_brand(char brand[49])
{
	char raw[49] = {0};
	const char *start = raw;

	for (uint32_t leaf = LEAF_BRAND; leaf <= LEAF_BRAND_LAST; leaf++) {
		struct cpuid r = cpuid(leaf, 0);

		memcpy(raw + (leaf - LEAF_BRAND) * 16, &r, 16);
	}
	while (*start == ' ')
		start++;
	memcpy(brand, start, strlen(start) + 1);
	for (size_t end = strlen(brand); end > 0 && brand[end - 1] == ' '; end--)
		brand[end - 1] = '\0';
}

static void read_cpuid(struct vmx_evidence *evidence)
{
	struct cpuid first = cpuid(0, 0), features = cpuid(1, 0);
	uint32_t extended = cpuid(LEAF_EXTENDED, 0).eax;

	copy_registers(evidence->vendor, first.ebx, first.edx, first.ecx);
	evidence->signature = features.eax;
	evidence->vmx = features.ecx & CPUID_1_ECX_VMX;
	evidence->smx = features.ecx & CPUID_1_ECX_SMX;
	evidence->hypervisor = features.ecx & CPUID_1_ECX_HYPERVISOR;
	if (evidence->hypervisor) {
		struct cpuid r = cpuid(LEAF_HYPERVISOR, 0);

		copy_registers(evidence->hypervisor_vendor, r.ebx, r.ecx, r.edx);
	}
	if (first.eax >= LEAF_HYBRID && (cpuid(LEAF_FEATURES, 0).edx & CPUID_7_EDX_HYBRID))
		evidence->core_type = (uint8_t)(cpuid(LEAF_HYBRID, 0).eax >> 24);
	if (extended >= LEAF_BRAND_LAST)
		read_brand(evidence->brand);
	evidence->physical_address_bits =
		extended >= LEAF_ADDRESS_SIZES ? (uint8_t)cpuid(LEAF_ADDRESS_SIZES, 0).eax
					       : ADDRESS_BITS_WITHOUT_LEAF;
}

static void read_msr(uint32_t msr, struct msr_reading *reading)
{
	reading->state = recover_rdmsr(msr, &reading->value) ? MSR_FAULTED : MSR_READ;
}

void arch_vmx_read_evidence(struct vmx_evidence *evidence)
{
	read_cpuid(evidence);
	evidence->cr0 = read_cr0();
	evidence->cr4 = read_cr4();
	evidence->vmxe_at_entry = arch_this_cpu()->index == 0 && (boot_cr4 & CR4_VMXE);
	/* CPUID, just executed, has loaded the revision: SDM vol. 3C 35.1 "Architectural MSRs" */
	read_msr(IA32_BIOS_SIGN_ID, &evidence->microcode);
	if (evidence->vmx)
		read_msr(IA32_FEATURE_CONTROL, &evidence->feature_control);
	for (unsigned i = 0; i < VMX_MSR_COUNT; i++) {
		if (vmx_msr_exists(evidence, i))
			read_msr(VMX_MSR_FIRST + i, &evidence->msr[i]);
	}
}

void arch_vmx_plan(const struct vmx_evidence *evidence, struct vmx_plan *plan)
{
	vmx_plan(evidence, plan);
}
