/*
 * Instructions that may fault without ending the kernel. A hypervisor has to try things that may
 * fault: there is no way to ask whether an MSR exists. Each such instruction has an entry in the
 * recovery table, which the exception handler consults before it panics. They are in
 * register_instructions.asm, vmx/vmx_instructions.asm and vmx/guest/guest_enter.asm.
 */
#ifndef ARCH_X86_64_RECOVERY_H
#define ARCH_X86_64_RECOVERY_H

#include "arch/x86_64/registers.h"
#include "kernel/record/vmx_status.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * How such an instruction ended, as assembly returns it. After a fault: RAW_FAULT, the vector in
 * bits 39:32 and the error code in bits 31:0. Otherwise RFLAGS, if the instruction reports by
 * flags, or 0. Bit 63 of RFLAGS is reserved and always 0, so the two cannot be confused.
 */
typedef uint64_t raw_status_t;

#define RAW_FAULT (1ull << 63)

/* Decodes a raw status that has RAW_FAULT set. */
static inline struct vmx_status raw_fault(raw_status_t raw)
{
	return (struct vmx_status){
		.kind = VMX_FAULTED,
		.number = (uint8_t)(raw >> 32),
		.error_code = (uint16_t)raw,
	};
}

/*
 * Returns true if an exception is one that these instructions raise themselves. NMIs, machine
 * checks, debug exceptions and double faults also arrive at such an instruction, and are no refusal
 * of it.
 */
static inline bool recovery_applies(uint64_t vector)
{
	return vector == VECTOR_UD || vector == VECTOR_SS || vector == VECTOR_GP ||
	       vector == VECTOR_PF || vector == VECTOR_AC;
}

/*
 * Returns where to continue, with the raw status in R8, after a fault at rip. Returns 0 if the
 * instruction has no entry. For the exception handler.
 */
uint64_t recovery_find(uint64_t rip);

#endif
