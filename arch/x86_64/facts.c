/* Reads the facts of the calling CPU that the report compares, and that no step to VMXON needs. */
#include "arch/x86_64/apic_mode.h"
#include "arch/x86_64/instructions.h"
#include "arch/x86_64/register_instructions.h"
#include "arch/x86_64/topology.h"
#include "kernel/machine/arch.h"

/* IA32_PAT is not as found on a CPU that has a framebuffer: devices/vga.c has kept the value. */
static void read_memory_types(struct cpu *cpu)
{
	struct memory_types *types = &cpu->memory_types;

	memory_types_read(types, cpuid(1, 0).edx, rdmsr_safe);
	if (cpu->inherited.pat_changed)
		types->value[MEMORY_PAT] = cpu->inherited.pat;
}

/* An AP has found itself in the list by its local APIC's ID, so that one is also the MADT's. */
static void read_apic_id(struct cpu *cpu)
{
	struct inherited *inherited = &cpu->inherited;

	inherited->cpuid_apic_id = topology_read().apic_id;
	inherited->has_other_id =
		!apic_mode_same_id(inherited->apic, cpu->found.apic_id, inherited->cpuid_apic_id);
}

void arch_read_facts(struct cpu *cpu)
{
	read_memory_types(cpu);
	read_apic_id(cpu);
}
