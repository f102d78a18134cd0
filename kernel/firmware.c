#include "kernel/firmware.h"

#include "kernel/acpi.h"
#include "kernel/arch.h"
#include "kernel/log.h"
#include "kernel/madt.h"
#include "kernel/memory.h"
#include "kernel/string.h"

static const void *map(uint64_t phys, uint64_t size)
{
	return arch_map(phys, size);
}

/* Finds the RSDP that the loader passed on: the newer one where there are two. */
static bool find_root(const struct multiboot2 *information, struct acpi_root *root)
{
	bool newer = information->rsdp_new.size > 0;
	struct bytes rsdp = newer ? information->rsdp_new : information->rsdp_old;
	const char *problem;

	if (rsdp.size == 0) {
		log_line("acpi", "warning: the loader has found no RSDP: this machine has no ACPI");
		return false;
	}
	problem = acpi_read_rsdp(rsdp, root);
	if (problem != NULL) {
		log_line("acpi", "warning: %s", problem);
		return false;
	}
	log_line("acpi", "RSDP revision %u, %s at %#lx", root->revision,
		 root->extended ? "XSDT" : "RSDT", root->phys);
	return true;
}

void firmware_read(const struct multiboot2 *information, bool want_dsdt, struct firmware *firmware)
{
	struct bytes fadt = {0};
	struct acpi_root root;
	const char *problem;

	*firmware = (struct firmware){0};
	if (!find_root(information, &root))
		return;
	problem = acpi_find_table(map, &root, "APIC", &firmware->madt);
	if (problem != NULL)
		log_line("acpi", "warning: MADT: %s", problem);
	problem = acpi_find_table(map, &root, "FACP", &fadt);
	if (problem != NULL)
		log_line("acpi", "warning: FADT: %s", problem);
	fadt_read(fadt, &firmware->fadt);
	if (!want_dsdt || firmware->fadt.dsdt_phys == 0)
		return;
	problem = acpi_read_table(map, firmware->fadt.dsdt_phys, "DSDT", &firmware->dsdt);
	if (problem != NULL)
		log_line("acpi", "warning: DSDT: %s", problem);
}

/* Memory for count elements of size bytes, zeroed; NULL if there is none. */
static void *take_array(uint64_t count, uint64_t size)
{
	uint64_t bytes = count * size;
	uint64_t phys = memory_take((bytes + PAGE_SIZE - 1) / PAGE_SIZE);
	void *array = phys != 0 ? arch_map(phys, bytes) : NULL;

	return array != NULL ? memset(array, 0, bytes) : NULL;
}

/* Puts the BSP, which is the CPU that executes this, in front; adds it if it is missing. */
static void put_bsp_first(struct madt_cpus *listed)
{
	uint32_t bsp = arch_apic_id();
	uint32_t at = 0;

	while (at < listed->count && listed->apic_ids[at] != bsp)
		at++;
	if (at == listed->count) {
		log_line("acpi", "warning: the MADT does not list the BSP, APIC ID %u", bsp);
		listed->count++;
	}
	memmove(listed->apic_ids + 1, listed->apic_ids, at * sizeof(listed->apic_ids[0]));
	listed->apic_ids[0] = bsp;
}

static void read_madt(struct bytes madt, struct madt_cpus *listed)
{
	const char *problem = madt_list_cpus(madt, listed);

	if (problem != NULL)
		log_line("acpi", "warning: MADT: %s", problem);
	log_line("acpi", "MADT: %u CPUs enabled, %u not enabled", listed->count, listed->disabled);
	if (listed->duplicates > 0 || listed->invalid > 0)
		log_line("acpi", "warning: MADT: %u entries repeat a CPU, %u have an invalid APIC ID",
			 listed->duplicates, listed->invalid);
}

/* A record and a VMXON region for each of the CPUs; they lie one behind the other. */
static bool make_records(const struct madt_cpus *listed, struct cpu_list *cpus)
{
	struct cpu *records = take_array(listed->count, sizeof(*records));
	struct cpu **pointers = take_array(listed->count, sizeof(struct cpu *));
	uint64_t regions_phys = memory_take(listed->count);

	if (records == NULL || pointers == NULL || regions_phys == 0)
		return false;
	for (uint32_t i = 0; i < listed->count; i++) {
		records[i].index = i;
		records[i].apic_id = listed->apic_ids[i];
		records[i].region_phys = regions_phys + (uint64_t)i * PAGE_SIZE;
		pointers[i] = &records[i];
	}
	*cpus = (struct cpu_list){pointers, listed->count};
	return true;
}

enum reason firmware_list_cpus(const struct firmware *firmware, const struct options *options,
			       struct cpu_list *cpus)
{
	struct madt_cpus listed = {.capacity = madt_capacity(firmware->madt)};

	/* one more for a BSP that is not in the list */
	listed.apic_ids = take_array(listed.capacity + 1ull, sizeof(listed.apic_ids[0]));
	if (listed.apic_ids == NULL)
		return REASON_OUT_OF_MEMORY;
	if (firmware->madt.size > 0)
		read_madt(firmware->madt, &listed);
	put_bsp_first(&listed);
	if (options->cpus != 0 && options->cpus < listed.count) {
		log_line("boot", "using %u of %u CPUs, as cpus=%u says", options->cpus, listed.count,
			 options->cpus);
		listed.count = options->cpus;
	}
	if (!make_records(&listed, cpus))
		return REASON_OUT_OF_MEMORY;
	return firmware->madt.size == 0 ? REASON_NO_CPU_LIST : REASON_NONE;
}
