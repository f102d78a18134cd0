/*
 * arch/x86_64/ is the only place that knows the hardware: CPU, APIC, timers, page tables. The rest
 * of the kernel calls it through kernel/machine/arch.h. Each file is one piece of hardware; vmx/
 * enters VMX operation, devices/ has what is outside the CPU.
 *
 * This header has an inline function per instruction that C cannot express, named after it. They
 * must not fault where they are used. The ones that may are in register_instructions.h. "memory" in
 * a clobber list keeps the compiler from moving memory accesses across the instruction.
 */
#ifndef ARCH_X86_64_INSTRUCTIONS_H
#define ARCH_X86_64_INSTRUCTIONS_H

#include "arch/x86_64/cpuid.h"

#include <stdbool.h>
#include <stdint.h>

static inline struct cpuid cpuid(uint32_t leaf, uint32_t subleaf)
{
	struct cpuid r;

	__asm__ volatile("cpuid"
	                 : "=a"(r.eax), "=b"(r.ebx), "=c"(r.ecx), "=d"(r.edx)
	                 : "a"(leaf), "c"(subleaf));
	return r;
}

static inline uint64_t rdtsc(void)
{
	uint32_t low, high;

	__asm__ volatile("rdtsc" : "=a"(low), "=d"(high));
	return (uint64_t)high << 32 | low;
}

/*
 * Reads the time-stamp counter after all earlier instructions have completed. RDTSC alone may
 * execute before them: SDM vol. 2B RDTSC "Read Time-Stamp Counter".
 */
static inline uint64_t rdtsc_ordered(void)
{
	__asm__ volatile("lfence" ::: "memory");
	return rdtsc();
}

static inline uint64_t rdmsr(uint32_t msr)
{
	uint32_t low, high;

	__asm__ volatile("rdmsr" : "=a"(low), "=d"(high) : "c"(msr));
	return (uint64_t)high << 32 | low;
}

static inline void wrmsr(uint32_t msr, uint64_t value)
{
	__asm__ volatile("wrmsr" ::"c"(msr), "a"((uint32_t)value), "d"((uint32_t)(value >> 32))
	                 : "memory");
}

static inline uint64_t read_cr0(void)
{
	uint64_t value;

	__asm__ volatile("mov %%cr0, %0" : "=r"(value));
	return value;
}

static inline uint64_t read_cr2(void)
{
	uint64_t value;

	__asm__ volatile("mov %%cr2, %0" : "=r"(value));
	return value;
}

static inline uint64_t read_cr3(void)
{
	uint64_t value;

	__asm__ volatile("mov %%cr3, %0" : "=r"(value));
	return value;
}

static inline void write_cr3(uint64_t value)
{
	__asm__ volatile("mov %0, %%cr3" : : "r"(value) : "memory");
}

static inline void write_cr4(uint64_t value)
{
	__asm__ volatile("mov %0, %%cr4" : : "r"(value) : "memory");
}

static inline uint64_t read_cr4(void)
{
	uint64_t value;

	__asm__ volatile("mov %%cr4, %0" : "=r"(value));
	return value;
}

static inline void invlpg(const void *address)
{
	__asm__ volatile("invlpg (%0)" ::"r"(address) : "memory");
}

static inline void mfence(void)
{
	__asm__ volatile("mfence" ::: "memory");
}

static inline void sfence(void)
{
	__asm__ volatile("sfence" ::: "memory");
}

static inline void lfence(void)
{
	__asm__ volatile("lfence" ::: "memory");
}

static inline void pause(void)
{
	__asm__ volatile("pause" ::: "memory");
}

static inline void cli(void)
{
	__asm__ volatile("cli" ::: "memory");
}

/*
 * Halts until an interrupt. STI takes effect one instruction later (SDM vol. 2B STI "Set Interrupt
 * Flag"), so no interrupt can arrive between STI and HLT and leave the CPU asleep.
 */
static inline void sti_hlt_cli(void)
{
	__asm__ volatile("sti; hlt; cli" ::: "memory");
}

/* Takes one pending interrupt: sti takes effect after the instruction that follows it. */
static inline void sti_cli(void)
{
	__asm__ volatile("sti; nop; cli" ::: "memory");
}

static inline void hlt(void)
{
	__asm__ volatile("hlt" ::: "memory");
}

static inline uint8_t in8(uint16_t port)
{
	uint8_t value;

	__asm__ volatile("in %1, %0" : "=a"(value) : "Nd"(port));
	return value;
}

static inline uint16_t in16(uint16_t port)
{
	uint16_t value;

	__asm__ volatile("in %1, %0" : "=a"(value) : "Nd"(port));
	return value;
}

static inline uint32_t in32(uint16_t port)
{
	uint32_t value;

	__asm__ volatile("in %1, %0" : "=a"(value) : "Nd"(port));
	return value;
}

static inline void out8(uint16_t port, uint8_t value)
{
	__asm__ volatile("out %0, %1" ::"a"(value), "Nd"(port) : "memory");
}

static inline void out16(uint16_t port, uint16_t value)
{
	__asm__ volatile("out %0, %1" ::"a"(value), "Nd"(port) : "memory");
}

static inline void out32(uint16_t port, uint32_t value)
{
	__asm__ volatile("out %0, %1" ::"a"(value), "Nd"(port) : "memory");
}

static inline void lgdt(const void *pointer)
{
	__asm__ volatile("lgdt (%0)" ::"r"(pointer) : "memory");
}

static inline void lidt(const void *pointer)
{
	__asm__ volatile("lidt (%0)" ::"r"(pointer) : "memory");
}

static inline void sgdt(void *pointer)
{
	__asm__ volatile("sgdt (%0)" ::"r"(pointer) : "memory");
}

/* Calls the NMI handler, by INT 2. Unlike an NMI, it does not block NMIs. */
static inline void int_nmi(void)
{
	__asm__ volatile("int $2" ::: "memory");
}

/* Ends the blocking of NMIs, by an IRET to the next instruction. */
static inline void unblock_nmis(void)
{
	__asm__ volatile("mov %%rsp, %%rdx\n"
	                 "mov %%ss, %%eax\n"
	                 "push %%rax\n"
	                 "push %%rdx\n"
	                 "pushf\n"
	                 "mov %%cs, %%eax\n"
	                 "push %%rax\n"
	                 "lea 1f(%%rip), %%rax\n"
	                 "push %%rax\n"
	                 "iretq\n"
	                 "1:" ::
	                         : "rax", "rdx", "cc", "memory");
}

/* Loads CS by a far return to the next instruction. */
static inline void load_cs(uint16_t selector)
{
	uint64_t address;

	__asm__ volatile("lea 1f(%%rip), %0; push %q1; push %0; lretq; 1:"
	                 : "=&r"(address)
	                 : "r"((uint64_t)selector)
	                 : "memory");
}

static inline void load_es(uint16_t selector)
{
	__asm__ volatile("mov %w0, %%es" ::"r"(selector));
}

static inline void ltr(uint16_t selector)
{
	__asm__ volatile("ltr %0" ::"r"(selector) : "memory");
}

#endif
