/*
 * Instructions that may fault, and then come back with the fault instead of ending the kernel. The
 * functions are in recover.asm; each faulting instruction there has an entry in the recovery table,
 * where the exception handlers look first.
 */
#ifndef ARCH_X86_64_RECOVER_H
#define ARCH_X86_64_RECOVER_H

#include <stdbool.h>
#include <stdint.h>

/* 0: the instruction completed. Else FAULT_TAKEN, with the vector and the error code. */
typedef uint64_t fault_t;

#define FAULT_TAKEN (1ull << 63)

static inline uint8_t fault_vector(fault_t fault)
{
	return (uint8_t)(fault >> 32);
}

static inline uint32_t fault_error_code(fault_t fault)
{
	return (uint32_t)fault;
}

fault_t recover_rdmsr(uint32_t msr, uint64_t *value); /* *value is 0 after a fault */
fault_t recover_wrmsr(uint32_t msr, uint64_t value);
fault_t recover_write_cr0(uint64_t value);
fault_t recover_write_cr4(uint64_t value);

/*
 * VMX instructions. *rflags has CF and ZF as the instruction left them; both are set before it, so
 * that an instruction that touches no flag does not read as a success.
 */
fault_t recover_vmxon(const uint64_t *region_phys, uint64_t *rflags);
fault_t recover_vmxoff(uint64_t *rflags);
fault_t recover_vmclear(const uint64_t *phys, uint64_t *rflags);
fault_t recover_vmptrld(const uint64_t *phys, uint64_t *rflags);
fault_t recover_vmptrst(uint64_t *phys, uint64_t *rflags);
fault_t recover_vmread(uint64_t field, uint64_t *value, uint64_t *rflags);
fault_t recover_vmwrite(uint64_t field, uint64_t value, uint64_t *rflags);
fault_t recover_vmlaunch(uint64_t *rflags); /* this and the next where they cannot succeed */
fault_t recover_vmresume(uint64_t *rflags);
fault_t recover_vmcall(uint64_t *rflags);
fault_t recover_invept(uint64_t type, const uint64_t descriptor[2], uint64_t *rflags);
fault_t recover_invvpid(uint64_t type, const uint64_t descriptor[2], uint64_t *rflags);

/*
 * For the exception handlers: where to go on after a fault at rip, with the fault_t in R8; 0 if the
 * instruction there is not one of these.
 */
uint64_t recover_find(uint64_t rip);

#endif
