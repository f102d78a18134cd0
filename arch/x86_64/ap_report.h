/* What the log says of the APs' start. */
#ifndef ARCH_X86_64_AP_REPORT_H
#define ARCH_X86_64_AP_REPORT_H

#include "arch/x86_64/ap_memory.h"

/* Logs, the first time, how the APs were started, and how many. */
void ap_report_start(const struct ap_memory *memory, uint32_t count);

/* Reports CPUs that started but match no listed APIC ID, or hung before they read theirs. */
void ap_report_unlisted(const struct ap_memory *memory, const struct cpu_list *cpus);

#endif
