#include "arch/x86_64/ap_report.h"

#include "arch/x86_64/apic.h"
#include "kernel/console/log.h"
#include "kernel/machine/arch.h"

/* Called late, because on the way to VMXON the text would take as long as the evidence. */
void ap_report_start(const struct ap_memory *memory, uint32_t count)
{
	static bool logged;

	if (!logged && apic_is_enabled())
		log_line("smp", "%s mode, trampoline at %#lx, INIT sent to the other CPUs: %u",
		         apic_mode_name(arch_this_cpu()->inherited.apic), memory->trampoline_phys,
		         count);
	logged = true;
}

void ap_report_unlisted(const struct ap_memory *memory, const struct cpu_list *cpus)
{
	uint32_t started = ap_memory_started(memory), unlisted = ap_memory_unlisted(memory);
	uint32_t known = 0;

	for (uint32_t i = 1; i < cpus->count; i++)
		known += cpus->cpu[i]->progress.failure == REASON_NONE ||
		         cpus->cpu[i]->progress.last_step != CPU_SILENT;
	if (unlisted > 0)
		log_line("smp",
		         "warning: CPUs that started but match no listed APIC ID: %u, the last "
		         "with APIC ID %u",
		         unlisted, ap_memory_unlisted_id(memory));
	if (started > known + unlisted)
		log_line("smp",
		         "warning: CPUs that started but hung before they read their APIC ID: %u",
		         started - known - unlisted);
}
