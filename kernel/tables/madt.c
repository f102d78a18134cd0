#include "kernel/tables/madt.h"

enum {
	ENTRIES = 44, /* offset of the first entry */
	ENTRY_HEADER_SIZE = 2,
	TYPE_LOCAL_APIC = 0, /* ACPI 6.5 5.2.12.2 "Processor Local APIC Structure" */
	LOCAL_APIC_SIZE = 8,
	LOCAL_APIC_ID = 3,
	LOCAL_APIC_FLAGS = 4,
	LOCAL_APIC_BROADCAST = 0xFF,
	TYPE_ADDRESS_OVERRIDE = 5, /* ACPI 6.5 5.2.12.8 "Local APIC Address Override Structure" */
	ADDRESS_OVERRIDE_ADDRESS = 4,
	TYPE_LOCAL_X2APIC = 9, /* ACPI 6.5 5.2.12.12 "Processor Local x2APIC Structure" */
	LOCAL_X2APIC_SIZE = 16,
	LOCAL_X2APIC_ID = 4,
	LOCAL_X2APIC_FLAGS = 8,
	TYPE_WAKEUP = 16, /* ACPI 6.5 5.2.12.19 "Multiprocessor Wakeup Structure" */
	WAKEUP_MAILBOX = 8,
	FLAG_ENABLED = 1 << 0,
	FLAG_ONLINE_CAPABLE = 1 << 1,
	RUNS = 32,
};

#define LOCAL_X2APIC_BROADCAST 0xFFFFFFFF

/*
 * The state of the walk through the table. Firmware often lists the first thread of each core, and
 * then the second ones, or each package for itself: so the list is a few runs of ascending IDs.
 */
struct walk {
	struct listed_cpus *cpus;
	uint32_t highest;     /* largest APIC ID listed so far */
	uint32_t runs;        /* so far; at most RUNS */
	uint32_t start[RUNS]; /* where each begins; after the last one, the IDs are in any order */
};

uint32_t madt_capacity(struct bytes madt)
{
	return (uint32_t)(bytes_from(madt, ENTRIES).size / LOCAL_APIC_SIZE);
}

/* Searches the ascending IDs from begin to before end. */
static bool is_in_run(const uint32_t *apic_ids, uint32_t begin, uint32_t end, uint32_t apic_id)
{
	while (begin < end) {
		uint32_t middle = begin + (end - begin) / 2;

		if (apic_ids[middle] == apic_id)
			return true;
		if (apic_ids[middle] < apic_id)
			begin = middle + 1;
		else
			end = middle;
	}
	return false;
}

/* Most tables list the IDs in ascending order, so the first comparison is usually enough. */
static bool is_listed(const struct walk *walk, uint32_t apic_id)
{
	const struct listed_cpus *cpus = walk->cpus;

	if (apic_id > walk->highest)
		return false;
	for (uint32_t run = 0; run < walk->runs && run < RUNS - 1; run++) {
		uint32_t end = run + 1 < walk->runs ? walk->start[run + 1] : cpus->count;

		if (is_in_run(cpus->apic_ids, walk->start[run], end, apic_id))
			return true;
	}
	if (walk->runs < RUNS)
		return false;
	for (uint32_t i = walk->start[RUNS - 1]; i < cpus->count; i++) {
		if (cpus->apic_ids[i] == apic_id)
			return true;
	}
	return false;
}

static void append(struct walk *walk, uint32_t apic_id)
{
	struct listed_cpus *cpus = walk->cpus;
	bool ascends = cpus->count > 0 && apic_id > cpus->apic_ids[cpus->count - 1];

	if (!ascends && walk->runs < RUNS)
		walk->start[walk->runs++] = cpus->count;
	cpus->apic_ids[cpus->count++] = apic_id;
	if (apic_id > walk->highest)
		walk->highest = apic_id;
}

static void madt_add(struct walk *walk, uint32_t apic_id, uint32_t flags, uint32_t *listed_before)
{
	struct listed_cpus *cpus = walk->cpus;

	if (!(flags & FLAG_ENABLED)) {
		cpus->disabled++;
		cpus->online_capable += (flags & FLAG_ONLINE_CAPABLE) != 0;
	} else if (is_listed(walk, apic_id)) {
		(*listed_before)++;
	} else if (cpus->count < cpus->capacity) {
		append(walk, apic_id);
	}
}

static const char *add_local_apic(struct bytes entry, struct walk *walk)
{
	uint32_t flags;
	uint8_t apic_id;

	if (entry.size < LOCAL_APIC_SIZE)
		return "a Processor Local APIC entry is too short";
	bytes_u8(entry, LOCAL_APIC_ID, &apic_id);
	bytes_u32(entry, LOCAL_APIC_FLAGS, &flags);
	if (apic_id == LOCAL_APIC_BROADCAST && (flags & FLAG_ENABLED))
		walk->cpus->invalid++;
	else
		madt_add(walk, apic_id, flags, &walk->cpus->duplicates);
	return NULL;
}

/*
 * Some firmware lists every CPU twice: as a local APIC and as a local x2APIC. A local APIC entry
 * can only hold an ID below 255, so an x2APIC entry that repeats such an ID is not a firmware bug.
 */
static const char *add_local_x2apic(struct bytes entry, struct walk *walk)
{
	uint32_t apic_id, flags;

	if (entry.size < LOCAL_X2APIC_SIZE)
		return "a Processor Local x2APIC entry is too short";
	bytes_u32(entry, LOCAL_X2APIC_ID, &apic_id);
	bytes_u32(entry, LOCAL_X2APIC_FLAGS, &flags);
	if (apic_id == LOCAL_X2APIC_BROADCAST && (flags & FLAG_ENABLED))
		walk->cpus->invalid++;
	else
		madt_add(walk, apic_id, flags,
		         apic_id < LOCAL_APIC_BROADCAST ? &walk->cpus->repeated
		                                        : &walk->cpus->duplicates);
	return NULL;
}

static const char *add_entry(struct bytes entry, struct walk *walk)
{
	uint8_t type;

	bytes_u8(entry, 0, &type);
	switch (type) {
	case TYPE_LOCAL_APIC:
		return add_local_apic(entry, walk);
	case TYPE_LOCAL_X2APIC:
		return add_local_x2apic(entry, walk);
	case TYPE_ADDRESS_OVERRIDE:
		if (!bytes_u64(entry, ADDRESS_OVERRIDE_ADDRESS, &walk->cpus->apic_phys))
			return "a Local APIC Address Override entry is too short";
		return NULL;
	case TYPE_WAKEUP:
		if (!bytes_u64(entry, WAKEUP_MAILBOX, &walk->cpus->mailbox_phys))
			return "a Multiprocessor Wakeup entry is too short";
		return NULL;
	default:
		return NULL;
	}
}

/* Takes the entry at *offset, and advances *offset past it. */
static const char *madt_take_entry(struct bytes madt, size_t *offset, struct bytes *entry)
{
	uint8_t size;

	if (!bytes_u8(madt, *offset + 1, &size) || size < ENTRY_HEADER_SIZE)
		return "an entry is shorter than its own header";
	if (!bytes_slice(madt, *offset, size, entry))
		return "an entry is longer than the table";
	*offset += size;
	return NULL;
}

const char *madt_list_cpus(struct bytes madt, struct listed_cpus *cpus)
{
	struct walk walk = {.cpus = cpus};
	size_t offset = ENTRIES;
	struct bytes entry;

	*cpus = (struct listed_cpus){.apic_ids = cpus->apic_ids, .capacity = cpus->capacity};
	if (madt.size < ENTRIES)
		return "it is too short";
	while (offset < madt.size) {
		const char *problem;

		cpus->bad_offset = offset;
		problem = madt_take_entry(madt, &offset, &entry);
		if (problem == NULL)
			problem = add_entry(entry, &walk);
		if (problem != NULL)
			return problem;
	}
	cpus->bad_offset = 0;
	return NULL;
}
