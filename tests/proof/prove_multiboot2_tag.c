/*
 * kernel/tables/multiboot2.h: a tag at any place of information of any size. multiboot2_parse()
 * takes one tag after the other, each inside the information and at least 8 bytes after the one
 * before, so what holds for one tag holds for all.
 *
 * bound: any tag of any size, after any tags
 * sources: tests/proof/bytes_contract.c kernel/lib/string.c
 */
#include "kernel/tables/multiboot2.c" /* NOLINT(bugprone-suspicious-include): a step is static */
#include "tests/proof/any_bytes.h"

_Bool __CPROVER_same_object(const void *a, const void *b);

/* CBMC refutes the difference of pointers into different objects. */
static bool lies_inside(struct bytes part, struct bytes whole)
{
	return part.size == 0 || (__CPROVER_same_object(part.at, whole.at) &&
	                          (size_t)(part.at - whole.at) + part.size <= whole.size);
}

void every_part_that_a_tag_gives_lies_inside_it(void)
{
	struct boot_information result = {0};
	struct bytes body = any_bytes();
	uint32_t type = nondet_u32();
	const char *problem = multiboot2_read_tag(type, body, &result);

	CLAIM(lies_inside(result.command_line, body), "the command line");
	CLAIM(lies_inside(result.loader_name, body), "the loader's name");
	CLAIM(lies_inside(result.memory_map, body), "the memory map");
	CLAIM(lies_inside(result.framebuffer, body), "the framebuffer");
	CLAIM(lies_inside(result.rsdp_old, body), "the old RSDP");
	CLAIM(lies_inside(result.rsdp_new, body), "the new RSDP");
	CLAIM(result.memory_map.size == 0 || result.memory_entry_size >= MEMORY_ENTRY_SIZE,
	      "entries hold all fields that are read");
	if (problem == NULL && result.memory_map.size > 1000)
		REACHED("a long memory map");
	if (problem != NULL)
		REACHED("a problem");
}
