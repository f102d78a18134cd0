/*
 * kernel/tables/soft_off.h: what turns the power off, read from AML of any content.
 *
 * bound: a package at any place of a table of any size; a search of up to 16 bytes
 * cbmc: --unwind 14
 * sources: tests/proof/bytes_contract.c kernel/lib/string.c
 */
#include "kernel/tables/soft_off.c" /* a step is static */
#include "tests/proof/any_bytes.h"

struct fadt nondet_fadt(void);

void a_package_at_any_place_is_read_within_the_table(void)
{
	struct soft_off found = {.known = true};
	struct bytes aml = any_bytes();
	size_t offset = nondet_size();
	bool read;

	GIVEN(offset <= aml.size); /* the search ends with the table */
	read = read_package(aml, offset, &found);
	CLAIM(!read || aml.size - offset >= 5, "a package that is read is whole");
	if (read && offset > 1000 && found.pm1a_type > 1)
		REACHED("a package with a byte");
}

void what_is_found_has_a_name_before_it(void)
{
	struct bytes table = any_bytes_up_to(16);
	struct soft_off soft_off;
	bool found = soft_off_read(table, &soft_off);

	CLAIM(found == soft_off.known, "it is known if and only if it is found");
	CLAIM(found || soft_off.pm1a_type == 0, "and otherwise it is nothing");
	CLAIM(!found || table.size >= 10, "a name, its operator and a package are there");
	if (found)
		REACHED("a package");
}

void the_machine_sleeps_by_the_last_writes_and_only_where_it_can(void)
{
	struct soft_off_write writes[SOFT_OFF_WRITES_MAX];
	struct soft_off soft_off = {nondet_u8() & 1, nondet_u8(), nondet_u8()};
	struct fadt fadt = nondet_fadt();
	unsigned count = soft_off_plan(&fadt, &soft_off, writes), i = nondet_u32();
	bool reduced = fadt.sleep_control.space != REGISTER_NONE;

	CLAIM(count <= SOFT_OFF_WRITES_MAX, "there is room for all");
	CLAIM(soft_off.known || count == 0, "nothing is written that is not known");
	if (i >= count)
		return;
	CLAIM(writes[i].at.space != REGISTER_NONE, "each is a write to a register");
	CLAIM(reduced || (writes[i].at.space == REGISTER_IO && writes[i].at.address != 0),
	      "of PM1: a port");
	CLAIM((writes[i].keep & writes[i].set) == 0, "no bit is both kept and set");
	CLAIM(reduced || (writes[i].set & 1) == 0, "SCI_EN is not set");
	if (i == SOFT_OFF_WRITES_MAX - 1)
		REACHED("two blocks of PM1 registers");
	if (reduced && i == 1)
		REACHED("the sleep registers");
}
