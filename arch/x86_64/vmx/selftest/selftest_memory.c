/*
 * Guest trials: the guest's memory. SDM vol. 3C 28.2.3 "EPT-Induced VM Exits", SDM vol. 3C 28.2.4
 * "Accessed and Dirty Flags for EPT", SDM vol. 3C 28.2.5 "Page-Modification Logging", SDM vol. 3C
 * 28.3.3 "Invalidating Cached Translation Information", SDM vol. 3C 25.5.5.2 "General Operation of
 * the VMFUNC Instruction", SDM vol. 3C 25.5.5.3 "EPTP Switching", SDM vol. 3C 25.5.6
 * "Virtualization Exceptions"
 */
#include "arch/x86_64/vmx/selftest/selftest_trial_rows.h"

/* The EPT entry that maps a page of the guest, or that leads to all of them. */
#define ENTRY(page)               TRIAL_QUADWORD(TRIAL_EPT_PT, ((page) + 1) * 8)
#define FIRST(table)              TRIAL_QUADWORD(TRIAL_EPT_##table, 0)
#define DENY(page, rights)        {ENTRY(page), TRIAL_CLEAR | TRIAL_MEMORY, rights}
#define ALLOW(page, rights)       {ENTRY(page), TRIAL_SET | TRIAL_MEMORY, rights}
#define FLAW(table, bits)         {FIRST(table), TRIAL_SET | TRIAL_MEMORY, bits}
#define THEN_FLAGS(page, bits)    {ENTRY(page), TRIAL_EXPECT_SET | TRIAL_MEMORY, bits}
#define THEN_NO_FLAGS(page, bits) {ENTRY(page), TRIAL_EXPECT_CLEAR | TRIAL_MEMORY, bits}

#define ALL        (EPT_READ | EPT_WRITE | EPT_EXECUTE)
#define FLAGS      (EPT_ACCESSED | EPT_DIRTY)
#define WITH_FLAGS SET(EPT_POINTER, EPTP_ACCESSED_DIRTY)
#define DATA       TRIAL_ADDRESS(TRIAL_DATA)

/*
 * The exit qualification of an EPT violation: the access, what the entries allow, and that the
 * guest-linear address is valid, and, unless it was an access to the guest's page tables, was
 * translated.
 */
#define READS       BIT(0)
#define WRITES      BIT(1)
#define FETCHES     BIT(2)
#define MAY(rights) ((rights) << 3)
#define IN_WALK     BIT(7)
#define AT_PAGE     (BIT(7) | BIT(8))

#define INFO_PHYS 24 /* offset in the virtualization-exception information area */

/* clang-format off */
const struct guest_trial selftest_memory[] = {
	{{"EPT violation, read", "vmx-ept", EXITS(EPT_VIOLATION)}, &code_read, READS | AT_PAGE, 0, {DENY(TRIAL_DATA, ALL), THEN(GUEST_PHYSICAL_ADDRESS, DATA), THEN(GUEST_LINEAR_ADDRESS, DATA)}},
	{{"EPT violation, write", "vmx-ept", EXITS(EPT_VIOLATION)}, &code_write, WRITES | MAY(EPT_READ | EPT_EXECUTE) | AT_PAGE, 0, {DENY(TRIAL_DATA, EPT_WRITE), THEN(GUEST_PHYSICAL_ADDRESS, DATA), THEN(GUEST_LINEAR_ADDRESS, DATA)}},
	{{"EPT violation, fetch", "vmx-ept", EXITS(EPT_VIOLATION)}, &code_fetch, FETCHES | MAY(EPT_READ | EPT_WRITE) | AT_PAGE, 0, {DENY(TRIAL_DATA, EPT_EXECUTE), THEN(GUEST_PHYSICAL_ADDRESS, DATA), THEN(GUEST_LINEAR_ADDRESS, DATA)}},
	{{"EPT violation, read of an execute-only page", "vmx-ept-execonly", EXITS(EPT_VIOLATION)}, &code_read, READS | MAY(EPT_EXECUTE) | AT_PAGE, 0, {DENY(TRIAL_DATA, EPT_READ | EPT_WRITE)}},
	{{"no exit, fetch from an execute-only page", "vmx-ept-execonly", EXITS(HLT)}, &code_fetch, 0, 0, {DENY(TRIAL_DATA, EPT_READ | EPT_WRITE), STORE(TRIAL_DATA, 0, 0xF4)}},
	{{"EPT violation, fetch at a user-mode address from a supervisor's page", "vmx-mbec", EXITS(EPT_VIOLATION)}, &code_walk, FETCHES | MAY(ALL) | AT_PAGE, 0, {SET(SECONDARY_CONTROLS, SECONDARY_MODE_BASED_EXECUTE)}},
	{{"EPT violation, fetch at a supervisor-mode address from a user's page", "vmx-mbec", EXITS(EPT_VIOLATION)}, &code_fetch, FETCHES | MAY(EPT_READ | EPT_WRITE) | AT_PAGE, 0, {SET(SECONDARY_CONTROLS, SECONDARY_MODE_BASED_EXECUTE), {TRIAL_QUADWORD(TRIAL_PML4, 0), TRIAL_CLEAR | TRIAL_MEMORY, PAGE_USER}, DENY(TRIAL_DATA, EPT_EXECUTE), ALLOW(TRIAL_DATA, EPT_EXECUTE_USER)}},
	{{"EPT violation, page walk", "vmx-ept", EXITS(EPT_VIOLATION)}, &code_walk, READS | IN_WALK, 0, {DENY(TRIAL_PT, ALL), THEN(GUEST_PHYSICAL_ADDRESS, TRIAL_ADDRESS(TRIAL_PT) + 8)}},
	{{"EPT violation, page walk with accessed and dirty flags", "vmx-eptad", EXITS(EPT_VIOLATION)}, &code_walk, READS | WRITES | MAY(EPT_READ | EPT_EXECUTE) | IN_WALK, 0, {WITH_FLAGS, DENY(TRIAL_PT, EPT_WRITE)}},
	{{"EPT violation, delivery of a breakpoint", "vmx-ept", EXITS(EPT_VIOLATION)}, &code_int3, READS | AT_PAGE, 0, {CLEAR(EXCEPTION_BITMAP, BIT(3)), DENY(TRIAL_TABLES, ALL), THEN(IDT_VECTORING, 0x80000603)}},

	{{"EPT misconfiguration, write without read", "vmx-ept", EXITS(EPT_MISCONFIGURATION)}, &code_read, 0, 0, {DENY(TRIAL_DATA, EPT_READ | EPT_EXECUTE), THEN(GUEST_PHYSICAL_ADDRESS, DATA)}},
	{{"EPT misconfiguration, write and fetch without read", "vmx-ept", EXITS(EPT_MISCONFIGURATION)}, &code_read, 0, 0, {DENY(TRIAL_DATA, EPT_READ)}},
	{{"EPT misconfiguration, execute-only page", "vmx-ept, !vmx-ept-execonly", EXITS(EPT_MISCONFIGURATION)}, &code_read, 0, 0, {DENY(TRIAL_DATA, EPT_READ | EPT_WRITE)}},
	{{"EPT misconfiguration, memory type 2", "vmx-ept", EXITS(EPT_MISCONFIGURATION)}, &code_read, 0, 0, {DENY(TRIAL_DATA, 4 << 3)}},
	{{"EPT misconfiguration, memory type 3", "vmx-ept", EXITS(EPT_MISCONFIGURATION)}, &code_read, 0, 0, {DENY(TRIAL_DATA, 4 << 3), ALLOW(TRIAL_DATA, 1 << 3)}},
	{{"EPT misconfiguration, memory type 7", "vmx-ept", EXITS(EPT_MISCONFIGURATION)}, &code_read, 0, 0, {ALLOW(TRIAL_DATA, 1 << 3)}},
	{{"EPT misconfiguration, bit 3 of a PML4 entry", "vmx-ept", EXITS(EPT_MISCONFIGURATION)}, &code_walk, 0, 0, {FLAW(PML4, BIT(3))}},
	{{"EPT misconfiguration, bit 7 of a PML4 entry", "vmx-ept", EXITS(EPT_MISCONFIGURATION)}, &code_walk, 0, 0, {FLAW(PML4, BIT(7))}},
	{{"EPT misconfiguration, bit 3 of a PDPT entry", "vmx-ept", EXITS(EPT_MISCONFIGURATION)}, &code_walk, 0, 0, {FLAW(PDPT, BIT(3))}},
	{{"EPT misconfiguration, bit 3 of a PD entry", "vmx-ept", EXITS(EPT_MISCONFIGURATION)}, &code_walk, 0, 0, {FLAW(PD, BIT(3))}},
	{{"EPT misconfiguration, bit 12 of a 2-MByte page", "vmx-ept-2mb", EXITS(EPT_MISCONFIGURATION)}, &code_walk, 0, 0, {FLAW(PD, EPT_LARGE | BIT(12))}},
	{{"EPT misconfiguration, 2-MByte page", "vmx-ept, !vmx-ept-2mb", EXITS(EPT_MISCONFIGURATION)}, &code_walk, 0, 0, {FLAW(PD, EPT_LARGE)}},
	{{"EPT misconfiguration, 1-GByte page", "vmx-ept, !vmx-ept-1gb", EXITS(EPT_MISCONFIGURATION)}, &code_walk, 0, 0, {FLAW(PDPT, EPT_LARGE)}},

	{{"no exit, read of a 2-MByte page", "vmx-ept-2mb", EXITS(VMCALL)}, &code_read_2m, 0, 0, {{0}}},
	{{"EPT violation, write to a 2-MByte page", "vmx-ept-2mb", EXITS(EPT_VIOLATION)}, &code_write_2m, WRITES | MAY(EPT_READ) | AT_PAGE, 0, {{0}}},
	{{"no exit, read of a 1-GByte page", "vmx-ept-1gb", EXITS(VMCALL)}, &code_read_1g, 0, 0, {{0}}},

	{{"EPT, accessed flag of a page that is read", "vmx-eptad", EXITS(VMCALL)}, &code_read, 0, 0, {WITH_FLAGS, DENY(TRIAL_DATA, FLAGS), THEN_FLAGS(TRIAL_DATA, EPT_ACCESSED), THEN_NO_FLAGS(TRIAL_DATA, EPT_DIRTY)}},
	{{"EPT, dirty flag of a page that is written", "vmx-eptad", EXITS(VMCALL)}, &code_write, 0, 0, {WITH_FLAGS, DENY(TRIAL_DATA, FLAGS), THEN_FLAGS(TRIAL_DATA, FLAGS)}},
	{{"EPT, dirty flag of the guest's page table", "vmx-eptad", EXITS(VMCALL)}, &code_read, 0, 0, {WITH_FLAGS, DENY(TRIAL_PT, FLAGS), THEN_FLAGS(TRIAL_PT, FLAGS)}},
	{{"EPT, flags that are not enabled", "vmx-ept", EXITS(VMCALL)}, &code_write, 0, 0, {DENY(TRIAL_DATA, FLAGS), THEN_NO_FLAGS(TRIAL_DATA, FLAGS)}},

	{{"page-modification log, entry", "vmx-pml, vmx-eptad", EXITS(VMCALL)}, &code_write, 0, 0, {WITH_FLAGS, SET(SECONDARY_CONTROLS, SECONDARY_PML), DENY(TRIAL_DATA, FLAGS), THEN_STORED(TRIAL_AREAS, TRIAL_PML_LAST * 8, DATA)}},
	{{"page-modification log, index", "vmx-pml, vmx-eptad", EXITS(VMCALL)}, &code_write, 0, 0, {WITH_FLAGS, SET(SECONDARY_CONTROLS, SECONDARY_PML), DENY(TRIAL_DATA, FLAGS), THEN(PML_INDEX, TRIAL_PML_LAST - 1)}},
	{{"exit, page-modification log full", "vmx-pml, vmx-eptad", EXITS(PML_FULL)}, &code_write, 0, 0, {WITH_FLAGS, SET(SECONDARY_CONTROLS, SECONDARY_PML), DENY(TRIAL_DATA, FLAGS), WRITE(PML_INDEX, 0xFFFF)}},

	{{"EPT violation, virtualization exception suppressed", "ept-violation-ve", EXITS(EPT_VIOLATION)}, &code_read_apic, READS | AT_PAGE, 0, {SET(SECONDARY_CONTROLS, SECONDARY_EPT_VIOLATION_VE), DENY(TRIAL_APIC, ALL), {ENTRY(TRIAL_APIC), TRIAL_SET | TRIAL_MEMORY | TRIAL_HIGH, BIT(31)}}},
	{{"virtualization exception in place of an EPT violation", "ept-violation-ve", EXITS(VMCALL)}, &code_read_apic, 0, VECTOR_VE, {SET(SECONDARY_CONTROLS, SECONDARY_EPT_VIOLATION_VE), CLEAR(EXCEPTION_BITMAP, BIT(VECTOR_VE)), DENY(TRIAL_APIC, ALL), THEN_STORED(TRIAL_AREAS, INFO_PHYS, TRIAL_ADDRESS(TRIAL_APIC))}},
	{{"EPT violation, virtualization-exception information in use", "ept-violation-ve", EXITS(EPT_VIOLATION)}, &code_read_apic, READS | AT_PAGE, 0, {SET(SECONDARY_CONTROLS, SECONDARY_EPT_VIOLATION_VE), CLEAR(EXCEPTION_BITMAP, BIT(VECTOR_VE)), DENY(TRIAL_APIC, ALL), {TRIAL_QUADWORD(TRIAL_AREAS, 0), TRIAL_WRITE | TRIAL_MEMORY | TRIAL_HIGH, 0xFFFFFFFF}}},

	{{"INVEPT, before a right is taken away", "vmx-ept, vmx-invept-all-context", EXITS(CPUID)}, &code_reads, 0, 0, {{0}}},
	{{"INVEPT, after a right was taken away", "vmx-ept, vmx-invept-all-context", EXITS(EPT_VIOLATION)}, NULL, READS | AT_PAGE, 0, {DENY(TRIAL_DATA, ALL)}},
	{{"INVEPT, after it was given back", "vmx-ept, vmx-invept-all-context", EXITS(CPUID)}, NULL, 0, 0, {ALLOW(TRIAL_DATA, ALL)}},
	{{"INVVPID, before a page table changes", "vmx-ept, vmx-vpid, vmx-invvpid-all-context", EXITS(CPUID)}, &code_read_again, 0, 0, {SET(SECONDARY_CONTROLS, SECONDARY_VPID), WRITE(VPID, 1), STORE(TRIAL_DATA, 0, 0x1111), THEN_HOLDS(RAX, 0x1111)}},
	{{"INVVPID, after a page table changed", "vmx-ept, vmx-vpid, vmx-invvpid-all-context", EXITS(CPUID)}, NULL, 0, 0, {STORE(TRIAL_APIC, 0, 0x2222), STORE(TRIAL_PT, (TRIAL_DATA + 1) * 8, TRIAL_ADDRESS(TRIAL_APIC) | PAGE_PRESENT | PAGE_WRITABLE), THEN_HOLDS(RAX, 0x2222)}},

	{{"invalid opcode, VMFUNC that is not enabled", NULL, EXITS(EXCEPTION)}, &code_vmfunc, 0, 0, {THEN(EXIT_INTERRUPTION, 0x80000306)}},
	{{"exit, VMFUNC of a function that is not enabled", "vmx-vmfunc", EXITS(VMFUNC)}, &code_vmfunc, 0, 0, {SET(SECONDARY_CONTROLS, SECONDARY_VM_FUNCTIONS), WRITE(VM_FUNCTION_CONTROLS, 0)}},
	{{"invalid opcode, VMFUNC of function 64", "vmx-vmfunc", EXITS(EXCEPTION)}, &code_vmfunc, 0, 0, {SET(SECONDARY_CONTROLS, SECONDARY_VM_FUNCTIONS), PASS(RAX, 64), THEN(EXIT_INTERRUPTION, 0x80000306)}},
	{{"no exit, EPTP switching", "vmx-eptp-switching, vmx-eptad", EXITS(VMCALL)}, &code_vmfunc, 0, 0, {SET(SECONDARY_CONTROLS, SECONDARY_VM_FUNCTIONS), WRITE(VM_FUNCTION_CONTROLS, VMFUNC_EPTP_SWITCHING), THEN_SET(EPT_POINTER, EPTP_ACCESSED_DIRTY)}},
	{{"exit, EPTP switching to an invalid pointer", "vmx-eptp-switching", EXITS(VMFUNC)}, &code_vmfunc, 0, 0, {SET(SECONDARY_CONTROLS, SECONDARY_VM_FUNCTIONS), WRITE(VM_FUNCTION_CONTROLS, VMFUNC_EPTP_SWITCHING), PASS(RCX, 1)}},
	{{"exit, EPTP switching beyond the list", "vmx-eptp-switching", EXITS(VMFUNC)}, &code_vmfunc, 0, 0, {SET(SECONDARY_CONTROLS, SECONDARY_VM_FUNCTIONS), WRITE(VM_FUNCTION_CONTROLS, VMFUNC_EPTP_SWITCHING), PASS(RCX, 512)}},
};
/* clang-format on */

const unsigned selftest_memory_count = COUNT_OF(selftest_memory);
