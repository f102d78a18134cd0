/* The requests that exercise VMX on the CPUs: guests, self-test, bench and stress. */
#ifndef KERNEL_MONITOR_TRIALS_H
#define KERNEL_MONITOR_TRIALS_H

#include "kernel/monitor/monitor_request.h"

monitor_handler monitor_prove, monitor_selftest, monitor_bench, monitor_stress;

#endif
