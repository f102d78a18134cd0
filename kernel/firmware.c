#include "kernel/firmware.h"

#include "kernel/acpi.h"
#include "kernel/arch.h"
#include "kernel/log.h"
#include "kernel/spcr.h"

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

/* Few machines have a SPCR: it is no news if there is none. */
static void read_console(const struct acpi_root *root, struct uart *console)
{
	struct bytes spcr;
	const char *problem;

	if (acpi_find_table(map, root, "SPCR", &spcr) != NULL)
		return;
	problem = spcr_read(spcr, console);
	if (problem != NULL)
		log_line("acpi", "SPCR is of no use: %s", problem);
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
	read_console(&root, &firmware->console);
	if (!want_dsdt || firmware->fadt.dsdt_phys == 0)
		return;
	problem = acpi_read_table(map, firmware->fadt.dsdt_phys, "DSDT", &firmware->dsdt);
	if (problem != NULL)
		log_line("acpi", "warning: DSDT: %s", problem);
}
