/*
 * kernel/tables/multiboot2.h: a tag at any place of information of any size. multiboot2_parse()
 * takes one tag after the other, each inside the information and at least 8 bytes after the one
 * before: the second rule. So the first holds for all tags of any information, and parsing ends.
 *
 * bound: any tag of any size, after any tags
 * sources: tests/proof/bytes_contract.c kernel/lib/string.c
 */
#include "kernel/tables/multiboot2.c" /* a step is static */
#include "tests/proof/any_bytes.h"

void every_part_that_a_tag_gives_lies_inside_it(void)
{
	struct boot_information result = {0};
	struct bytes body = any_bytes();
	uint32_t type = nondet_u32();
	const char *problem = multiboot2_read_tag(type, body, &result);

	CLAIM(is_part_of(result.command_line, body), "the command line");
	CLAIM(is_part_of(result.loader_name, body), "the loader's name");
	CLAIM(is_part_of(result.memory_map, body), "the memory map");
	CLAIM(is_part_of(result.framebuffer, body), "the framebuffer");
	CLAIM(is_part_of(result.rsdp_old, body), "the old RSDP");
	CLAIM(is_part_of(result.rsdp_new, body), "the new RSDP");
	CLAIM(result.memory_map.size == 0 || result.memory_entry_size >= MEMORY_ENTRY_SIZE,
	      "entries hold all fields that are read");
	if (problem == NULL && result.memory_map.size > 1000)
		REACHED("a long memory map");
	if (problem != NULL)
		REACHED("a problem");
}

void a_tag_lies_inside_and_the_next_one_follows_it(void)
{
	struct bytes information = any_bytes(), body;
	size_t offset = nondet_size(), before = offset;
	uint32_t type;
	const char *problem;

	GIVEN(offset <= information.size + 7); /* this rule, and before that, 8 */
	problem = take_tag(information, &offset, &type, &body);
	if (problem != NULL) {
		REACHED("a problem");
		return;
	}
	CLAIM(is_part_of(body, information), "it lies inside");
	CLAIM(type == TAG_END || offset >= before + HEADER_SIZE, "the next one is further on");
	CLAIM(type == TAG_END || before + HEADER_SIZE + body.size <= offset, "and behind this one");
	CLAIM(offset <= information.size + 7, "and no further than padding reaches");
	if (type == TAG_END)
		REACHED("the end tag");
	if (body.size > 1000)
		REACHED("a long tag");
}
