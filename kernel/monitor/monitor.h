/*
 * The monitor: a prompt on the console, for a person or a program, with requests to the CPUs. It is
 * the bare-metal form of a driver's device: a table of requests, each with its handler, and a
 * default handler for whatever is not in the table.
 */
#ifndef KERNEL_MONITOR_H
#define KERNEL_MONITOR_H

#include "kernel/run/run.h"

/* Reads and handles requests until one ends the monitor. That one may choose how the run ends. */
void monitor_run(struct run *run);

#endif
