/* The requests that enter and leave VMX operation, and that print what is known of the CPUs. */
#ifndef KERNEL_MONITOR_CPUS_H
#define KERNEL_MONITOR_CPUS_H

#include "kernel/monitor/monitor_request.h"

/* The table of what "read" prints; ends with a NULL name. */
extern const struct monitor_request monitor_readings[];

monitor_handler monitor_open, monitor_close, monitor_status, monitor_read, monitor_caps;

#endif
