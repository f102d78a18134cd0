/* The memory that the self-test's checks refer to, and its addresses. */
#include "arch/x86_64/register_instructions.h"
#include "arch/x86_64/registers.h"
#include "arch/x86_64/vmx/selftest/selftest_entry.h"
#include "arch/x86_64/vmx/selftest/selftest_msr_loads.h"
#include "kernel/lib/string.h"
#include "kernel/machine/arch.h"
#include "kernel/machine/memory.h"
#include "kernel/record/record.h"

/*
 * Regions that VMXON and VMPTRLD must refuse, and the scratch page. All CPUs share them: nothing
 * writes to them but a CPU that accepts what it must refuse. A fourth page is a VMCS that one CPU
 * hands over to another.
 */
static uint64_t wrong_revision_phys, shadow_bit_phys, scratch_phys, handed_phys;
enum { SHARED_PAGES = 4 };

static uint64_t second_phys; /* a VMCS for each CPU */

uint64_t selftest_address(enum selftest_operand operand, const struct cpu *cpu)
{
	switch (operand) {
	case VMXON_REGION:
		return cpu->found.region_phys;
	case OWN_VMCS:
		return cpu->found.vmcs_phys;
	case SECOND_VMCS:
		return second_phys + (uint64_t)cpu->found.index * PAGE_SIZE;
	case HANDED_VMCS:
		return handed_phys;
	case MISALIGNED:
		return cpu->found.vmcs_phys + 1;
	case TOO_WIDE:
		return cpu->found.vmcs_phys | 1ull << cpu->evidence.physical_address_bits;
	case WRONG_REVISION:
		return wrong_revision_phys;
	case SHADOW_BIT:
		return shadow_bit_phys;
	case SCRATCH_PAGE:
		return scratch_phys;
	default:
		return UINT64_MAX; /* what VMPTRST stores without a current VMCS */
	}
}

/*
 * The area of MSRs has valid entries wherever it is read, also at a misaligned address: each of its
 * quadwords is the number of an MSR that every VM exit restores.
 */
static void fill_scratch(uint8_t *scratch)
{
	uint64_t *area = (uint64_t *)(scratch + SCRATCH_MSRS);

	for (unsigned i = 0; i < (SCRATCH_LISTS - SCRATCH_MSRS) / sizeof(*area); i++)
		area[i] = IA32_SYSENTER_CS;
	selftest_msr_loads_write(scratch);
}

/*
 * Builds the regions for the revision identifier of the calling CPU. A CPU with another revision
 * refuses them, too, for the same reason.
 */
static void fill_regions(uint8_t *pages, uint64_t phys)
{
	uint32_t *wrong = (uint32_t *)pages, *shadow = (uint32_t *)(pages + PAGE_SIZE);
	uint64_t basic = 0;
	uint32_t revision;

	rdmsr_safe(IA32_VMX_BASIC, &basic);
	revision = record_basic(basic).revision;
	memset(pages, 0, SHARED_PAGES * PAGE_SIZE);
	*wrong = revision ^ 1;
	*shadow = revision | 1u << 31;
	fill_scratch(pages + 2ull * PAGE_SIZE);
	wrong_revision_phys = phys;
	shadow_bit_phys = phys + PAGE_SIZE;
	scratch_phys = phys + 2ull * PAGE_SIZE;
}

bool selftest_prepare_operands(uint32_t cpus)
{
	uint64_t size = ((uint64_t)cpus + SHARED_PAGES) * PAGE_SIZE;
	uint64_t phys = memory_take(size / PAGE_SIZE);
	uint8_t *pages = phys != 0 ? arch_map(phys, size) : NULL;

	if (pages == NULL)
		return false;
	fill_regions(pages, phys);
	handed_phys = phys + (SHARED_PAGES - 1ull) * PAGE_SIZE;
	second_phys = phys + (uint64_t)SHARED_PAGES * PAGE_SIZE;
	return true;
}

void selftest_write_second(const struct cpu *cpu)
{
	uint32_t *region = arch_map(selftest_address(SECOND_VMCS, cpu), PAGE_SIZE);

	memset(region, 0, PAGE_SIZE);
	region[0] = cpu->evidence.basic.revision;
}
