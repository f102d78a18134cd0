/* The requests that read and write registers of the CPUs, and execute CPUID. */
#ifndef KERNEL_MONITOR_REGISTERS_H
#define KERNEL_MONITOR_REGISTERS_H

#include "kernel/monitor/monitor_request.h"

monitor_handler monitor_write, monitor_msr, monitor_cpuid;

#endif
