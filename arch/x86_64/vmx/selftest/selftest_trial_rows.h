/* What the rows of the tables of guest trials are made of: see selftest_trial.h. */
#ifndef ARCH_X86_64_VMX_SELFTEST_TRIAL_ROWS_H
#define ARCH_X86_64_VMX_SELFTEST_TRIAL_ROWS_H

#include "arch/x86_64/registers.h"
#include "arch/x86_64/vmx/selftest/selftest_trial.h"
#include "arch/x86_64/vmx/vmx_numbers.h"
#include "kernel/lib/count.h"

#include <stddef.h>

/* A guest that exits for a reason; one that executes all and ends; one that reaches a handler. */
#define EXITS(reason) {VMX_EXITED, EXIT_REASON_##reason, 0}
#define TRIAL(name, needs, reason, code, qualification, ...)             \
	{                                                                \
		{name, needs, EXITS(reason)}, &(code), qualification, 0, \
		{                                                        \
			__VA_ARGS__                                      \
		}                                                        \
	}
#define ENDS(name, needs, code, ...) TRIAL(name, needs, VMCALL, code, 0, __VA_ARGS__)
#define REACHES(name, needs, vector, code, ...)                   \
	{                                                         \
		{name, needs, EXITS(VMCALL)}, &(code), 0, vector, \
		{                                                 \
			__VA_ARGS__                               \
		}                                                 \
	}

/* The guest of the row above goes on. */
#define GOES_ON(name, needs, reason, ...)                 \
	{                                                 \
		{name, needs, EXITS(reason)}, NULL, 0, 0, \
		{                                         \
			__VA_ARGS__                       \
		}                                         \
	}

/* Changes of the VMCS, of memory, and of the guest's registers. */
#define NOTHING                    {0}
#define CLEAR(field, bits)         {field, TRIAL_CLEAR, bits}
#define SET(field, bits)           {field, TRIAL_SET, bits}
#define WRITE(field, value)        {field, TRIAL_WRITE, value}
#define WRITE_HIGH(field, value)   {field, TRIAL_WRITE | TRIAL_HIGH, value}
#define STORE(page, offset, value) {TRIAL_QUADWORD(page, offset), TRIAL_WRITE | TRIAL_MEMORY, value}
#define STORE_HIGH(page, offset, value) \
	{TRIAL_QUADWORD(page, offset), TRIAL_WRITE | TRIAL_MEMORY | TRIAL_HIGH, value}
#define PRIMARY_ON(name)           SET(PRIMARY_CONTROLS, PRIMARY_##name)
#define PRIMARY_OFF(name)          CLEAR(PRIMARY_CONTROLS, PRIMARY_##name)
#define SECONDARY_ON(name)         SET(SECONDARY_CONTROLS, SECONDARY_##name)
#define EACH_SEGMENT(field, value) {GUEST_ES_##field, TRIAL_WRITE | TRIAL_EACH, value}
#define PASS(number, value)        {number, TRIAL_WRITE | TRIAL_REGISTER, value}

#define INTERRUPT_SELF {0, TRIAL_WRITE | TRIAL_IPI, 0}

/* What must be there after the exit. */
#define THEN(field, value)            {field, TRIAL_EXPECT, value}
#define THEN_CLEAR(field, bits)       {field, TRIAL_EXPECT_CLEAR, bits}
#define THEN_SET(field, bits)         {field, TRIAL_EXPECT_SET, bits}
#define THEN_HOLDS(number, value)     {number, TRIAL_EXPECT | TRIAL_REGISTER, value}
#define THEN_HOLDS_NOT(number, bits)  {number, TRIAL_EXPECT_CLEAR | TRIAL_REGISTER, bits}
#define THEN_HOLDS_BITS(number, bits) {number, TRIAL_EXPECT_SET | TRIAL_REGISTER, bits}
#define THEN_STORED(page, offset, value) \
	{TRIAL_QUADWORD(page, offset), TRIAL_EXPECT | TRIAL_MEMORY, value}
#define THEN_STORED_RIP(page, offset, distance) \
	{TRIAL_QUADWORD(page, offset), TRIAL_EXPECT | TRIAL_MEMORY | TRIAL_PLACE, distance}

/* Events, in the fields for injection and for information: their types, and an error code. */
#define EVENT(type, vector) (INTERRUPTION_VALID | (type) << 8 | (vector))
#define EXTERNAL(vector)    EVENT(0, vector)
#define NMI                 EVENT(2, VECTOR_NMI)
#define EXCEPTION(vector)   EVENT(3, vector)
#define SOFTWARE(vector)    EVENT(4, vector)
#define SOFTWARE_EXCEPTION  EVENT(6, VECTOR_BP)
#define PENDING_MTF         EVENT(7, 0)
#define WITH_CODE           BIT(11)

/* The frame of an event on the guest's stack, in the page TRIAL_DATA. */
#define FRAME_RIP  0xFD8
#define FRAME_CODE 0xFD0

/* The guests: selftest_trial_code.asm. */
extern const struct trial_code code_cpuid, code_getsec, code_invd, code_xsetbv, code_invept,
	code_invvpid, code_vmclear, code_vmlaunch, code_vmptrld, code_vmptrst, code_vmread,
	code_vmresume, code_vmwrite, code_vmxoff, code_vmxon, code_hlt, code_invlpg, code_invpcid,
	code_monitor, code_mwait, code_pause, code_rdpmc, code_rdrand, code_rdseed, code_rdtsc,
	code_rdtscp, code_wbinvd, code_xsaves, code_sgdt, code_sidt, code_lgdt, code_lidt,
	code_sldt, code_str, code_lldt, code_ltr, code_halted, code_pauses, code_flip_cr0,
	code_flip_cr4, code_from_cr0, code_from_cr3, code_from_cr4, code_from_cr8, code_to_cr3,
	code_smsw, code_clts, code_lmsw, code_lmsw_memory, code_from_dr, code_to_dr, code_from_dr7,
	code_to_dr7, code_to_cr8, code_after_cr8, code_cr8_same, code_ud, code_de, code_gp, code_nm,
	code_load, code_store, code_int_20, code_int_14, code_step, code_nops, code_after_one,
	code_sti, code_iret, code_spin, code_counts, code_in8, code_in16, code_in32, code_in_80,
	code_out8, code_ins, code_rep_outs, code_rdmsr, code_wrmsr, code_apic_read, code_apic_write,
	code_apic_tpr, code_apic_to_tpr;
extern const struct trial_code code_read, code_write, code_fetch, code_walk, code_int3,
	code_read_apic, code_reads, code_read_again, code_read_2m, code_read_1g, code_write_2m,
	code_vmfunc, code_jmp_task, code_call_task, code_iret_task, code_int_task, code_load_cs,
	code_after_wrmsr, code_after_apic_write, code_shadow, code_shadow_none, code_vmread_only,
	code_xrstors, code_tpause, code_umwait, code_umonitor, code_before_rdmsr;

#endif
