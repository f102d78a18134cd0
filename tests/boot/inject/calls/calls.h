/*
 * The kernel whose calls can lie: each of its C files is compiled with calls_instead.h in front, so
 * each call of an instruction below goes through calls.c. That counts it, and lets it fail or lie
 * if a word on the command line says so:
 *
 *     inject=call@CPU/NAME=N,KIND     call number N on this CPU, counted from 1
 *     inject=calls@CPU/NAME=N,KIND    this call and all after it
 *
 * The names are those of the functions, the kinds are below. Port E9H gets a line when a call lies,
 * when a CPU has really executed VMXON with success, and, at the end, for each count.
 */
#ifndef TESTS_BOOT_INJECT_CALLS_H
#define TESTS_BOOT_INJECT_CALLS_H

#include "arch/x86_64/apic.h"
#include "arch/x86_64/instructions.h"
#include "arch/x86_64/register_instructions.h"
#include "arch/x86_64/vmx/guest/guest.h"
#include "arch/x86_64/vmx/vmx_instructions.h"

/* How a call lies. What reads gives another value; what writes or sends does nothing. */
enum lie {
	HONEST,
	ZEROS,      /* reads: 0 */
	ONES,       /* reads: all bits set */
	INVERTED,   /* reads: each bit inverted */
	FAULTS,     /* not executed; reported as #GP */
	IGNORED,    /* not executed; reported as done */
	FAIL_CARRY, /* not executed; reported as VMfailInvalid */
	FAIL_ZERO,  /* not executed; reported as VMfailValid */
	SAYS_FAULT, /* executed; reported as #GP */
	SENT_TWICE, /* an interrupt to another CPU */
};

struct cpuid call_cpuid(uint32_t leaf, uint32_t subleaf);
uint64_t call_rdtsc(void);
uint64_t call_rdtsc_ordered(void);
uint64_t call_rdmsr(uint32_t msr);
void call_wrmsr(uint32_t msr, uint64_t value);
uint8_t call_in8(uint16_t port);
uint16_t call_in16(uint16_t port);
uint32_t call_in32(uint16_t port);
void call_out8(uint16_t port, uint8_t value);
void call_out16(uint16_t port, uint16_t value);
void call_out32(uint16_t port, uint32_t value);
raw_status_t call_rdmsr_safe(uint32_t msr, uint64_t *value);
raw_status_t call_wrmsr_safe(uint32_t msr, uint64_t value);
raw_status_t call_write_cr0_safe(uint64_t value);
raw_status_t call_write_cr4_safe(uint64_t value);
raw_status_t call_vmxon_safe(const uint64_t *region_phys);
raw_status_t call_vmxoff_safe(void);
raw_status_t call_vmclear_safe(const uint64_t *vmcs_phys);
raw_status_t call_vmptrld_safe(const uint64_t *vmcs_phys);
raw_status_t call_vmread_safe(uint64_t field, uint64_t *value);
raw_status_t call_vmwrite_safe(uint64_t field, uint64_t value);
raw_status_t call_guest_enter(uint64_t registers[REGISTER_COUNT], bool launched);
bool call_apic_send_init(uint32_t apic_id);
bool call_apic_send_startup(uint32_t apic_id, uint64_t page_phys);

#endif
