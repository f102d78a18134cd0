#include "tools/check/rdmsr.h"

#include "kernel/lib/number.h"
#include "tools/check/reading_line.h"

static bool read_cpu_number(struct bytes word, uint32_t *cpu)
{
	uint64_t number;

	if (!number_read(word, &number) || number > UINT16_MAX)
		return false;
	*cpu = (uint32_t)number;
	return true;
}

/* Returns whether a word is an option. *cpu_follows says that the next word belongs to it. */
static bool rdmsr_option(struct bytes word, struct rdmsr *rdmsr, bool *cpu_follows)
{
	struct bytes rest;

	*cpu_follows = bytes_equal(word, "-p") || bytes_equal(word, "--processor");
	rdmsr->all |= bytes_equal(word, "-a") || bytes_equal(word, "--all");
	rdmsr->decimal |= bytes_equal(word, "-d") || bytes_equal(word, "-u") ||
	                  bytes_equal(word, "--decimal") || bytes_equal(word, "--unsigned");
	if (bytes_skip(word, "-p", &rest))
		read_cpu_number(rest, &rdmsr->cpu);
	return word.at[0] == '-';
}

/* Reads the MSRs of "for i in 0x480 0x481; do". One that is not used here ends the list. */
static void read_loop(const struct words *words, unsigned at, struct rdmsr *rdmsr)
{
	for (; at < words->count && !words_is(words, at, "do"); at++) {
		if (rdmsr->count == RDMSR_MAX ||
		    !reading_msr_number(words, at, &rdmsr->msr[rdmsr->count])) {
			rdmsr->count = 0;
			return;
		}
		rdmsr->count++;
	}
}

static void read_arguments(const struct words *words, unsigned at, struct rdmsr *rdmsr)
{
	bool cpu_follows = false;

	for (; at < words->count; at++) {
		if (cpu_follows) {
			read_cpu_number(words->word[at], &rdmsr->cpu);
			cpu_follows = false;
		} else if (!rdmsr_option(words->word[at], rdmsr, &cpu_follows)) {
			break;
		}
	}
	if (rdmsr->count == 0 && reading_msr_number(words, at, &rdmsr->msr[0]))
		rdmsr->count = 1;
	if (rdmsr->all && rdmsr->count > 1)
		rdmsr->count = 0; /* how many CPUs there are is not known */
}

bool rdmsr_command(const struct words *words, struct rdmsr *rdmsr)
{
	unsigned at = 0;

	*rdmsr = (struct rdmsr){0};
	if (words->count == 1 && reading_msr_number(words, 0, &rdmsr->msr[0])) {
		rdmsr->count = 1;
		return true;
	}
	for (; at < words->count && !words_is(words, at, "rdmsr"); at++) {
		if (words_is(words, at, "for") && words_is(words, at + 2, "in"))
			read_loop(words, at + 3, rdmsr);
	}
	if (at == words->count)
		rdmsr->count = 0;
	else
		read_arguments(words, at + 1, rdmsr);
	return rdmsr->count > 0;
}

/* Reads "rdmsr: CPU 0 cannot read MSR 0x00000491". */
static bool is_refusal(const struct words *words, uint32_t *cpu, uint32_t *msr)
{
	unsigned at = 0;

	while (at < words->count && !words_is(words, at, "rdmsr"))
		at++;
	return words_is(words, at + 3, "cannot") && words_is(words, at + 4, "read") &&
	       words_is(words, at + 5, "msr") && reading_msr_number(words, at + 6, msr) &&
	       read_cpu_number(words->word[at + 2], cpu);
}

/* Takes the MSR and the CPU that the next value is of. */
static void take_expected(struct rdmsr *rdmsr, uint32_t *cpu, uint32_t *msr)
{
	*msr = rdmsr->msr[rdmsr->at];
	*cpu = rdmsr->cpu;
	if (rdmsr->all)
		rdmsr->cpu++;
	else
		rdmsr->at++;
}

static bool is_bare(const struct words *words, bool decimal, uint64_t *value)
{
	struct bytes word = words->word[0];

	if (words->count != 1)
		return false;
	if (!decimal && words_number(words, 0, value))
		return true;
	return (decimal ? number_take_decimal(&word, value)
	                : number_take_hexadecimal(&word, value)) &&
	       word.size == 0;
}

bool rdmsr_result(const struct words *words, struct rdmsr *rdmsr, uint32_t *cpu,
                  struct dump_entry *entry)
{
	bool expected = rdmsr->at < rdmsr->count;
	uint32_t msr;

	*entry = (struct dump_entry){.is_msr = true, .msr.state = MSR_FAULTED};
	if (is_refusal(words, cpu, &entry->leaf)) {
		if (expected && entry->leaf == rdmsr->msr[rdmsr->at])
			take_expected(rdmsr, cpu, &msr);
		return true;
	}
	if (!expected || !is_bare(words, rdmsr->decimal, &entry->msr.value))
		return false;
	entry->msr.state = MSR_READ;
	take_expected(rdmsr, cpu, &entry->leaf);
	return true;
}
