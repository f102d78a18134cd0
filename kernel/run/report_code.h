/* The report as a QR code on the screen, for machines without a serial port. */
#ifndef KERNEL_REPORT_CODE_H
#define KERNEL_REPORT_CODE_H

#include "kernel/record/machine.h"

/* Draws as much of the report as fits on the screen; nothing if there is no screen of pixels. */
void report_code_show(const struct machine *machine);

#endif
