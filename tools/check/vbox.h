/*
 * VirtualBox's VBox.log: it has the host's CPUID leaves and VMX MSRs, as the CPU on which
 * VirtualBox read them answered. Thousands are attached to public reports.
 */
#ifndef CHECK_VBOX_H
#define CHECK_VBOX_H

#include "tools/check/dump.h"

/* Returns whether text is a VBox.log of a host with Intel's CPUs. */
bool vbox_is_log(struct bytes text);

/* Reads the host's CPU into a dump of one CPU. Lines that say nothing about it are skipped. */
void vbox_read(struct bytes text, struct dump *dump);

#endif
