/*
 * kernel/tables/madt.h: the list of CPUs has room for what is in it, and nothing in it twice.
 *
 * bound: any content of up to 60 bytes: up to 8 entries, of any type and size
 * cbmc: --unwind 10 --unwindset is_in_run.0:3,is_listed.0:4,is_listed.1:4
 * sources: kernel/tables/madt.c tests/proof/bytes_contract.c
 */
#include "kernel/tables/madt.h"
#include "tests/proof/claims.h"

enum { ROOM = 2 };

static uint8_t memory[60];

void the_list_never_exceeds_its_room_and_has_no_id_twice(void)
{
	struct bytes table = {memory, nondet_size()};
	uint32_t ids[ROOM];
	struct listed_cpus cpus = {.apic_ids = ids, .capacity = nondet_u32()};
	const char *problem;

	GIVEN(table.size <= sizeof(memory)); /* the bound */
	GIVEN(cpus.capacity <= ROOM);        /* the caller tells the room that there is */
	problem = madt_list_cpus(table, &cpus);
	CLAIM(cpus.count <= cpus.capacity, "there is room for every ID");
	for (unsigned a = 0; a < ROOM; a++) {
		for (unsigned b = a + 1; b < ROOM; b++)
			CLAIM(b >= cpus.count || ids[a] != ids[b], "no ID is there twice");
	}
	for (unsigned a = 0; a < ROOM; a++)
		CLAIM(a >= cpus.count || ids[a] != UINT32_MAX, "no ID is the one for all CPUs");
	CLAIM(cpus.online_capable <= cpus.disabled, "what can go online is disabled");
	CLAIM((problem == NULL) == (cpus.bad_offset == 0) || table.size < 44,
	      "a malformed table says where");
	if (problem == NULL && cpus.count == ROOM)
		REACHED("a full list");
	if (problem == NULL && cpus.count == 1 && ids[0] > 255)
		REACHED("a whole x2APIC entry");
	if (problem == NULL && cpus.mailbox_phys != 0)
		REACHED("a whole wakeup structure");
}
