/* The start information of a PVH loader: kernel/tables/pvh.h. */
#include "kernel/tables/pvh.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pvh pvh;
	const char *problem = pvh_parse((struct bytes){data, size}, &pvh);

	require(problem == NULL || problem[0] != '\0');
	require(pvh.memory_map_entries <= PVH_MEMORY_ENTRIES_MAX);
	require(problem != NULL || (pvh.memory_map_phys != 0 && pvh.memory_map_entries > 0));
	require(problem != NULL || size >= 52);
	return 0;
}
