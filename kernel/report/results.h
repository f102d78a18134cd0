/*
 * The run's results for a test system, as the option results asks for: one for each CPU, one for
 * each check of the self-test over all CPUs, and one for the verdict. Pure.
 */
#ifndef KERNEL_RESULTS_H
#define KERNEL_RESULTS_H

#include "kernel/lib/text.h"
#include "kernel/record/machine.h"
#include "kernel/record/selftest.h"

void results_print(const struct machine *machine, selftest_checks *checks, struct text *to);

#endif
