/* The loader's information: kernel/tables/multiboot2.h. */
#include "kernel/tables/multiboot2.h"
#include "tests/fuzz/fuzz.h"

static void check_string(struct bytes string, struct bytes whole)
{
	require(lies_in(string, whole));
	require(string.size == 0 || memchr(string.at, 0, string.size) == NULL);
}

typedef bool read_range(const struct boot_information *info, size_t index,
                        struct memory_range *range);

static void check_ranges(const struct boot_information *info, read_range *read, size_t most)
{
	struct memory_range range;
	size_t count = 0;

	while (read(info, count, &range)) {
		require(range.start <= range.end);
		count++;
	}
	require(count <= most);
	require(range.start == 0 && range.end == 0);
	for (size_t beyond = 1; beyond != 0; beyond <<= 1)
		require(!read(info, count + beyond, &range));
}

/* Bytes after the stated size must not matter. */
static void check_tail(struct bytes whole, const struct boot_information *info, const char *problem)
{
	uint8_t *copy = with_tail(whole.at, whole.size, 64, 0xA5);
	struct boot_information again;

	require(multiboot2_parse((struct bytes){copy, whole.size + 64}, &again) == problem);
	require(again.command_line.size == info->command_line.size);
	require(again.memory_map.size == info->memory_map.size);
	require(again.rsdp_new.size == info->rsdp_new.size);
	require(again.efi_map.size == info->efi_map.size);
	free(copy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes whole = {data, size};
	struct boot_information info;
	const char *problem = multiboot2_parse(whole, &info);

	check_string(info.command_line, whole);
	check_string(info.loader_name, whole);
	require(lies_in(info.memory_map, whole));
	require(lies_in(info.rsdp_old, whole));
	require(lies_in(info.rsdp_new, whole));
	require(lies_in(info.framebuffer, whole));
	require(lies_in(info.efi_map, whole));
	require(problem != NULL || size >= 16);
	check_ranges(&info, boot_information_range, info.memory_map.size / 20);
	check_ranges(&info, boot_information_efi_range, info.efi_map.size / 40 + 1);
	if (size >= 4 && multiboot2_size(whole) <= size)
		check_tail(whole, &info, problem);
	return 0;
}
