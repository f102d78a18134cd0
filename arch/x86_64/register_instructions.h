/*
 * RDMSR, WRMSR, and MOV to CR0 and CR4, for cases in which they may fault. Each returns 0, or a raw
 * status with the fault. The variants for cases in which they cannot fault are in instructions.h.
 */
#ifndef ARCH_X86_64_REGISTER_INSTRUCTIONS_H
#define ARCH_X86_64_REGISTER_INSTRUCTIONS_H

#include "arch/x86_64/recovery.h"

raw_status_t rdmsr_safe(uint32_t msr, uint64_t *value); /* *value is 0 after a fault */
raw_status_t wrmsr_safe(uint32_t msr, uint64_t value);
raw_status_t write_cr0_safe(uint64_t value);
raw_status_t write_cr4_safe(uint64_t value);

#endif
