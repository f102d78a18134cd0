/*
 * Guest trials: guests in other modes than 64-bit mode at CPL 0, and task switches. SDM vol. 3C
 * 25.1.1 "Relative Priority of Faults and VM Exits", SDM vol. 3C 25.4.2 "Treatment of Task
 * Switches"
 *
 * The code is the same in each mode: CPUID, VMREAD, RDTSC, the jump to the end and VMCALL have the
 * same encodings.
 */
#include "arch/x86_64/vmx/selftest/selftest_trial_rows.h"

#define RIGHTS_CODE32      0xC09B
#define RIGHTS_BIG_CODE16  0x809B
#define RIGHTS_USER_CODE64 0xA0FB
#define RIGHTS_USER_DATA   0xF3
#define RIGHTS_V8086       0xF3

/*
 * The changes of each mode. With PAE paging, a PDPTE points to the page directory of 64-bit mode.
 * With 32-bit paging, the only page is one of 4 MByte, for which the page for data has the entry.
 */
#define COMPATIBILITY WRITE(GUEST_CS_RIGHTS, RIGHTS_CODE32)
#define CPL_3                                                                    \
	WRITE(GUEST_CS_RIGHTS, RIGHTS_USER_CODE64), WRITE(GUEST_CS_SELECTOR, 3), \
		WRITE(GUEST_SS_RIGHTS, RIGHTS_USER_DATA), WRITE(GUEST_SS_SELECTOR, 3)
#define NO_IA32E              CLEAR(ENTRY_CONTROLS, ENTRY_IA32E_GUEST), WRITE(GUEST_EFER, 0)
#define PDPTE                 WRITE(GUEST_PDPTE0, TRIAL_ADDRESS(TRIAL_PD) | PAGE_PRESENT)
#define OUTSIDE_IA32E(rights) NO_IA32E, WRITE(GUEST_CS_RIGHTS, rights)
#define PAE_PAGING            OUTSIDE_IA32E(RIGHTS_CODE32), PDPTE
#define PAGING_32                                                                  \
	OUTSIDE_IA32E(RIGHTS_CODE32), WRITE(GUEST_CR3, TRIAL_ADDRESS(TRIAL_DATA)), \
		WRITE(GUEST_CR4, CR4_VMXE | CR4_PSE),                              \
		STORE(TRIAL_DATA, 0, PAGE_PRESENT | PAGE_WRITABLE | PAGE_LARGE)
#define V8086                                                                     \
	NO_IA32E, PDPTE, SET(GUEST_RFLAGS, EFLAGS_VM), EACH_SEGMENT(SELECTOR, 0), \
		EACH_SEGMENT(LIMIT, 0xFFFF), EACH_SEGMENT(RIGHTS, RIGHTS_V8086)
#define UNRESTRICTED(rights, cr0) \
	OUTSIDE_IA32E(rights), CLEAR(GUEST_CR0, cr0), SECONDARY_ON(UNRESTRICTED)
#define UNPAGED   UNRESTRICTED(RIGHTS_CODE32, CR0_PG)
#define REAL_MODE UNRESTRICTED(RIGHTS_BIG_CODE16, CR0_PG | CR0_PE)

#define UNDEFINED THEN(EXIT_INTERRUPTION, EXCEPTION(VECTOR_UD))
#define PROTECTED THEN(EXIT_INTERRUPTION, EXCEPTION(VECTOR_GP) | WITH_CODE)

/* What caused a task switch: SDM vol. 3C 27.2.1 "Basic VM-Exit Information" */
#define BY_CALL 0
#define BY_IRET (1u << 30)
#define BY_JMP  (2u << 30)
#define BY_GATE (3u << 30)

#define UNMAPPED_32 0x400123 /* beyond the page of 4 MByte */

/* clang-format off */
const struct guest_trial selftest_modes[] = {
	TRIAL("mode, compatibility: CPUID", NULL, CPUID, code_cpuid, 0, COMPATIBILITY),
	ENDS("mode, compatibility: RDTSC does not exit", NULL, code_rdtsc, COMPATIBILITY),
	TRIAL("mode, compatibility: VMREAD is undefined", NULL, EXCEPTION, code_vmread, 0, COMPATIBILITY, UNDEFINED),
	TRIAL("mode, CPL 3: CPUID", NULL, CPUID, code_cpuid, 0, CPL_3),
	ENDS("mode, CPL 3: RDTSC does not exit", NULL, code_rdtsc, CPL_3),
	TRIAL("mode, CPL 3: HLT faults before it exits", NULL, EXCEPTION, code_hlt, 0, CPL_3, PROTECTED),
	TRIAL("mode, CPL 3: INVD faults before it exits", NULL, EXCEPTION, code_invd, 0, CPL_3, PROTECTED),
	TRIAL("mode, CPL 3: MOV from CR8 faults", NULL, EXCEPTION, code_from_cr8, 0, CPL_3, PROTECTED),
	TRIAL("mode, CPL 3: VMREAD exits before it faults", NULL, VMREAD, code_vmread, 8, CPL_3),
	TRIAL("mode, PAE paging: CPUID", "vmx-ept", CPUID, code_cpuid, 0, PAE_PAGING),
	TRIAL("mode, PAE paging: VMREAD", "vmx-ept", VMREAD, code_vmread, 8, PAE_PAGING),
	ENDS("mode, PAE paging: RDTSC does not exit", "vmx-ept", code_rdtsc, PAE_PAGING),
	TRIAL("mode, protected mode without paging: CPUID", "vmx-unrestricted-guest", CPUID, code_cpuid, 0, UNPAGED),
	TRIAL("mode, protected mode without paging: VMREAD", "vmx-unrestricted-guest", VMREAD, code_vmread, 8, UNPAGED),
	ENDS("mode, protected mode without paging: RDTSC does not exit", "vmx-unrestricted-guest", code_rdtsc, UNPAGED),
	TRIAL("mode, real mode: CPUID", "vmx-unrestricted-guest", CPUID, code_cpuid, 0, REAL_MODE),
	TRIAL("mode, real mode: HLT", "vmx-unrestricted-guest", HLT, code_hlt, 0, REAL_MODE),
	TRIAL("mode, 32-bit paging: CPUID", "vmx-ept", CPUID, code_cpuid, 0, PAGING_32),
	TRIAL("mode, 32-bit paging: page fault", "vmx-ept", EXCEPTION, code_load_cs, UNMAPPED_32, PAGING_32, PASS(RCX, UNMAPPED_32), THEN(EXIT_INTERRUPTION, EXCEPTION(VECTOR_PF) | WITH_CODE)),
	TRIAL("mode, virtual-8086 mode: CPUID", "vmx-ept", CPUID, code_cpuid, 0, V8086),
	TRIAL("mode, virtual-8086 mode: HLT faults before it exits", "vmx-ept", EXCEPTION, code_hlt, 0, V8086, PROTECTED),
	TRIAL("mode, virtual-8086 mode: VMREAD is undefined", "vmx-ept", EXCEPTION, code_vmread, 0, V8086, UNDEFINED),
	TRIAL("task switch, JMP", "vmx-ept", TASK_SWITCH, code_jmp_task, TRIAL_TSS | BY_JMP, PAE_PAGING),
	TRIAL("task switch, CALL", "vmx-ept", TASK_SWITCH, code_call_task, TRIAL_TSS | BY_CALL, PAE_PAGING),
	TRIAL("task switch, IRET", "vmx-ept", TASK_SWITCH, code_iret_task, TRIAL_BUSY_TSS | BY_IRET, PAE_PAGING, SET(GUEST_RFLAGS, EFLAGS_NT)),
	TRIAL("task switch, INT to a task gate", "vmx-ept", TASK_SWITCH, code_int_task, TRIAL_TSS | BY_GATE, PAE_PAGING, THEN(IDT_VECTORING, SOFTWARE(0x80))),
};
/* clang-format on */

const unsigned selftest_modes_count = COUNT_OF(selftest_modes);
