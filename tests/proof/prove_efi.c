/*
 * kernel/tables/efi.h: an entry of the configuration table is read inside it.
 *
 * bound: any content of up to 3 entries, with pointers of 4 and of 8 bytes
 * cbmc: --unwindset find_guid.0:5,memcmp.0:17
 * sources: kernel/lib/bytes.c kernel/lib/string.c
 */
#include "kernel/tables/efi.c" /* a step is static */
#include "tests/proof/any_bytes.h"

void an_rsdp_is_named_only_by_a_whole_entry(void)
{
	bool wide = nondet_bool();
	struct bytes tables = any_bytes_up_to(wide ? 72 : 60);
	uint64_t found = find_guid(tables, wide ? &wide_layout : &narrow, acpi_2_guid);

	CLAIM(found == 0 || tables.size >= (wide ? 24 : 20), "there is an entry");
	CLAIM(wide || found <= UINT32_MAX, "a pointer of 4 bytes has 32 bits");
	if (wide && found >> 32 != 0)
		REACHED("an RSDP above 4 GiB");
	if (!wide && found != 0)
		REACHED("an RSDP of 32-bit firmware");
}
