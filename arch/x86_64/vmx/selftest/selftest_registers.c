/*
 * Guest trials: accesses of control and debug registers, and of the task priority. SDM vol. 3C
 * 25.1.3 "Instructions That Cause VM Exits Conditionally", SDM vol. 3C 25.3 "Changes to Instruction
 * Behavior in VMX Non-Root Operation", SDM vol. 3C 29.3 "Virtualizing CR8-Based TPR Accesses"
 */
#include "arch/x86_64/vmx/selftest/selftest_trial_rows.h"

/* Exit qualifications: SDM vol. 3C 27.2.1 "Basic VM-Exit Information" */
#define TO_CR(number, reg)   ((number) | (reg) << 8)
#define FROM_CR(number, reg) ((number) | 1 << 4 | (reg) << 8)
#define BY_CLTS              (2 << 4)
#define BY_LMSW(source)      (3 << 4 | (source) << 16)
#define BY_LMSW_MEMORY       BIT(6)
#define TO_DR(number, reg)   ((number) | (reg) << 8)
#define FROM_DR(number, reg) ((number) | 1 << 4 | (reg) << 8)
#define DEBUG_BD             BIT(13)

#define PROTECTED        THEN(EXIT_INTERRUPTION, EXCEPTION(VECTOR_GP) | WITH_CODE)
#define VTPR(value)      STORE(TRIAL_VIRTUAL_APIC, 0x80, value)
#define THEN_VTPR(value) THEN_STORED(TRIAL_VIRTUAL_APIC, 0x80, value)

/* clang-format off */
const struct guest_trial selftest_registers[] = {
	ENDS("CR0, a masked bit is read from the shadow", NULL, code_from_cr0, WRITE(CR0_MASK, CR0_TS), WRITE(CR0_SHADOW, CR0_TS), THEN_HOLDS_BITS(RAX, CR0_TS), THEN_CLEAR(GUEST_CR0, CR0_TS)),
	ENDS("CR0, SMSW reads the shadow", NULL, code_smsw, WRITE(CR0_MASK, CR0_TS), WRITE(CR0_SHADOW, CR0_TS), THEN_HOLDS_BITS(RAX, CR0_TS)),
	ENDS("CR0, a bit that is not masked is the guest's own", NULL, code_from_cr0, SET(GUEST_CR0, CR0_MP), WRITE(CR0_MASK, CR0_TS), WRITE(CR0_SHADOW, CR0_EM), THEN_HOLDS_BITS(RAX, CR0_MP), THEN_HOLDS_NOT(RAX, CR0_EM | CR0_TS)),
	TRIAL("CR0, MOV that differs from the shadow", NULL, CR_ACCESS, code_flip_cr0, TO_CR(0, RAX), WRITE(CR0_MASK, CR0_TS), PASS(RCX, CR0_TS)),
	ENDS("CR0, MOV that agrees with the shadow", NULL, code_flip_cr0, WRITE(CR0_MASK, CR0_TS), WRITE(CR0_SHADOW, CR0_TS), PASS(RCX, CR0_MP), THEN_CLEAR(GUEST_CR0, CR0_TS), THEN_SET(GUEST_CR0, CR0_MP)),
	TRIAL("CR0, MOV that clears NE", NULL, EXCEPTION, code_flip_cr0, 0, PASS(RCX, CR0_NE), PROTECTED, THEN(EXIT_ERROR_CODE, 0)),
	TRIAL("CR0, CLTS, masked and set in the shadow", NULL, CR_ACCESS, code_clts, BY_CLTS, WRITE(CR0_MASK, CR0_TS), WRITE(CR0_SHADOW, CR0_TS)),
	ENDS("CR0, CLTS, masked and clear in the shadow", NULL, code_clts, SET(GUEST_CR0, CR0_TS), WRITE(CR0_MASK, CR0_TS), THEN_SET(GUEST_CR0, CR0_TS)),
	ENDS("CR0, CLTS, not masked", NULL, code_clts, SET(GUEST_CR0, CR0_TS), WRITE(CR0_SHADOW, CR0_TS), THEN_CLEAR(GUEST_CR0, CR0_TS)),
	TRIAL("CR0, LMSW that differs from the shadow", NULL, CR_ACCESS, code_lmsw, BY_LMSW(CR0_TS | CR0_PE), WRITE(CR0_MASK, CR0_TS), PASS(RCX, CR0_TS | CR0_PE)),
	TRIAL("CR0, LMSW from memory", NULL, CR_ACCESS, code_lmsw_memory, BY_LMSW(CR0_MP | CR0_PE) | BY_LMSW_MEMORY, WRITE(CR0_MASK, CR0_MP), STORE(TRIAL_DATA, 0, CR0_MP | CR0_PE), THEN(GUEST_LINEAR_ADDRESS, TRIAL_ADDRESS(TRIAL_DATA))),
	TRIAL("CR0, LMSW that sets PE", NULL, CR_ACCESS, code_lmsw, BY_LMSW(CR0_PE), WRITE(CR0_MASK, CR0_PE), PASS(RCX, CR0_PE)),
	ENDS("CR0, LMSW never clears PE", NULL, code_lmsw, WRITE(CR0_MASK, CR0_PE), WRITE(CR0_SHADOW, CR0_PE), THEN_SET(GUEST_CR0, CR0_PE)),

	ENDS("CR4, a masked bit is read from the shadow", NULL, code_from_cr4, WRITE(CR4_MASK, CR4_TSD), WRITE(CR4_SHADOW, CR4_TSD), THEN_HOLDS_BITS(RAX, CR4_TSD), THEN_CLEAR(GUEST_CR4, CR4_TSD)),
	TRIAL("CR4, MOV that differs from the shadow", NULL, CR_ACCESS, code_flip_cr4, TO_CR(4, RAX), WRITE(CR4_MASK, CR4_TSD), PASS(RCX, CR4_TSD)),
	ENDS("CR4, MOV that agrees with the shadow", NULL, code_flip_cr4, WRITE(CR4_MASK, CR4_TSD), WRITE(CR4_SHADOW, CR4_TSD), PASS(RCX, CR4_PSE), THEN_CLEAR(GUEST_CR4, CR4_TSD), THEN_SET(GUEST_CR4, CR4_PSE)),
	TRIAL("CR4, MOV that clears VMXE", NULL, EXCEPTION, code_flip_cr4, 0, PASS(RCX, CR4_VMXE), PROTECTED, THEN(EXIT_ERROR_CODE, 0)),

	TRIAL("CR3, load exiting", NULL, CR_ACCESS, code_to_cr3, TO_CR(3, RBX), PRIMARY_ON(CR3_LOAD_EXITING)),
	ENDS("CR3, no load exiting", "vmx-cr3-load-noexit", code_to_cr3, NOTHING),
	ENDS("CR3, a target", SELFTEST_CR3_TARGETS, code_to_cr3, PRIMARY_ON(CR3_LOAD_EXITING), WRITE(CR3_TARGET_COUNT, 4)),
	TRIAL("CR3, a target beyond the count", SELFTEST_CR3_TARGETS, CR_ACCESS, code_to_cr3, TO_CR(3, RBX), PRIMARY_ON(CR3_LOAD_EXITING), WRITE(CR3_TARGET_COUNT, 3)),
	TRIAL("CR3, store exiting", NULL, CR_ACCESS, code_from_cr3, FROM_CR(3, RDX), PRIMARY_ON(CR3_STORE_EXITING)),
	ENDS("CR3, no store exiting", "vmx-cr3-store-noexit", code_from_cr3, NOTHING),

	TRIAL("CR8, load exiting", NULL, CR_ACCESS, code_to_cr8, TO_CR(8, RAX), PRIMARY_ON(CR8_LOAD_EXITING)),
	TRIAL("CR8, store exiting", NULL, CR_ACCESS, code_from_cr8, FROM_CR(8, RAX), PRIMARY_ON(CR8_STORE_EXITING)),
	ENDS("CR8, no exiting", NULL, code_cr8_same, NOTHING),
	ENDS("CR8, read from the TPR shadow", "vmx-flexpriority", code_from_cr8, PRIMARY_ON(TPR_SHADOW), VTPR(0x5F), THEN_HOLDS(RAX, 5)),
	ENDS("CR8, write to the TPR shadow", "vmx-flexpriority", code_to_cr8, PRIMARY_ON(TPR_SHADOW), VTPR(0x5F), PASS(RAX, 9), THEN_VTPR(0x90)),
	ENDS("CR8, write at the TPR threshold", "vmx-flexpriority", code_to_cr8, PRIMARY_ON(TPR_SHADOW), VTPR(0x50), WRITE(TPR_THRESHOLD, 5), PASS(RAX, 5)),
	TRIAL("CR8, load exiting despite the TPR shadow", "vmx-flexpriority", CR_ACCESS, code_to_cr8, TO_CR(8, RAX), PRIMARY_ON(TPR_SHADOW), PRIMARY_ON(CR8_LOAD_EXITING)),
	TRIAL("CR8, write below the TPR threshold", "vmx-flexpriority", TPR_BELOW_THRESHOLD, code_after_cr8, 0, PRIMARY_ON(TPR_SHADOW), VTPR(0x50), WRITE(TPR_THRESHOLD, 5), PASS(RAX, 4), THEN_VTPR(0x40)),
	TRIAL("CR8, TPR below the threshold at entry", "vmx-flexpriority, vmx-apicv-xapic", TPR_BELOW_THRESHOLD, code_nops, 0, PRIMARY_ON(TPR_SHADOW), SET(SECONDARY_CONTROLS, SECONDARY_VIRTUALIZE_APIC_ACCESSES), WRITE(TPR_THRESHOLD, 1)),

	TRIAL("MOV DR exiting, from DR3", NULL, MOV_DR, code_from_dr, FROM_DR(3, RBP), PRIMARY_ON(MOV_DR_EXITING)),
	TRIAL("MOV DR exiting, to DR1", NULL, MOV_DR, code_to_dr, TO_DR(1, RAX), PRIMARY_ON(MOV_DR_EXITING)),
	ENDS("MOV DR, no exiting", NULL, code_from_dr, NOTHING),
	TRIAL("MOV DR with DR7.GD set is a debug exception", NULL, EXCEPTION, code_from_dr, DEBUG_BD, SET(ENTRY_CONTROLS, ENTRY_LOAD_DEBUG), SET(GUEST_DR7, DR7_GD), THEN(EXIT_INTERRUPTION, EXCEPTION(VECTOR_DB))),
	TRIAL("MOV DR exiting with DR7.GD set", NULL, MOV_DR, code_from_dr, FROM_DR(3, RBP), PRIMARY_ON(MOV_DR_EXITING), SET(ENTRY_CONTROLS, ENTRY_LOAD_DEBUG), SET(GUEST_DR7, DR7_GD)),
	ENDS("DR7, loaded at entry", NULL, code_from_dr7, SET(ENTRY_CONTROLS, ENTRY_LOAD_DEBUG), WRITE(GUEST_DR7, DR7_INITIAL | BIT(16)), THEN_HOLDS(RAX, DR7_INITIAL | BIT(16))),
	ENDS("DR7, not loaded at entry", "vmx-entry-noload-debugctl", code_from_dr7, CLEAR(ENTRY_CONTROLS, ENTRY_LOAD_DEBUG), WRITE(GUEST_DR7, DR7_INITIAL | BIT(16)), THEN_HOLDS(RAX, DR7_INITIAL)),
	ENDS("DR7, saved at exit", NULL, code_to_dr7, SET(EXIT_CONTROLS, EXIT_SAVE_DEBUG), PASS(RAX, DR7_INITIAL | BIT(16)), THEN(GUEST_DR7, DR7_INITIAL | BIT(16))),
	ENDS("DR7, not saved at exit", "vmx-exit-nosave-debugctl", code_to_dr7, CLEAR(EXIT_CONTROLS, EXIT_SAVE_DEBUG), PASS(RAX, DR7_INITIAL | BIT(16)), THEN(GUEST_DR7, DR7_INITIAL)),
};
/* clang-format on */

const unsigned selftest_registers_count = COUNT_OF(selftest_registers);
