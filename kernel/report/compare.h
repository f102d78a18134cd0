/*
 * Reports values that differ between CPUs, by the names of their fields. Most should be the same: a
 * hypervisor that moves virtual CPUs between CPUs relies on equal VMX capabilities, and differences
 * usually mean that the firmware did not initialize each CPU the same way. Those that are normal,
 * or do not matter to VMX, are no warnings. Pure.
 */
#ifndef KERNEL_COMPARE_H
#define KERNEL_COMPARE_H

#include "kernel/lib/text.h"
#include "kernel/record/machine.h"

/* Prints a line for each value that differs from that of CPU 0. */
void compare_print(const struct machine *machine, struct text *to);

/* Returns whether one of these lines is a warning. Then the hint says what to do. */
bool compare_finds_fault(const struct machine *machine);
extern const char compare_hint[];

/* Prints what a line says of a register: its value, or why there is none. Returns if it has one. */
bool compare_print_value(const struct msr_reading *reading, struct text *to);

/*
 * The decision: returns why it is normal that these bits of a register differ between the CPU and
 * CPU 0, or does not matter to VMX; NULL if it does matter. number is an MSR's, or one of
 * kernel/record/register_fields.h.
 */
const char *compare_excuse(const struct machine *machine, const struct cpu *cpu, uint32_t number,
                           uint64_t differing);

#endif
