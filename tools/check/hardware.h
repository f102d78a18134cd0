/*
 * All access of rootmode-check to the computer it runs on. The tests link a fake in its place, so
 * they cover CPUs that no test machine has.
 */
#ifndef CHECK_HARDWARE_H
#define CHECK_HARDWARE_H

#include "arch/x86_64/cpuid.h"

#include <stdbool.h>
#include <stdio.h>

/* Moves this thread to a CPU, by Linux's number. Returns 0 or an errno. */
int hardware_go_to(unsigned cpu);

/* Executes CPUID on the current CPU. */
struct cpuid hardware_cpuid(uint32_t leaf, uint32_t subleaf);

/* Opens the MSRs of a CPU. Returns a file descriptor, or a negative errno. */
int hardware_open_msrs(unsigned cpu);

/* Reads an MSR. Returns 0 or an errno; EIO means that RDMSR faulted. */
int hardware_read_msr(int msrs, uint32_t msr, uint64_t *value);

void hardware_close_msrs(int msrs);

/* Opens a file such as /proc/cpuinfo. Returns NULL if it cannot be read. */
FILE *hardware_open_file(const char *path);

/* Return whether a path exists, and whether this user may read and write it. */
bool hardware_exists(const char *path);
bool hardware_usable(const char *path);

/* Returns whether the user is root. */
bool hardware_is_root(void);

#endif
