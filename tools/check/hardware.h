/*
 * The only door from rootmode-check to the computer that it runs on. Tests link another in its
 * place.
 */
#ifndef CHECK_HARDWARE_H
#define CHECK_HARDWARE_H

#include "arch/x86_64/cpuid.h"

#include <stdbool.h>
#include <stdio.h>

/* Goes on on Linux's CPU number; 0 or an errno. */
int hardware_go_to(unsigned cpu);

/* CPUID on the CPU that executes this. */
struct cpuid hardware_cpuid(uint32_t leaf, uint32_t subleaf);

/* Opens a CPU's MSRs: a file descriptor, or an errno as a negative number. */
int hardware_open_msrs(unsigned cpu);

/* Reads an MSR of an opened CPU: 0 or an errno; EIO if RDMSR faulted. */
int hardware_read_msr(int msrs, uint32_t msr, uint64_t *value);

void hardware_close_msrs(int msrs);

/* A file of Linux's, such as /proc/cpuinfo; NULL if it cannot be read. */
FILE *hardware_open_file(const char *path);

/* Whether a path is there; and whether this user may read and write it. */
bool hardware_exists(const char *path);
bool hardware_usable(const char *path);

/* Whether the user is root. */
bool hardware_is_root(void);

#endif
