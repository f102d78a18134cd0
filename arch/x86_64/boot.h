/*
 * What boot/ hands over to C: see boot/handover.asm and linker.ld. NASM reads the #define lines,
 * too, as build/boot.inc.
 */
#ifndef ARCH_X86_64_BOOT_H
#define ARCH_X86_64_BOOT_H

#include <stdint.h>

/*
 * The virtual address of the image: the last 2 GiB, as the compiler's kernel code model requires.
 */
#define KERNEL_BASE 0xFFFFFFFF80000000ull

/* The boot protocol by which the loader entered the image: the values of boot_protocol. */
#define BOOT_MULTIBOOT2 1
#define BOOT_PVH        2

extern uint64_t boot_protocol;         /* BOOT_MULTIBOOT2 or BOOT_PVH */
extern uint64_t boot_information_phys; /* the loader's information about the machine */
extern uint64_t boot_image_phys;       /* physical address of KERNEL_BASE */
extern uint64_t boot_ticks;            /* the time-stamp counter at entry */
extern uint64_t boot_cr0;              /* CR0 and CR4 at entry */
extern uint64_t boot_cr4;
extern uint64_t boot_no_execute; /* the execute-disable bit, or 0 where the CPU has none */
extern uint64_t boot_pml4[512];
extern char image_start[], image_end[];
extern char nmi_stack_top[], fatal_stack_top[];

#endif
