/* Reads the CPUID leaves and MSRs that make up the evidence, each only if the CPU has it. */
#include "arch/x86_64/vmx/survey.h"

#include "arch/x86_64/registers.h"
#include "arch/x86_64/vmx/plan.h"
#include "kernel/lib/string.h"
#include "kernel/record/hypervisor.h"
#include "kernel/record/record.h"

#define LEAF_FEATURES   7
#define LEAF_COUNTERS   0xA
#define LEAF_HYBRID     0x1A
#define LEAF_HYPERVISOR 0x40000000
/* Where hypervisors may be, as Linux searches for them. */
#define LEAF_HYPERVISOR_STEP 0x100
#define LEAF_HYPERVISOR_LAST 0x40010000
#define LEAF_EXTENDED        0x80000000
#define LEAF_BRAND           0x80000002
#define LEAF_BRAND_LAST      0x80000004
#define LEAF_ADDRESS_SIZES   0x80000008

/* The width on a CPU without leaf 80000008H: the smallest that any CPU with PAE has. */
enum { ADDRESS_BITS_WITHOUT_LEAF = 36 };

static void copy_registers(char *to, uint32_t a, uint32_t b, uint32_t c)
{
	memcpy(to, &a, 4);
	memcpy(to + 4, &b, 4);
	memcpy(to + 8, &c, 4);
	to[12] = '\0';
}

/* Reads the brand string without the spaces that some CPUs pad it with, on either side. */
static void read_brand(struct survey_source *source, char brand[49])
{
	char raw[49] = {0};
	const char *start = raw;

	for (uint32_t leaf = LEAF_BRAND; leaf <= LEAF_BRAND_LAST; leaf++) {
		struct cpuid r = source->cpuid(source, leaf, 0);

		memcpy(raw + (leaf - LEAF_BRAND) * 16, &r, 16);
	}
	while (*start == ' ')
		start++;
	memcpy(brand, start, strlen(start) + 1);
	for (size_t end = strlen(brand); end > 0 && brand[end - 1] == ' '; end--)
		brand[end - 1] = '\0';
}

/*
 * One may hide itself from CPUID.1:ECX[31] and still answer here. A hypervisor that imitates
 * another has its own leaves above: every 256 leaves there may be a vendor string. A leaf is one
 * only if EAX, the last leaf that belongs to it, is not below it.
 */
static void read_hypervisor(struct survey_source *source, struct vmx_evidence *evidence)
{
	struct cpuid r = source->cpuid(source, LEAF_HYPERVISOR, 0);

	copy_registers(evidence->hypervisor_vendor, r.ebx, r.ecx, r.edx);
	if (!hypervisor_is_imitated(evidence->hypervisor_vendor))
		return;
	for (uint32_t leaf = LEAF_HYPERVISOR + LEAF_HYPERVISOR_STEP; leaf <= LEAF_HYPERVISOR_LAST;
	     leaf += LEAF_HYPERVISOR_STEP) {
		r = source->cpuid(source, leaf, 0);
		if (r.eax >= leaf && r.eax < leaf + LEAF_HYPERVISOR_STEP && r.ebx != 0) {
			copy_registers(evidence->hypervisor_beneath, r.ebx, r.ecx, r.edx);
			return;
		}
	}
}

static void read_features(struct survey_source *source, struct vmx_evidence *evidence)
{
	struct cpuid r = source->cpuid(source, 1, 0);

	evidence->signature = r.eax;
	evidence->vmx = r.ecx & CPUID_1_ECX_VMX;
	evidence->smx = r.ecx & CPUID_1_ECX_SMX;
	evidence->monitor = r.ecx & CPUID_1_ECX_MONITOR;
	evidence->hypervisor = r.ecx & CPUID_1_ECX_HYPERVISOR;
	read_hypervisor(source, evidence);
	/* Without one, the CPU may have answered with its APIC ID, which differs. */
	if (!evidence->hypervisor && !hypervisor_is_known(evidence->hypervisor_vendor))
		memset(evidence->hypervisor_vendor, 0, sizeof(evidence->hypervisor_vendor));
}

/*
 * A leaf above the maximum is not read: the CPU would answer with the data of its highest basic
 * leaf, which looks valid (SDM vol. 2A CPUID "CPU Identification").
 */
static void survey_read_cpuid(struct survey_source *source, struct vmx_evidence *evidence)
{
	struct cpuid first = source->cpuid(source, 0, 0);
	uint32_t extended = source->cpuid(source, LEAF_EXTENDED, 0).eax;

	copy_registers(evidence->vendor, first.ebx, first.edx, first.ecx);
	read_features(source, evidence);
	if (first.eax >= LEAF_HYBRID &&
	    (source->cpuid(source, LEAF_FEATURES, 0).edx & CPUID_7_EDX_HYBRID))
		evidence->core_type = (uint8_t)(source->cpuid(source, LEAF_HYBRID, 0).eax >> 24);
	if (first.eax >= LEAF_COUNTERS)
		evidence->counters = (uint8_t)(source->cpuid(source, LEAF_COUNTERS, 0).eax >> 8);
	if (extended >= LEAF_BRAND_LAST)
		read_brand(source, evidence->brand);
	evidence->physical_address_bits =
		extended >= LEAF_ADDRESS_SIZES
			? (uint8_t)source->cpuid(source, LEAF_ADDRESS_SIZES, 0).eax
			: ADDRESS_BITS_WITHOUT_LEAF;
}

/*
 * The MSRs are read in ascending order because the lower ones decide which of the higher ones
 * exist: see vmx_msr_exists().
 */
void survey_cpu(struct survey_source *source, struct vmx_evidence *evidence)
{
	survey_read_cpuid(source, evidence);
	/* CPUID leaf 1 has loaded the microcode revision: SDM vol. 3C 35.1 "Architectural MSRs" */
	source->msr(source, IA32_BIOS_SIGN_ID, &evidence->microcode);
	if (evidence->vmx)
		source->msr(source, IA32_FEATURE_CONTROL, &evidence->feature_control);
	for (unsigned i = 0; i < VMX_MSR_COUNT; i++) {
		struct msr_reading reading = {0};

		if (vmx_msr_exists(evidence, i)) {
			source->msr(source, VMX_MSR_FIRST + i, &reading);
			record_set_msr(evidence, i, reading);
		}
	}
}
