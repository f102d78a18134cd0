/*
 * kernel/discover: what the loader and the firmware say of the machine. The BSP reads it once.
 *
 * The CPUs to use, from the firmware's list.
 */
#ifndef KERNEL_CPU_LIST_H
#define KERNEL_CPU_LIST_H

#include "kernel/lib/bytes.h"
#include "kernel/record/cpu.h"
#include "kernel/tables/options.h"

/*
 * Lists the CPUs that the MADT says are enabled, at most as many as the options allow, the BSP
 * first, each with a record and memory for its VMXON region. Whatever is odd about the MADT goes
 * into the log. Returns REASON_NONE; REASON_NO_CPU_LIST if it lists none, so that the BSP is alone;
 * or REASON_OUT_OF_MEMORY, and then the list has only the BSP, without a VMXON region.
 */
enum reason cpu_list_make(struct bytes madt, const struct options *options, struct cpu_list *cpus);

/* Returns the largest APIC ID in the list of those that fit a package of the machine. */
uint32_t cpu_list_largest_apic_id(const struct cpu_list *cpus);

#endif
