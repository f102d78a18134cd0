#include "kernel/tables/boot_information.h"

/* A descriptor of UEFI's map: UEFI 2.10 7.2.3 "EFI_BOOT_SERVICES.GetMemoryMap()" */
enum { EFI_TYPE = 0, EFI_START = 8, EFI_PAGES = 24, EFI_PAGE_SHIFT = 12 };

/* Returns entry index of a map; empty after the last. */
static struct bytes map_entry(struct bytes map, uint32_t entry_size, size_t index)
{
	if (entry_size == 0 || index > map.size / entry_size)
		return (struct bytes){0};
	return bytes_from(map, index * entry_size);
}

static uint64_t range_end(uint64_t start, uint64_t length)
{
	uint64_t end = start + length;

	return end < start ? UINT64_MAX : end;
}

bool boot_information_range(const struct boot_information *information, size_t index,
                            struct memory_range *range)
{
	struct bytes entry =
		map_entry(information->memory_map, information->memory_entry_size, index);
	uint64_t start, length;

	*range = (struct memory_range){0};
	if (!bytes_u64(entry, 0, &start) || !bytes_u64(entry, 8, &length) ||
	    !bytes_u32(entry, 16, &range->type))
		return false;
	range->start = start;
	range->end = range_end(start, length);
	return true;
}

bool boot_information_efi_range(const struct boot_information *information, size_t index,
                                struct memory_range *range)
{
	struct bytes entry = map_entry(information->efi_map, information->efi_entry_size, index);
	uint64_t start, pages;

	*range = (struct memory_range){0};
	if (!bytes_u64(entry, EFI_START, &start) || !bytes_u64(entry, EFI_PAGES, &pages) ||
	    !bytes_u32(entry, EFI_TYPE, &range->type))
		return false;
	range->start = start;
	range->end = pages > UINT64_MAX >> EFI_PAGE_SHIFT
	                     ? UINT64_MAX
	                     : range_end(start, pages << EFI_PAGE_SHIFT);
	return true;
}
