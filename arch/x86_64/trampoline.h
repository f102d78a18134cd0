/*
 * The first instructions of an AP: trampoline.asm, copied to a page below 1 MiB. The variables are
 * part of the code that is copied. To set one, write to the same offset in the copy.
 */
#ifndef ARCH_X86_64_TRAMPOLINE_H
#define ARCH_X86_64_TRAMPOLINE_H

#include <stdint.h>

extern const char trampoline_start[], trampoline_end[];

extern const uint32_t trampoline_page;       /* physical address of the copy */
extern const uint32_t trampoline_cr3;        /* physical address of the page tables, below 4 GiB */
extern const uint32_t trampoline_efer;       /* bits to set in IA32_EFER */
extern const uint32_t trampoline_no_execute; /* bits of CPUID.80000001H:EDX to require */
extern const uint32_t trampoline_observe;    /* not 0: no MSR may be written to get them */
extern const uint32_t trampoline_apic_ids;   /* physical address of the APIC IDs, 4 bytes each */
extern const uint32_t trampoline_progress;   /* physical address of enum cpu_step, 1 byte each */
extern const uint32_t trampoline_count;      /* number of CPUs in both */
extern const uint64_t trampoline_stacks;     /* top of CPU 0's stack; CPU n's is n slots above */
extern const uint64_t trampoline_slot;       /* bytes from a stack's top to the next */
extern const uint64_t trampoline_main;       /* void main(uint32_t index, uint32_t cr0) */

/* Counters in the copy, for what an AP does before it knows its index. */
extern const uint32_t trampoline_started;     /* CPUs that executed the first instruction */
extern const uint32_t trampoline_unlisted;    /* CPUs whose APIC ID is not in the list */
extern const uint32_t trampoline_unlisted_id; /* the APIC ID of the last of those */

#endif
