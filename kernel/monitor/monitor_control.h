/* The requests under "control": all except open, close, read and write. */
#ifndef KERNEL_MONITOR_CONTROL_H
#define KERNEL_MONITOR_CONTROL_H

#include "kernel/monitor/monitor_request.h"

/* The table of these requests; ends with a NULL name. */
extern const struct monitor_request monitor_controls[];

monitor_handler monitor_control, monitor_halt, monitor_reboot, monitor_poweroff, monitor_exit;

#endif
