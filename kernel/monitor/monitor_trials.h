/* Requests that try VMX on the CPUs: guests, the self-test, measurements. */
#ifndef KERNEL_MONITOR_TRIALS_H
#define KERNEL_MONITOR_TRIALS_H

#include "kernel/monitor/monitor_request.h"

monitor_handler monitor_prove, monitor_selftest, monitor_bench, monitor_stress;

#endif
