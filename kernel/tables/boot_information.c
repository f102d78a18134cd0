#include "kernel/tables/boot_information.h"

bool boot_information_range(const struct boot_information *information, size_t index,
                            struct memory_range *range)
{
	size_t entry_size = information->memory_entry_size, offset = index * entry_size;
	uint64_t start, length;

	*range = (struct memory_range){0};
	if (entry_size == 0 || index > information->memory_map.size / entry_size)
		return false;
	if (!bytes_u64(information->memory_map, offset, &start) ||
	    !bytes_u64(information->memory_map, offset + 8, &length) ||
	    !bytes_u32(information->memory_map, offset + 16, &range->type))
		return false;
	range->start = start;
	range->end = length > UINT64_MAX - start ? UINT64_MAX : start + length;
	return true;
}
