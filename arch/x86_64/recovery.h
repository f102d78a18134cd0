/*
 * Instructions that may fault without ending the kernel. Each has an entry in the recovery table,
 * where the exception handler looks first. They are in register_instructions.asm,
 * vmx/vmx_instructions.asm and vmx/guest/guest_enter.asm.
 */
#ifndef ARCH_X86_64_RECOVERY_H
#define ARCH_X86_64_RECOVERY_H

#include "arch/x86_64/registers.h"
#include "kernel/record/vmx_status.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * How such an instruction ended, as assembly returns it. After a fault: RAW_FAULT, the vector in
 * bits 39:32 and the error code in bits 31:0. Else: RFLAGS, if the instruction reports by flags,
 * and 0 if it does not. RFLAGS never has bit 63 set.
 */
typedef uint64_t raw_status_t;

#define RAW_FAULT (1ull << 63)

/* The fault of a raw status that has RAW_FAULT set. */
static inline struct vmx_status raw_fault(raw_status_t raw)
{
	return (struct vmx_status){
		.kind = VMX_FAULTED,
		.number = (uint8_t)(raw >> 32),
		.error_code = (uint16_t)raw,
	};
}

/*
 * Whether an exception is one that these instructions raise themselves. NMIs, machine checks, debug
 * exceptions and double faults also arrive at such an instruction, and are no refusal of it.
 */
static inline bool recovery_applies(uint64_t vector)
{
	return vector == VECTOR_UD || vector == VECTOR_SS || vector == VECTOR_GP ||
	       vector == VECTOR_PF || vector == VECTOR_AC;
}

/*
 * For the exception handler: where to continue after a fault at rip, with the raw status in R8; 0
 * if the instruction there is not one of these.
 */
uint64_t recovery_find(uint64_t rip);

#endif
