/*
 * kernel/tables/acpi.h: from the RSDP to a table, each of any content.
 *
 * bound: any size, any content, any address; roots of up to 3 entries
 * cbmc: --unwindset strlen.0:10 --unwind 6
 * sources: tests/proof/bytes_contract.c kernel/lib/string.c
 */
#include "kernel/tables/acpi.c" /* a step is static */
#include "tests/proof/any_bytes.h"

/* Memory of just the size that was asked for, or none there. */
static const void *map(uint64_t phys, uint64_t size)
{
	CLAIM(phys != 0, "address 0 is not asked for");
	CLAIM(size <= BIOS_SIZE || size <= TABLE_SIZE_MAX, "a size is plausible");
	return nondet_bool() ? any_bytes_of(size).at : NULL;
}

static struct acpi_root any_root(void)
{
	return (struct acpi_root){any_bytes(), nondet_u8() & 1};
}

void an_rsdp_that_is_intact_names_a_root_and_else_only_an_rsdt_that_is(void)
{
	struct bytes from = any_bytes();
	struct acpi_rsdp rsdp;
	const char *problem = acpi_read_rsdp(from, &rsdp);

	CLAIM(problem != NULL || rsdp.rsdt_phys != 0 || rsdp.xsdt_phys != 0, "it names a root");
	CLAIM(problem == NULL || rsdp.xsdt_phys == 0, "an XSDT, only if all of it is intact");
	CLAIM(rsdp.xsdt_phys == 0 || (rsdp.revision >= 2 && from.size >= ACPI_RSDP_SIZE),
	      "and of revision 2");
	CLAIM(rsdp.rsdt_phys == 0 || from.size >= ACPI_RSDP_OLD_SIZE, "it is whole");
	if (problem == NULL && rsdp.xsdt_phys >> 32 != 0)
		REACHED("an XSDT above 4 GiB");
	if (problem != NULL && rsdp.rsdt_phys != 0)
		REACHED("an RSDT of an RSDP whose extended part is broken");
}

void a_table_that_is_read_is_whole(void)
{
	uint64_t phys = nondet_u64();
	struct bytes table;
	const char *problem;

	GIVEN(phys != 0); /* the callers leave out 0 */
	problem = acpi_read_table(map, phys, "APIC", &table);
	CLAIM((problem == NULL) == (table.size > 0), "a table, or a problem");
	CLAIM(problem != NULL || (table.size >= HEADER_SIZE && table.size <= TABLE_SIZE_MAX),
	      "of a plausible size");
	if (problem == NULL)
		REACHED("a table");
}

void an_entry_of_a_root_is_read_if_and_only_if_it_lies_inside(void)
{
	struct acpi_root root = any_root();
	size_t index = nondet_size(), size = root.extended ? 8 : 4;
	uint64_t phys;
	bool read;

	GIVEN(index <= SIZE_MAX / 16); /* the loops begin at 0, and end with the root */
	read = root_entry(&root, index, &phys);
	CLAIM(read == (root.table.size >= HEADER_SIZE &&
	               index < (root.table.size - HEADER_SIZE) / size),
	      "if and only if it lies inside");
	CLAIM(!read || root.extended || phys <= UINT32_MAX, "an RSDT has 32 bits");
	if (read && index > 1000 && root.extended)
		REACHED("an entry of a long XSDT");
}

void a_table_is_found_only_where_an_entry_leads(void)
{
	struct acpi_root root = any_root();
	struct bytes table;
	uint64_t first_phys;
	unsigned count;

	GIVEN(root.table.size < HEADER_SIZE + 4 * (root.extended ? 8 : 4)); /* the bound */
	CLAIM((acpi_find_table(map, &root, "FACP", &table) == NULL) == (table.size > 0),
	      "a table, or a problem");
	if (table.size > 0)
		REACHED("a table");
	count = acpi_count_tables(map, &root, "FACP", &first_phys);
	CLAIM(count <= 3 && (count == 0 || first_phys != 0), "no more than there are entries");
	if (count == 3)
		REACHED("three of one signature");
}
