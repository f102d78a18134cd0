/* What the rows of the tables of guest trials are made of: see selftest_trial.h. */
#ifndef ARCH_X86_64_VMX_SELFTEST_TRIAL_ROWS_H
#define ARCH_X86_64_VMX_SELFTEST_TRIAL_ROWS_H

#include "arch/x86_64/registers.h"
#include "arch/x86_64/vmx/selftest/selftest_trial.h"
#include "arch/x86_64/vmx/vmx_numbers.h"

#include <stddef.h>

#define EXITS(reason) {VMX_EXITED, EXIT_REASON_##reason, 0}

/* Changes of the VMCS, of memory, and of the guest's registers. */
#define CLEAR(field, bits)         {field, TRIAL_CLEAR, bits}
#define SET(field, bits)           {field, TRIAL_SET, bits}
#define WRITE(field, value)        {field, TRIAL_WRITE, value}
#define WRITE_HIGH(field, value)   {field, TRIAL_WRITE | TRIAL_HIGH, value}
#define STORE(page, offset, value) {TRIAL_QUADWORD(page, offset), TRIAL_WRITE | TRIAL_MEMORY, value}
#define PASS(number, value)        {number, TRIAL_WRITE | TRIAL_REGISTER, value}

/* What must be there after the exit. */
#define THEN(field, value)      {field, TRIAL_EXPECT, value}
#define THEN_CLEAR(field, bits) {field, TRIAL_EXPECT_CLEAR, bits}
#define THEN_SET(field, bits)   {field, TRIAL_EXPECT_SET, bits}
#define THEN_STORED(page, offset, value) \
	{TRIAL_QUADWORD(page, offset), TRIAL_EXPECT | TRIAL_MEMORY, value}
#define THEN_HOLDS(number, value) {number, TRIAL_EXPECT | TRIAL_REGISTER, value}

/* The guests: selftest_trial_code.asm. */
extern const struct trial_code code_cpuid, code_invd, code_hlt, code_halted;
extern const struct trial_code code_read, code_write, code_fetch, code_walk, code_int3,
	code_read_apic, code_reads, code_read_again, code_read_2m, code_read_1g, code_write_2m,
	code_vmfunc;

#endif
