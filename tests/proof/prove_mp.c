/*
 * kernel/tables/mp.h: the list of CPUs has room for what is in it, and nothing in it twice. The
 * last rule is about one entry of a table of any size.
 *
 * bound: any content of up to 104 bytes: up to 7 entries, of any type
 * cbmc: --unwind 9
 * sources: tests/proof/bytes_contract.c kernel/lib/string.c
 */
#include "kernel/tables/mp.c" /* a step is static */
#include "tests/proof/any_bytes.h"

enum { ROOM = 2 };

void the_mp_list_never_exceeds_its_room_and_has_no_id_twice(void)
{
	struct bytes table = any_bytes_up_to(104);
	uint32_t ids[ROOM];
	struct listed_cpus cpus = {.apic_ids = ids, .capacity = nondet_u32()};
	const char *problem;

	GIVEN(cpus.capacity <= ROOM); /* the caller tells the room that there is */
	problem = mp_list_cpus(table, &cpus);
	CLAIM(cpus.count <= cpus.capacity, "there is room for every ID");
	CLAIM(cpus.count < ROOM || ids[0] != ids[1], "no ID is there twice");
	for (unsigned i = 0; i < ROOM; i++)
		CLAIM(i >= cpus.count || ids[i] < UINT8_MAX, "no ID is the one for all CPUs");
	CLAIM((problem == NULL) == (cpus.bad_offset == 0), "a malformed table says where");
	if (problem == NULL && cpus.count == ROOM)
		REACHED("a full list");
}

void an_entry_of_the_mp_table_lies_inside_and_the_next_one_follows_it(void)
{
	struct bytes table = any_bytes(), entry;
	size_t offset = nondet_size(), before = offset;
	uint8_t type = nondet_u8();

	GIVEN(offset < table.size); /* the loop's own condition */
	if (mp_take_entry(table, &offset, type, &entry) != NULL) {
		REACHED("a problem");
		return;
	}
	CLAIM(is_part_of(entry, table), "it lies inside");
	CLAIM(entry.size == (type == ENTRY_PROCESSOR ? 20 : 8), "its size is that of its type");
	CLAIM(offset == before + entry.size && offset <= table.size, "the next one follows it");
	if (type == ENTRY_PROCESSOR)
		REACHED("a processor");
}
