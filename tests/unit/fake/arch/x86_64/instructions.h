/*
 * Replaces the real header in unit tests, whose include path finds it first: the same functions,
 * but not inline. A test defines those that it needs.
 */
#ifndef ARCH_X86_64_INSTRUCTIONS_H
#define ARCH_X86_64_INSTRUCTIONS_H

#include "arch/x86_64/cpuid.h"

#include <stdbool.h>
#include <stdint.h>

struct cpuid cpuid(uint32_t leaf, uint32_t subleaf);
uint64_t rdtsc(void);
uint64_t rdmsr(uint32_t msr);
void wrmsr(uint32_t msr, uint64_t value);
uint64_t read_cr0(void);
uint64_t read_cr3(void);
void write_cr3(uint64_t value);
uint64_t read_cr4(void);
void int_nmi(void);
void sti_hlt_cli(void);
void pause(void);
uint8_t in8(uint16_t port);
uint16_t in16(uint16_t port);
uint32_t in32(uint16_t port);
void out8(uint16_t port, uint8_t value);
void out16(uint16_t port, uint16_t value);
void out32(uint16_t port, uint32_t value);
void sfence(void);
void cli(void);
void hlt(void);
void lidt(const void *pointer);

#endif
