/*
 * kernel/tables/madt.h: an entry at any place of a table of any size. madt_list_cpus() takes one
 * entry after the other, each inside the table and at least 2 bytes after the one before: the
 * second rule. So the first holds for all entries of any table, and listing ends.
 *
 * bound: any entry of any size, in a list that has up to 3 IDs
 * cbmc: --unwind 5
 * sources: tests/proof/bytes_contract.c kernel/lib/string.c
 */
#include "kernel/tables/madt.c" /* a step is static */
#include "tests/proof/any_bytes.h"

enum { ROOM = 4 };

/* Holds between any two entries. */
static bool is_in_order(const struct walk *walk)
{
	const struct listed_cpus *cpus = walk->cpus;
	bool in_order = cpus->count <= cpus->capacity && cpus->online_capable <= cpus->disabled;
	uint32_t run = 0;

	for (unsigned i = 0; i < ROOM; i++) {
		if (i >= cpus->count)
			continue;
		if (run < walk->runs && walk->start[run] == i)
			run++;
		else
			in_order &= i > 0 && cpus->apic_ids[i] > cpus->apic_ids[i - 1];
		in_order &= cpus->apic_ids[i] != UINT32_MAX && cpus->apic_ids[i] <= walk->highest;
		for (unsigned j = 0; j < i; j++)
			in_order &= cpus->apic_ids[i] != cpus->apic_ids[j];
	}
	return in_order && run == walk->runs;
}

void the_list_stays_in_order_after_any_entry(void)
{
	uint32_t ids[ROOM], before = nondet_u32();
	struct listed_cpus cpus = {.apic_ids = ids,
	                           .capacity = nondet_u32(),
	                           .count = before,
	                           .disabled = nondet_u32()};
	struct walk walk = {.cpus = &cpus, .highest = nondet_u32(), .runs = nondet_u32()};
	const char *problem;

	GIVEN(before < ROOM && cpus.capacity <= ROOM); /* the bound */
	GIVEN(cpus.disabled < UINT32_MAX);             /* a table of 1 MiB has fewer entries */
	for (unsigned i = 0; i < ROOM; i++)
		ids[i] = nondet_u32(), walk.start[i] = nondet_u32();
	GIVEN(is_in_order(&walk)); /* this rule, and before that, an empty list */
	problem = add_entry(any_bytes(), &walk);
	CLAIM(is_in_order(&walk), "no ID twice, and room for all");
	CLAIM(cpus.count - before <= 1, "an entry adds one at most");
	if (problem == NULL && cpus.count == ROOM)
		REACHED("the last for which there is room");
	if (cpus.duplicates == 1)
		REACHED("a duplicate");
}

void an_entry_of_the_madt_lies_inside_and_the_next_one_follows_it(void)
{
	struct bytes madt = any_bytes(), entry;
	size_t offset = nondet_size(), before = offset;
	const char *problem;

	GIVEN(offset < madt.size); /* the loop's own condition */
	problem = madt_take_entry(madt, &offset, &entry);
	if (problem != NULL) {
		REACHED("a problem");
		return;
	}
	CLAIM(is_part_of(entry, madt), "it lies inside");
	CLAIM(entry.size >= ENTRY_HEADER_SIZE, "it has a header");
	CLAIM(offset == before + entry.size, "the next one follows it");
	CLAIM(offset <= madt.size, "inside the table, or there is none");
	if (entry.size == UINT8_MAX)
		REACHED("the longest entry");
}
