/* What other tools print of CPUID and MSRs: tools/check/readings.h, dump.h and vbox.h. */
#include "tests/fuzz/fuzz.h"
#include "tools/check/clean.h"
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
	struct dump dump;
	uint32_t line;

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
