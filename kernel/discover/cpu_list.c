#include "kernel/discover/cpu_list.h"

#include "kernel/record/phantoms.h"
#include "kernel/machine/arch.h"
#include "kernel/console/log.h"
#include "kernel/tables/madt.h"
#include "kernel/tables/mp.h"
#include "kernel/machine/memory.h"
#include "kernel/lib/string.h"

enum { COUNTED_MAX = 1024 };

/* Allocates a zeroed array. Returns NULL if there is not enough memory. */
static void *cpu_list_take_array(uint64_t count, uint64_t size)
{
	uint64_t bytes = count * size;
	uint64_t phys = memory_take((bytes + PAGE_SIZE - 1) / PAGE_SIZE);
	void *array = phys != 0 ? arch_map(phys, bytes) : NULL;

	return array != NULL ? memset(array, 0, bytes) : NULL;
}

static void log_oddities(const struct listed_cpus *listed)
{
	if (listed->online_capable > 0)
		log_line("acpi",
		         "MADT: CPUs that could be added while the machine runs, left out: %u",
		         listed->online_capable);
	if (listed->duplicates > 0)
		log_line("acpi", "warning: MADT: entries that repeat an APIC ID: %u",
		         listed->duplicates);
	if (listed->repeated > 0)
		log_line("acpi", "MADT: x2APIC entries that repeat an APIC ID below 255: %u",
		         listed->repeated);
	if (listed->invalid > 0)
		log_line("acpi",
		         "warning: MADT: enabled entries with the broadcast ID, left out: %u",
		         listed->invalid);
	if (listed->apic_phys != 0)
		log_line("acpi", "MADT: an address override moves the local APIC to %#lx",
		         listed->apic_phys);
	if (listed->mailbox_phys != 0)
		log_line("acpi",
		         "warning: MADT: the firmware starts CPUs through a mailbox at %#lx, which "
		         "rootmode does not support: the CPUs may ignore INIT-SIPI-SIPI",
		         listed->mailbox_phys);
}

static void report_madt(const void *facts)
{
	const struct listed_cpus *listed = facts;

	log_line("acpi", "MADT: CPUs enabled: %u, not enabled: %u", listed->count,
	         listed->disabled);
}

static void read_madt(struct bytes madt, struct listed_cpus *listed)
{
	const char *problem = madt_list_cpus(madt, listed);

	if (problem != NULL)
		log_line("acpi",
		         "warning: MADT: at offset %zu of %zu, %s; later entries are ignored",
		         listed->bad_offset, madt.size, problem);
	log_later(report_madt, listed, sizeof(*listed));
	log_oddities(listed);
}

/* The warning is needed because many MP tables list one CPU per core, so the list is incomplete. */
static void read_mp(struct bytes mp, struct listed_cpus *listed)
{
	const char *problem = mp_list_cpus(mp, listed);

	log_line("smp",
	         "warning: without ACPI, the list of CPUs is the MP table's, which may leave out "
	         "hyper-threads: CPUs enabled: %u, not enabled: %u",
	         listed->count, listed->disabled);
	if (problem != NULL)
		log_line("smp",
		         "warning: MP table: at offset %zu of %zu, %s; later entries are ignored",
		         listed->bad_offset, mp.size, problem);
}

/* Moves the BSP, which is the calling CPU, to the front of the list, or adds it there. */
static void put_bsp_first(struct listed_cpus *listed, bool from_madt)
{
	uint32_t bsp = arch_apic_id();
	uint32_t at = 0;

	while (at < listed->count && listed->apic_ids[at] != bsp)
		at++;
	if (at == listed->count) {
		if (from_madt)
			log_line("acpi", "warning: MADT: the BSP, APIC ID %u, is not listed", bsp);
		listed->count++;
	} else if (at > 0) {
		log_line("acpi", "MADT: the BSP, APIC ID %u, is entry %u, not the first", bsp,
		         at + 1);
	}
	memmove(listed->apic_ids + 1, listed->apic_ids, at * sizeof(listed->apic_ids[0]));
	listed->apic_ids[0] = bsp;
}

/*
 * Allocates a record for each CPU, and two adjacent pages: its VMXON region and its VMCS. From
 * first_doubtful on, the APIC IDs fit no package of the machine, so these CPUs may not exist.
 */
static bool make_records(const struct listed_cpus *listed, uint32_t first_doubtful,
                         struct cpu_list *cpus)
{
	struct cpu *records = cpu_list_take_array(listed->count, sizeof(*records));
	struct cpu **pointers = cpu_list_take_array(listed->count, sizeof(struct cpu *));
	uint64_t pages = listed->count * 2ull;
	uint64_t regions_phys = memory_take(pages);

	if (records == NULL || pointers == NULL || regions_phys == 0 ||
	    arch_map(regions_phys, pages * PAGE_SIZE) == NULL)
		return false;
	for (uint32_t i = 0; i < listed->count; i++) {
		records[i].found.index = i;
		records[i].found.apic_id = listed->apic_ids[i];
		records[i].found.fits_no_package = i >= first_doubtful;
		records[i].found.region_phys = regions_phys + i * 2ull * PAGE_SIZE;
		records[i].found.vmcs_phys = records[i].found.region_phys + PAGE_SIZE;
		pointers[i] = &records[i];
	}
	*cpus = (struct cpu_list){pointers, listed->count};
	return true;
}

/* Lists only the BSP, without a VMXON region, so that there can be a report. */
static enum reason give_bsp_alone(struct cpu_list *cpus)
{
	static struct cpu bsp;
	static struct cpu *pointer = &bsp;

	memset(&bsp, 0, sizeof(bsp));
	bsp.found.apic_id = arch_apic_id();
	bsp.progress.failure = REASON_OUT_OF_MEMORY;
	*cpus = (struct cpu_list){&pointer, 1};
	log_line("boot", "error: no memory for the list of CPUs: only the BSP is reported");
	return REASON_OUT_OF_MEMORY;
}

/* Reads the MADT, or else the MP table, and adds the BSP. Returns true if a table lists any CPU. */
static bool read_source(const struct cpu_source *source, struct listed_cpus *listed)
{
	bool listed_any;

	if (source->madt.at != NULL)
		read_madt(source->madt, listed);
	else if (source->mp.at != NULL)
		read_mp(source->mp, listed);
	listed_any = listed->count > 0;
	put_bsp_first(listed, source->madt.at != NULL);
	return listed_any;
}

enum reason cpu_list_make(const struct cpu_source *source, const struct options *options,
                          struct cpu_list *cpus)
{
	struct listed_cpus listed = {.capacity =
	                                     madt_capacity(source->madt) + mp_capacity(source->mp)};
	uint32_t first_doubtful;
	bool listed_any;

	/* one more for a BSP that is not in the list */
	listed.apic_ids = cpu_list_take_array(listed.capacity + 1ull, sizeof(listed.apic_ids[0]));
	if (listed.apic_ids == NULL)
		return give_bsp_alone(cpus);
	listed_any = read_source(source, &listed);
	first_doubtful = listed.count -
	                 phantoms_move_last(listed.apic_ids, listed.count, arch_package_shift());
	if (options->cpus != 0 && options->cpus < listed.count) {
		log_line("boot", "cpus=%u: using the first %u of %u CPUs", options->cpus,
		         options->cpus, listed.count);
		listed.count = options->cpus;
	}
	if (!make_records(&listed, first_doubtful, cpus))
		return give_bsp_alone(cpus);
	for (uint32_t i = 0; source->kexec && i < cpus->count; i++)
		cpus->cpu[i]->found.kexec = true;
	return listed_any ? REASON_NONE : REASON_NO_CPU_LIST;
}

uint32_t cpu_list_count(const struct cpu_source *source, const struct options *options)
{
	static uint32_t apic_ids[COUNTED_MAX];
	struct listed_cpus listed = {.apic_ids = apic_ids, .capacity = COUNTED_MAX};

	if (source->madt.at != NULL)
		madt_list_cpus(source->madt, &listed);
	else if (source->mp.at != NULL)
		mp_list_cpus(source->mp, &listed);
	return options->cpus != 0 && options->cpus < listed.count ? options->cpus : listed.count;
}

uint32_t cpu_list_largest_apic_id(const struct cpu_list *cpus)
{
	uint32_t largest = 0;

	for (uint32_t i = 0; i < cpus->count; i++) {
		uint32_t apic_id = cpus->cpu[i]->found.apic_id;

		if (apic_id > largest && !cpus->cpu[i]->found.fits_no_package)
			largest = apic_id;
	}
	return largest;
}
