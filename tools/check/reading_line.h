/*
 * Recognizes CPUID and MSR values in a line of a tool's output. What a line may be is strict enough
 * that a sentence about an MSR is no value of it. Pure; the bytes are not trusted.
 */
#ifndef CHECK_READING_LINE_H
#define CHECK_READING_LINE_H

#include "tools/check/dump.h"
#include "tools/check/line_words.h"

/*
 * Reads a CPUID leaf, as x86info, cpuid -r, cpucontrol of FreeBSD, CPU-Z, AIDA64, xen-cpuid and
 * VMware's log print it. The guest's leaves in such a log are none.
 */
bool reading_cpuid(const struct words *words, struct dump_entry *entry);

/*
 * Reads the first MSR from word *at on, and sets *at to the word after its value. Sets *cpu if the
 * line names the CPU. Understands numbers and names: "MSR 0x480: VALUE", "IA32_VMX_BASIC = VALUE",
 * "MSR 00000480: 00DA-0400-0000-0004", and the two halves of a value.
 */
bool reading_msr(const struct words *words, unsigned *at, uint32_t *cpu, struct dump_entry *entry);

/* Reads the number of an MSR that a dump may have. */
bool reading_msr_number(const struct words *words, unsigned at, uint32_t *msr);

/* Reads a line that says which CPU the lines below are about, such as "CPU #1". */
bool reading_cpu(const struct words *words, uint32_t *cpu);

#endif
