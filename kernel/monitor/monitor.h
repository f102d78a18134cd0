/*
 * The monitor: a prompt on the console where a person or a program sends requests to the CPUs. Like
 * a device driver's dispatch table, a table names each request and its handler, and a default
 * handler answers everything else.
 */
#ifndef KERNEL_MONITOR_H
#define KERNEL_MONITOR_H

#include "kernel/run/run.h"

/* Handles requests until one ends the monitor. That request may choose how the run ends. */
void monitor_run(struct run *run);

#endif
