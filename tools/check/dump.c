#include "tools/check/dump.h"

#include "arch/x86_64/registers.h"
#include "kernel/lib/number.h"
#include "tools/check/fail.h"
#include "tools/check/lines.h"

#include <inttypes.h>
#include <stdlib.h>

enum { CPU_COUNT_MAX = 8192 };

void dump_write_head(FILE *file)
{
	fprintf(file,
	        "# CPUID and MSRs, recorded by rootmode-check; read by rootmode-check --from\n");
}

void dump_write_cpu(FILE *file, uint32_t number)
{
	fprintf(file, "CPU %" PRIu32 ":\n", number);
}

void dump_write_cpuid(FILE *file, uint32_t leaf, uint32_t subleaf, struct cpuid answer)
{
	fprintf(file, "   0x%08" PRIx32 " 0x%02" PRIx32 ": eax=0x%08" PRIx32 " ebx=0x%08" PRIx32,
	        leaf, subleaf, answer.eax, answer.ebx);
	fprintf(file, " ecx=0x%08" PRIx32 " edx=0x%08" PRIx32 "\n", answer.ecx, answer.edx);
}

void dump_write_msr(FILE *file, uint32_t msr, const struct msr_reading *reading)
{
	if (reading->state == MSR_READ)
		fprintf(file, "   msr 0x%08" PRIx32 ": 0x%016" PRIx64 "\n", msr, reading->value);
	else if (reading->state == MSR_FAULTED)
		fprintf(file, "   msr 0x%08" PRIx32 ": fault\n", msr);
}

/* Reads a word that consists of prefix, a 32-bit number, and end. */
static bool dump_read_word(struct bytes *line, const char *prefix, const char *end,
                           uint32_t *number)
{
	struct bytes word = bytes_take_word(line);
	uint64_t wide;

	if (!bytes_skip(word, prefix, &word) || !number_take(&word, &wide) || wide > UINT32_MAX)
		return false;
	*number = (uint32_t)wide;
	return bytes_equal(word, end);
}

static const char *read_msr(struct bytes line, struct dump_entry *entry)
{
	struct bytes word;

	entry->is_msr = true;
	if (!dump_read_word(&line, "", ":", &entry->leaf))
		return "expected \"msr NUMBER: VALUE\"";
	word = bytes_take_word(&line);
	entry->msr.state = MSR_READ;
	if (bytes_equal(word, "fault"))
		entry->msr.state = MSR_FAULTED;
	else if (!number_read(word, &entry->msr.value))
		return "expected a number or \"fault\" as the value of an MSR";
	return NULL;
}

static const char *dump_read_cpuid(struct bytes line, struct dump_entry *entry)
{
	bool right = dump_read_word(&line, "", "", &entry->leaf) &&
	             dump_read_word(&line, "", ":", &entry->subleaf) &&
	             dump_read_word(&line, "eax=", "", &entry->cpuid.eax) &&
	             dump_read_word(&line, "ebx=", "", &entry->cpuid.ebx) &&
	             dump_read_word(&line, "ecx=", "", &entry->cpuid.ecx) &&
	             dump_read_word(&line, "edx=", "", &entry->cpuid.edx);

	return right ? NULL
	             : "expected \"LEAF SUBLEAF: eax=NUMBER ebx=NUMBER ecx=NUMBER edx=NUMBER\"";
}

/* Reads "CPU 0:", or "CPU:", which cpuid prints if there is only one. */
static const char *read_cpu(struct bytes rest, struct dump *dump)
{
	struct dump_cpu *cpu = &dump->cpus[dump->cpu_count];

	if (dump->cpu_count == CPU_COUNT_MAX)
		return "too many CPUs";
	*cpu = (struct dump_cpu){.first = dump->entry_count};
	if (!bytes_equal(rest, ":") && !dump_read_word(&rest, "", ":", &cpu->number))
		return "expected \"CPU NUMBER:\"";
	dump->cpu_count++;
	return NULL;
}

static const char *dump_read_line(struct bytes line, struct dump *dump)
{
	struct dump_entry entry = {0};
	const char *problem;
	struct bytes rest;

	if (line.size == 0 || line.at[0] == '#')
		return NULL;
	if (bytes_skip(line, "CPU", &rest))
		return read_cpu(rest, dump);
	if (dump->cpu_count == 0)
		return "expected \"CPU NUMBER:\" before this line";
	problem = bytes_skip(line, "msr ", &rest) ? read_msr(rest, &entry)
	                                          : dump_read_cpuid(line, &entry);
	dump->entries[dump->entry_count++] = entry;
	dump->cpus[dump->cpu_count - 1].count++;
	return problem;
}

/* Takes the next line that is neither empty nor a comment. Returns an empty one at the end. */
static struct bytes dump_next_line(struct bytes *text)
{
	struct bytes line;

	while (lines_take(text, &line)) {
		line = lines_trim(line);
		if (line.size != 0 && line.at[0] != '#')
			return line;
	}
	return (struct bytes){0};
}

/* Returns whether the line is AIDA64's first one of a CPU, or that of cpuid without -r, or inxi's.
 */
static bool begins_otherwise(struct bytes line)
{
	struct bytes rest;

	return bytes_skip(line, "CPUID", &rest) || bytes_skip(line, "vendor_id = ", &rest) ||
	       bytes_skip(line, "Info: ", &rest);
}

bool dump_begins(struct bytes text)
{
	struct bytes rest;
	uint32_t number;

	return bytes_skip(dump_next_line(&text), "CPU", &rest) &&
	       (bytes_equal(rest, ":") || dump_read_word(&rest, "", ":", &number)) &&
	       !begins_otherwise(dump_next_line(&text));
}

const char *dump_read(struct bytes text, struct dump *dump, uint32_t *line)
{
	struct bytes rest = text, one;
	uint32_t count = 0;

	while (lines_take(&rest, &one))
		count++;
	*dump = (struct dump){
		.cpus = allocate(count < CPU_COUNT_MAX ? count + 1 : CPU_COUNT_MAX + 1,
	                         sizeof(*dump->cpus)),
		.entries = allocate(count, sizeof(*dump->entries)),
	};
	for (*line = 1; lines_take(&text, &one); (*line)++) {
		const char *problem = dump_read_line(lines_trim(one), dump);

		if (problem != NULL)
			return problem;
	}
	return dump->cpu_count == 0 ? "no CPU" : NULL;
}

void dump_free(struct dump *dump)
{
	free(dump->cpus);
	free(dump->entries);
}

static const struct dump_entry *dump_find(struct survey_source *source, bool is_msr, uint32_t leaf,
                                          uint32_t subleaf)
{
	const struct dump_source *from = (const struct dump_source *)source;

	for (uint32_t i = 0; i < from->cpu->count; i++) {
		const struct dump_entry *entry = &from->dump->entries[from->cpu->first + i];

		if (entry->is_msr == is_msr && entry->leaf == leaf && entry->subleaf == subleaf)
			return entry;
	}
	return NULL;
}

bool dump_has_leaf(struct survey_source *source, uint32_t leaf)
{
	return dump_find(source, false, leaf, 0) != NULL;
}

static uint64_t msr_or_0(struct survey_source *source, uint32_t msr)
{
	const struct dump_entry *entry = dump_find(source, true, msr, 0);

	return entry != NULL && entry->msr.state == MSR_READ ? entry->msr.value : 0;
}

bool dump_implies_vmx(struct survey_source *source)
{
	uint64_t enabled = IA32_FEATURE_CONTROL_VMX_IN_SMX | IA32_FEATURE_CONTROL_VMX_OUTSIDE_SMX;

	return !dump_has_leaf(source, 1) &&
	       (msr_or_0(source, IA32_VMX_BASIC) != 0 ||
	        (msr_or_0(source, IA32_FEATURE_CONTROL) & enabled) != 0);
}

static struct cpuid answer_cpuid(struct survey_source *source, uint32_t leaf, uint32_t subleaf)
{
	const struct dump_entry *entry = dump_find(source, false, leaf, subleaf);

	if (entry != NULL)
		return entry->cpuid;
	return (struct cpuid){.ecx = leaf == 1 && dump_implies_vmx(source) ? CPUID_1_ECX_VMX : 0};
}

static void answer_msr(struct survey_source *source, uint32_t msr, struct msr_reading *reading)
{
	const struct dump_entry *entry = dump_find(source, true, msr, 0);

	if (entry != NULL)
		*reading = entry->msr;
}

struct dump_source dump_source(const struct dump *dump, uint32_t cpu)
{
	return (struct dump_source){{answer_cpuid, answer_msr}, dump, &dump->cpus[cpu]};
}
