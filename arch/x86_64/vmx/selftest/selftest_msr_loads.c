/*
 * VM entries that load MSRs: SDM vol. 3C 26.4 "Loading MSRs". The exit qualification is the number
 * of the entry in the list that failed, from 1. The MSRs of the entries that do not fail are those
 * that the VM exit restores. A list of more MSRs than IA32_VMX_MISC recommends is not tried: its
 * effect is not defined, and may be a machine check.
 */
#include "arch/x86_64/vmx/selftest/selftest_msr_loads.h"

#include "arch/x86_64/registers.h"
#include "arch/x86_64/vmx/selftest/selftest_entry.h"
#include "kernel/lib/string.h"

#define NOT_CANONICAL 0x8000000000000000
#define NO_SUCH_MSR   0x3FFFFFFF /* no CPU has it, nor does a host hypervisor */

enum list {
	GOOD,
	LOADS_FS_BASE,
	LOADS_GS_BASE,
	LOADS_X2APIC_FIRST,
	LOADS_X2APIC_LAST,
	LOADS_SMM,
	LOADS_RESERVED,
	LOADS_NOT_CANONICAL,
	LOADS_NONE,
	LOADS_READ_ONLY,
	LOADS_LOCKED,
	LOADS_EFER,
	LISTS,
};

/* An entry of an MSR area: SDM vol. 3C 24.8.2 "VM-Entry Controls for MSRs" */
struct msr_load {
	uint32_t msr;
	uint32_t reserved;
	uint64_t value;
};

enum { LOADS = 3 };

#define VALID_LOAD {IA32_SYSENTER_CS, 0, 0}

static const struct msr_load lists[LISTS][LOADS] = {
	[GOOD] = {VALID_LOAD, {IA32_SYSENTER_ESP, 0, 0}, {IA32_SYSENTER_EIP, 0, 0}},
	[LOADS_FS_BASE] = {{IA32_FS_BASE, 0, 0}},
	[LOADS_GS_BASE] = {VALID_LOAD, {IA32_GS_BASE, 0, 0}},
	[LOADS_X2APIC_FIRST] = {VALID_LOAD, VALID_LOAD, {IA32_X2APIC_FIRST, 0, 0}},
	[LOADS_X2APIC_LAST] = {{IA32_X2APIC_LAST, 0, 0}},
	[LOADS_SMM] = {VALID_LOAD, {IA32_SMM_MONITOR_CTL, 0, 0}},
	[LOADS_RESERVED] = {VALID_LOAD, VALID_LOAD, {IA32_SYSENTER_CS, 1, 0}},
	[LOADS_NOT_CANONICAL] = {{IA32_SYSENTER_ESP, 0, NOT_CANONICAL}},
	[LOADS_NONE] = {VALID_LOAD, {NO_SUCH_MSR, 0, 0}},
	[LOADS_READ_ONLY] = {VALID_LOAD, VALID_LOAD, {IA32_VMX_BASIC, 0, 0}},
	[LOADS_LOCKED] = {{IA32_FEATURE_CONTROL, 0, 0}},
	[LOADS_EFER] = {VALID_LOAD, {IA32_EFER, 0, 2}},
};

_Static_assert(sizeof(lists[0]) <= SCRATCH_LIST, "a list has its place in the scratch page");
_Static_assert(SCRATCH_LISTS + LISTS * SCRATCH_LIST <= 4096, "so do all");

void selftest_msr_loads_write(uint8_t *scratch)
{
	for (unsigned i = 0; i < LISTS; i++)
		memcpy(scratch + SCRATCH_LISTS + i * SCRATCH_LIST, lists[i], sizeof(lists[i]));
}

#define LOADS_LIST(list)                                                \
	SCRATCH(ENTRY_MSR_LOAD, SCRATCH_LISTS + (list) * SCRATCH_LIST), \
		WRITE(ENTRY_MSR_LOAD_COUNT, LOADS)
#define FAILS(name, list, number)                                \
	{                                                        \
		{name, NULL, BAD_MSR}, BASE_LONG, number, false, \
		{                                                \
			LOADS_LIST(list)                         \
		}                                                \
	}

/* clang-format off */
const struct entry_trial selftest_msr_loads[] = {
	{{"MSR loading, nothing wrong", NULL, EXITS(EXIT_REASON_CPUID)}, BASE_LONG, 0, false, {LOADS_LIST(GOOD)}},
	FAILS("MSR loading, IA32_FS_BASE", LOADS_FS_BASE, 1),
	FAILS("MSR loading, IA32_GS_BASE", LOADS_GS_BASE, 2),
	FAILS("MSR loading, first x2APIC register", LOADS_X2APIC_FIRST, 3),
	FAILS("MSR loading, last x2APIC register", LOADS_X2APIC_LAST, 1),
	FAILS("MSR loading, IA32_SMM_MONITOR_CTL outside SMM", LOADS_SMM, 2),
	FAILS("MSR loading, reserved bits of an entry", LOADS_RESERVED, 3),
	FAILS("MSR loading, address not canonical", LOADS_NOT_CANONICAL, 1),
	FAILS("MSR loading, no such MSR", LOADS_NONE, 2),
	FAILS("MSR loading, read-only MSR", LOADS_READ_ONLY, 3),
	FAILS("MSR loading, locked IA32_FEATURE_CONTROL", LOADS_LOCKED, 1),
	FAILS("MSR loading, reserved bits of IA32_EFER", LOADS_EFER, 2),
};
/* clang-format on */

const unsigned selftest_msr_loads_count = COUNT_OF(selftest_msr_loads);
