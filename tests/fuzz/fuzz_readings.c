/* What other tools print about VMX: tools/check/readings.h, name_list.h, dump.h and vbox.h. */
#include "tests/fuzz/fuzz.h"
#include "tools/check/clean.h"
#include "tools/check/name_list.h"
#include "tools/check/readings.h"
#include "tools/check/vbox.h"

static void check_dump(const struct dump *dump)
{
	uint32_t next = 0;

	for (uint32_t i = 0; i < dump->cpu_count; i++) {
		const struct dump_cpu *cpu = &dump->cpus[i];

		require(cpu->first == next && cpu->count <= dump->entry_count - next);
		next += cpu->count;
	}
	require(next == dump->entry_count);
	for (uint32_t i = 0; i < dump->entry_count; i++) {
		const struct dump_entry *entry = &dump->entries[i];

		require(!entry->is_msr || entry->msr.state != MSR_NOT_READ);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t *copy = with_tail(data, size, 0, 0);
	struct bytes text = {copy, clean_text(copy, size)};
	struct dump dump = {0};
	struct vmx_evidence evidence = {0};
	struct name_list list = {0};
	uint32_t line;

	require(name_list_read(text, &list, &evidence) == (list.format != NULL));
	if (vbox_is_log(text))
		vbox_read(text, &dump);
	else if (dump_begins(text) && dump_read(text, &dump, &line) != NULL)
		goto out;
	else if (!dump_begins(text))
		readings_read(text, &dump);
	check_dump(&dump);
out:
	dump_free(&dump);
	free(copy);
	return 0;
}
