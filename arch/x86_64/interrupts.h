/* Maskable interrupts: those that rootmode asks for, and those that nobody asked for. */
#ifndef ARCH_X86_64_INTERRUPTS_H
#define ARCH_X86_64_INTERRUPTS_H

#include <stdbool.h>
#include <stdint.h>

/* The first vector that is no exception. */
enum { VECTOR_INTERRUPT_FIRST = 32 };

/*
 * Handles an interrupt, given its vector and RFLAGS as saved. False if it is none: interrupts come
 * while they are enabled, so the code must have executed an INT instruction.
 */
bool interrupts_handle(uint8_t vector, uint64_t rflags);

/* The number of wake-ups, by timer or another CPU, that this kernel has taken. */
uint32_t interrupts_wakes(void);

#endif
