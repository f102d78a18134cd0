#include "kernel/discover/firmware.h"

#include "kernel/tables/acpi.h"
#include "kernel/machine/arch.h"
#include "kernel/console/log.h"
#include "kernel/machine/memory.h"
#include "kernel/tables/bda.h"
#include "kernel/tables/dmar.h"
#include "kernel/tables/efi.h"
#include "kernel/tables/madt.h"
#include "kernel/tables/mp.h"
#include "kernel/tables/spcr.h"

enum { RECLAIMABLE_MOST = 16 << 20 };

static const void *map(uint64_t phys, uint64_t size)
{
	return arch_map_firmware(phys, size);
}

struct root_facts {
	const char *name;
	uint64_t phys;
	unsigned revision; /* of the RSDP */
};

static void report_root(const void *facts)
{
	const struct root_facts *root = facts;

	log_line("acpi", "RSDP revision %u, %s at %#lx", root->revision, root->name, root->phys);
}

/* Opens an intact root table, or if bad_sum one with a wrong checksum. Logs the result. */
static bool open_root(const struct acpi_rsdp *rsdp, bool extended, bool bad_sum,
                      struct acpi_root *root)
{
	uint64_t phys = extended ? rsdp->xsdt_phys : rsdp->rsdt_phys;
	const char *name = extended ? "XSDT" : "RSDT", *problem;
	const struct root_facts facts = {name, phys, rsdp->revision};

	if (phys == 0)
		return false;
	problem = bad_sum ? acpi_read_bad_root(map, phys, extended, root)
	                  : acpi_read_root(map, phys, extended, root);
	if (problem == NULL && bad_sum)
		log_line("acpi",
		         "warning: %s at %#lx: its checksum is wrong, but all its entries "
		         "lead to tables: using it",
		         name, phys);
	else if (problem == NULL)
		log_later(report_root, &facts, sizeof(facts));
	else
		log_line("acpi", "warning: %s: %s%s", name, problem,
		         extended && !bad_sum && rsdp->rsdt_phys != 0 ? "; using the RSDT" : "");
	return problem == NULL;
}

/* Finds the best root table of an RSDP: an intact XSDT, an intact RSDT, one with a bad checksum. */
static bool find_root(struct bytes from, struct firmware_roots *roots)
{
	struct acpi_rsdp rsdp;
	const char *problem = acpi_read_rsdp(from, &rsdp);

	if (problem != NULL)
		log_line("acpi", "warning: %s%s", problem,
		         rsdp.rsdt_phys != 0 ? "; using the RSDT" : "");
	roots->rsdt_phys = rsdp.rsdt_phys;
	return open_root(&rsdp, true, false, &roots->root) ||
	       open_root(&rsdp, false, false, &roots->root) ||
	       open_root(&rsdp, true, true, &roots->root) ||
	       open_root(&rsdp, false, true, &roots->root);
}

static uint64_t ebda_phys(void)
{
	struct bytes bda = {map(BDA_PHYS, BDA_SIZE), BDA_SIZE};

	return bda.at != NULL ? bda_ebda_phys(bda) : 0;
}

static struct bytes find_efi_rsdp(const struct boot_information *information)
{
	uint64_t phys = efi_find_rsdp(map, information->efi_phys, information->efi_64);

	return phys != 0 ? acpi_search_rsdp_in(map, phys, ACPI_RSDP_SIZE) : (struct bytes){0};
}

/*
 * UEFI keeps the RSDP in memory of this type. After kexec on such a machine, the loader may pass no
 * system table, and then only this search finds it.
 */
static struct bytes search_reclaimable(const struct boot_information *information)
{
	struct memory_range range;
	struct bytes found = {0};

	for (size_t i = 0; found.at == NULL && boot_information_range(information, i, &range);
	     i++) {
		if (range.type == MEMORY_RANGE_ACPI_RECLAIMABLE &&
		    range.end - range.start <= RECLAIMABLE_MOST)
			found = acpi_search_rsdp_in(map, range.start, range.end - range.start);
	}
	return found;
}

/* Searches for an RSDP that the loader did not pass. */
static struct bytes search_rsdp(const struct boot_information *information)
{
	struct bytes found = find_efi_rsdp(information);

	if (found.at == NULL && !information->efi)
		found = acpi_search_rsdp(map, ebda_phys());
	if (found.at == NULL)
		found = search_reclaimable(information);
	if (found.at != NULL)
		log_line("acpi", "the loader passed no RSDP: using the one that the firmware has "
		                 "in memory");
	else
		log_line("acpi", "warning: the loader passed no RSDP, and the firmware has none "
		                 "in memory: no ACPI tables are used");
	return found;
}

/* *has_acpi says whether there is an RSDP at all: the tables may be broken. */
static bool find_any_root(const struct boot_information *information, struct firmware_roots *roots,
                          bool *has_acpi)
{
	struct bytes older = information->rsdp_old, newer = information->rsdp_new;

	if (older.at == NULL && newer.at == NULL)
		older = search_rsdp(information);
	*has_acpi = older.at != NULL || newer.at != NULL;
	return (newer.at != NULL && find_root(newer, roots)) ||
	       (older.at != NULL && find_root(older, roots));
}

/* Opens the RSDT if the XSDT is in use: some firmware lists an intact table only there. */
static bool open_spare(const struct firmware_roots *roots, struct acpi_root *spare)
{
	return roots->root.extended && roots->rsdt_phys != 0 &&
	       acpi_read_root(map, roots->rsdt_phys, false, spare) == NULL;
}

/* Finds a table that every machine must have, through the RSDT if the XSDT lacks it. */
static bool find_table(const struct firmware_roots *roots, const char *signature, const char *name,
                       struct bytes *table)
{
	const char *problem = acpi_find_table(map, &roots->root, signature, table);
	struct acpi_root spare;

	if (problem == NULL)
		return true;
	if (open_spare(roots, &spare) && acpi_find_table(map, &spare, signature, table) == NULL) {
		log_line("acpi", "warning: XSDT: %s: %s; using the RSDT's", name, problem);
		return true;
	}
	log_line("acpi", "warning: %s: %s", name, problem);
	return false;
}

/* The capacity is 0, so this only checks the entries. */
static bool is_sound_madt(struct bytes madt)
{
	struct listed_cpus none = {0};

	return madt_list_cpus(madt, &none) == NULL;
}

static void find_madt(const struct firmware_roots *roots, struct bytes *madt)
{
	if (find_table(roots, "APIC", "MADT", madt))
		return;
	if (acpi_find_bad_sum(map, &roots->root, "APIC", madt) == NULL && is_sound_madt(*madt))
		log_line("acpi", "warning: MADT: all its entries are valid: using it");
	else
		*madt = (struct bytes){0};
}

/* Logs nothing if there is no SPCR: few machines have one. */
static void firmware_read_console(const struct acpi_root *root, struct uart *console)
{
	struct bytes spcr;
	const char *problem;

	if (acpi_find_table(map, root, "SPCR", &spcr) != NULL)
		return;
	problem = spcr_read(spcr, console);
	if (problem != NULL)
		log_line("acpi", "SPCR cannot be used: %s", problem);
}

/* Some firmware defines \_S5 in an SSDT, not in the DSDT. */
static void find_soft_off(struct firmware *firmware)
{
	struct bytes table;
	const char *problem = acpi_read_table(map, firmware->fadt.dsdt_phys, "DSDT", &table);
	size_t index = 0;

	if (problem != NULL)
		log_line("acpi", "warning: DSDT: %s", problem);
	else if (soft_off_read(table, &firmware->soft_off))
		return;
	while (acpi_next_table(map, &firmware->roots.root, "SSDT", &index, &table)) {
		if (soft_off_read(table, &firmware->soft_off))
			return;
	}
}

/* A table that is read later must not be overwritten, even if the memory map calls it free. */
static void reserve(struct bytes table)
{
	if (table.at != NULL)
		memory_reserve(arch_mapped_phys(table.at), table.size);
}

void firmware_read(const struct boot_information *information, bool want_soft_off,
                   struct firmware *firmware)
{
	struct bytes fadt = {0};
	bool has_acpi;

	*firmware = (struct firmware){0};
	if (!find_any_root(information, &firmware->roots, &has_acpi)) {
		/* An MP table may lack CPUs, so it is no substitute for broken tables. */
		if (!has_acpi && !information->efi)
			firmware->mp = mp_find(map, ebda_phys());
		return;
	}
	reserve(firmware->roots.root.table);
	find_madt(&firmware->roots, &firmware->madt);
	reserve(firmware->madt);
	find_table(&firmware->roots, "FACP", "FADT", &fadt);
	fadt_read(fadt, &firmware->fadt);
	firmware_read_console(&firmware->roots.root, &firmware->console);
	if (want_soft_off && firmware->fadt.dsdt_phys != 0)
		find_soft_off(firmware);
}

uint64_t firmware_find_hpet(const struct firmware *firmware)
{
	struct bytes table;
	const char *problem = acpi_find_table(map, &firmware->roots.root, "HPET", &table);

	return problem == NULL ? acpi_hpet_phys(table) : 0;
}

bool firmware_opts_out_of_x2apic(const struct firmware *firmware)
{
	struct bytes table;
	const char *problem = acpi_find_table(map, &firmware->roots.root, "DMAR", &table);

	return problem == NULL && dmar_opts_out_of_x2apic(table);
}

void firmware_report(const struct firmware *firmware)
{
	const struct firmware_roots *roots = &firmware->roots;
	struct acpi_root spare;
	uint64_t used, other;
	unsigned count = acpi_count_tables(map, &roots->root, "APIC", &used);

	if (count > 1)
		log_line("acpi", "warning: %s: lists %u MADTs: using the first intact one",
		         roots->root.extended ? "XSDT" : "RSDT", count);
	if (open_spare(roots, &spare) && acpi_count_tables(map, &spare, "APIC", &other) > 0 &&
	    used != 0 && used != other)
		log_line("acpi",
		         "warning: XSDT and RSDT list different MADTs, at %#lx and %#lx: "
		         "using the XSDT's",
		         used, other);
}
