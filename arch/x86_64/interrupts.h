/* Maskable interrupts: rootmode's own, and unexpected ones. */
#ifndef ARCH_X86_64_INTERRUPTS_H
#define ARCH_X86_64_INTERRUPTS_H

#include <stdbool.h>
#include <stdint.h>

/* The first vector that is not an exception. */
enum { VECTOR_INTERRUPT_FIRST = 32 };

/*
 * Handles an interrupt. rflags is the saved RFLAGS. Returns false if IF was clear: no interrupt can
 * arrive then, so the code must have executed an INT instruction.
 */
bool interrupts_handle(uint8_t vector, uint64_t rflags);

/* Returns the number of wake-up interrupts, from a timer or another CPU, that were handled. */
uint32_t interrupts_wakes(void);

#endif
