/* Requests under "control": all but entering, leaving, reading and writing. */
#ifndef KERNEL_MONITOR_CONTROL_H
#define KERNEL_MONITOR_CONTROL_H

#include "kernel/monitor/monitor_request.h"

/* What "control" can do; ends with a name of NULL. */
extern const struct monitor_request monitor_controls[];

monitor_handler monitor_control, monitor_halt, monitor_reboot, monitor_poweroff, monitor_exit;

#endif
