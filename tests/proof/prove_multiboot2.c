/*
 * kernel/tables/multiboot2.h: every part that is found lies inside the boot information.
 *
 * bound: any content of up to 48 bytes: up to 5 tags, of any type and size
 * cbmc: --unwind 7
 * sources: kernel/tables/multiboot2.c tests/proof/bytes_contract.c
 */
#include "kernel/tables/multiboot2.h"
#include "tests/proof/claims.h"

static uint8_t memory[48];

/* CBMC refutes the difference of pointers into different objects. */
static bool lies_inside(struct bytes part, size_t size)
{
	return part.size == 0 || (size_t)(part.at - memory) + part.size <= size;
}

void every_part_lies_inside_the_information(void)
{
	struct bytes information = {memory, nondet_size()};
	struct boot_information result;
	const char *problem;

	GIVEN(information.size <= sizeof(memory)); /* the bound */
	problem = multiboot2_parse(information, &result);
	CLAIM(lies_inside(result.command_line, information.size), "the command line");
	CLAIM(lies_inside(result.loader_name, information.size), "the loader's name");
	CLAIM(lies_inside(result.memory_map, information.size), "the memory map");
	CLAIM(lies_inside(result.efi_map, information.size), "UEFI's memory map");
	CLAIM(lies_inside(result.framebuffer, information.size), "the framebuffer");
	CLAIM(lies_inside(result.rsdp_old, information.size), "the old RSDP");
	CLAIM(lies_inside(result.rsdp_new, information.size), "the new RSDP");
	CLAIM(result.memory_map.size == 0 || result.memory_entry_size >= 20,
	      "entries hold all fields that are read");
	CLAIM(result.efi_map.size == 0 || result.efi_entry_size >= 40, "those of UEFI's map, too");
	if (result.memory_map.size >= 24)
		REACHED("a whole entry of a memory map");
	if (problem == NULL && result.rsdp_new.size > 0 && result.command_line.size > 0)
		REACHED("two tags before the end");
}
