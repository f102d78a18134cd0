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

/* What the list is made from. */
struct cpu_source {
	struct bytes madt; /* empty if there is none, like the next */
	struct bytes mp;   /* the MP table, read only without a MADT */
	bool kexec;        /* Linux ran on these CPUs before */
};

/*
 * Lists the CPUs that the source says are enabled, at most as many as the options allow, the BSP
 * first, each with a record and memory for its VMXON region. Whatever is odd about it goes into the
 * log. Returns REASON_NONE; REASON_NO_CPU_LIST if it lists none, so that the BSP is alone;
 * or REASON_OUT_OF_MEMORY, and then the list has only the BSP, without a VMXON region.
 */
enum reason cpu_list_make(const struct cpu_source *source, const struct options *options,
                          struct cpu_list *cpus);

/*
 * Returns how many CPUs cpu_list_make() would list, at most 1024. It allocates and logs nothing, so
 * it works in a panic.
 */
uint32_t cpu_list_count(const struct cpu_source *source, const struct options *options);

/* Returns the largest APIC ID in the list of those that fit a package of the machine. */
uint32_t cpu_list_largest_apic_id(const struct cpu_list *cpus);

#endif
