/*
 * The output of tools that print values of CPUID and MSRs, which people post: rdmsr and loops of
 * it, chipsec, x86info, cpuid -r, cpucontrol, CPU-Z, AIDA64 and EVEREST, VMware's log, and programs
 * that print MSRs by name. Lines that are none of it are skipped. Pure; the bytes are not trusted.
 */
#ifndef CHECK_READINGS_H
#define CHECK_READINGS_H

#include "tools/check/dump.h"

/*
 * Reads what text has into a dump, with the CPUs in the order of their numbers. A value without a
 * CPU is one of CPU 0; of two values, the first counts. Returns whether there was any.
 */
bool readings_read(struct bytes text, struct dump *dump);

#endif
