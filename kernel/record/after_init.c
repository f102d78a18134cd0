#include "kernel/record/after_init.h"

/* CPUs that did not start, or failed before they read their memory types, say nothing. */
static bool has_cd(const struct cpu *cpu)
{
	return cpu->inherited.cr0 == 0 || inherited_uncached(&cpu->inherited);
}

static bool has_no_mtrrs(const struct cpu *cpu)
{
	return cpu->memory_types.read == 0 || memory_types_disabled(&cpu->memory_types);
}

/* Returns true in a virtual machine in which all APs have the property, and the BSP does not. */
static bool have_all_aps(const struct cpu_list *cpus, bool (*has)(const struct cpu *cpu))
{
	for (uint32_t i = 1; i < cpus->count; i++) {
		if (!has(cpus->cpu[i]))
			return false;
	}
	return cpus->count > 0 && cpus->cpu[0]->evidence.hypervisor && !has(cpus->cpu[0]);
}

bool after_init_sets_cd(const struct cpu_list *cpus)
{
	return have_all_aps(cpus, has_cd);
}

bool after_init_disables_mtrrs(const struct cpu_list *cpus)
{
	return have_all_aps(cpus, has_no_mtrrs);
}
