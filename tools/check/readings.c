#include "tools/check/readings.h"

#include "tools/check/fail.h"
#include "tools/check/lines.h"
#include "tools/check/rdmsr.h"
#include "tools/check/reading_line.h"

#include <stdlib.h>
#include <string.h>

struct fact {
	uint32_t cpu;
	uint32_t order; /* because qsort() does not keep it */
	struct dump_entry entry;
};

struct readings {
	struct fact *facts;
	uint32_t count;
	uint32_t room;
	uint32_t cpu; /* that the last header names */
	bool other_policy;
	struct rdmsr rdmsr;
};

static void readings_add(struct readings *readings, uint32_t cpu, const struct dump_entry *entry)
{
	if (readings->count == readings->room) {
		struct fact *larger = allocate(2 * (size_t)readings->room, sizeof(*larger));

		memcpy(larger, readings->facts, readings->count * sizeof(*larger));
		free(readings->facts);
		readings->facts = larger;
		readings->room *= 2;
	}
	readings->facts[readings->count] = (struct fact){cpu, readings->count, *entry};
	readings->count++;
}

/* Adds all MSRs of a line. Returns whether there was any. */
static bool add_msrs(const struct words *words, struct readings *readings)
{
	uint32_t cpu = readings->cpu;
	struct dump_entry entry;
	unsigned at = 0;
	bool any = false;

	while (reading_msr(words, &at, &cpu, &entry)) {
		readings_add(readings, cpu, &entry);
		any = true;
	}
	return any;
}

/* xen-cpuid -p prints several policies; "Raw policy: 32 leaves, 2 MSRs" is what the CPU has. */
static bool is_of_other_policy(const struct words *words, struct readings *readings)
{
	for (unsigned i = 0; i < words->count; i++) {
		if (words_is(words, i, "policy") && words_is(words, i + 2, "leaves"))
			readings->other_policy = !words_is(words, 0, "raw");
	}
	return readings->other_policy && words_is(words, 2, "->");
}

static void readings_line(struct bytes line, struct readings *readings)
{
	struct dump_entry entry;
	struct words words;
	uint32_t cpu;

	words_split(line, &words);
	if (words.count == 0 || is_of_other_policy(&words, readings))
		return;
	if (rdmsr_result(&words, &readings->rdmsr, &cpu, &entry)) {
		readings_add(readings, cpu, &entry);
		return;
	}
	if (reading_cpuid(&words, &entry))
		readings_add(readings, readings->cpu, &entry);
	else if (!add_msrs(&words, readings) && !reading_cpu(&words, &readings->cpu))
		rdmsr_command(&words, &readings->rdmsr);
}

static int compare_facts(const void *a, const void *b)
{
	const struct fact *first = a, *second = b;

	if (first->cpu != second->cpu)
		return first->cpu < second->cpu ? -1 : 1;
	return first->order < second->order ? -1 : 1;
}

/* The entries of a CPU must be next to each other. */
static void to_dump(struct readings *readings, struct dump *dump)
{
	struct dump_cpu *cpu = NULL;

	qsort(readings->facts, readings->count, sizeof(*readings->facts), compare_facts);
	*dump = (struct dump){.cpus = allocate(readings->count, sizeof(*dump->cpus)),
	                      .entries = allocate(readings->count, sizeof(*dump->entries))};
	for (uint32_t i = 0; i < readings->count; i++) {
		const struct fact *fact = &readings->facts[i];

		if (cpu == NULL || cpu->number != fact->cpu) {
			cpu = &dump->cpus[dump->cpu_count++];
			*cpu = (struct dump_cpu){.number = fact->cpu, .first = i};
		}
		dump->entries[dump->entry_count++] = fact->entry;
		cpu->count++;
	}
}

bool readings_read(struct bytes text, struct dump *dump)
{
	struct readings readings = {.room = 256};
	struct bytes line;

	readings.facts = allocate(readings.room, sizeof(*readings.facts));
	while (lines_take(&text, &line))
		readings_line(line, &readings);
	to_dump(&readings, dump);
	free(readings.facts);
	return readings.count > 0;
}
