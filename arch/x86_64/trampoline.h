/*
 * What an AP executes first: trampoline.asm, copied to a page below 1 MiB. The variables are in the
 * code to be copied; to set one, write at the same distance into the copy.
 */
#ifndef ARCH_X86_64_TRAMPOLINE_H
#define ARCH_X86_64_TRAMPOLINE_H

#include <stdint.h>

extern const char trampoline_start[], trampoline_end[];

extern const uint32_t trampoline_page;     /* where the copy is: its physical address */
extern const uint32_t trampoline_cr3;      /* the page tables */
extern const uint32_t trampoline_efer;     /* the bits of IA32_EFER to set */
extern const uint32_t trampoline_apic_ids; /* physical address of the APIC IDs, 4 bytes each */
extern const uint32_t trampoline_progress; /* physical address of enum cpu_step, 1 byte each */
extern const uint32_t trampoline_count;    /* of CPUs in both */
extern const uint64_t trampoline_stacks;   /* the first stack's top; CPU n's is n slots above */
extern const uint64_t trampoline_slot;     /* bytes from one stack's top to the next */
extern const uint64_t trampoline_main;     /* void main(uint32_t index), which does not return */

/* The AP counts here, in the copy, what cannot be told by CPU yet. */
extern const uint32_t trampoline_started;  /* first instructions executed */
extern const uint32_t trampoline_unlisted; /* CPUs whose APIC ID is not in the list */

#endif
