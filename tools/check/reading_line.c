#include "tools/check/reading_line.h"

#include "kernel/lib/count.h"
#include "kernel/lib/number.h"
#include "tools/check/msr_name.h"

enum { CPU_MAX = 65535 };

/* Reads a CPU's number, with or without a word before it that ends in "cpu" or "thread". */
static bool cpu_number(struct bytes word, uint32_t *cpu)
{
	uint64_t number;

	bytes_skip(word, "#", &word);
	if (word.size == 0 || !number_take(&word, &number) || word.size != 0 || number > CPU_MAX)
		return false;
	*cpu = (uint32_t)number;
	return true;
}

/* Reads "cpu0", "CPU0", or "CPU 0" and "Thread 0", of which *at is then the second word. */
static bool names_cpu(const struct words *words, unsigned *at, uint32_t *cpu)
{
	struct bytes rest;

	if (words_is(words, *at, "cpu") || words_is(words, *at, "thread")) {
		if (*at + 1 >= words->count || !cpu_number(words->word[*at + 1], cpu))
			return false;
		++*at;
		return true;
	}
	return (bytes_skip(words->word[*at], "cpu", &rest) ||
	        bytes_skip(words->word[*at], "CPU", &rest)) &&
	       cpu_number(rest, cpu);
}

bool reading_cpu(const struct words *words, uint32_t *cpu)
{
	unsigned at = 0;

	if (words_is(words, 1, "msr") && words_is(words, 2, "registers") && words->count == 4) {
		*cpu = 0; /* "------[ MSR Registers ]------": of the first CPU */
		return true;
	}
	for (at = 0; at + 1 < words->count; at++) {
		if (words_is(words, at, "cpu") && words->word[at + 1].at[0] == '#')
			return cpu_number(words->word[at + 1], cpu);
	}
	if (words->count == 3 && words_is(words, 0, "cpu") && words_is(words, 1, "thread"))
		return cpu_number(words->word[2], cpu);
	at = 0;
	return words->count > 0 && names_cpu(words, &at, cpu) && at + 1 == words->count;
}

static bool four_registers(const struct words *words, unsigned at, struct cpuid *r)
{
	return words_register(words, at, &r->eax) && words_register(words, at + 1, &r->ebx) &&
	       words_register(words, at + 2, &r->ecx) && words_register(words, at + 3, &r->edx);
}

static bool named_registers(const struct words *words, unsigned at, struct cpuid *r)
{
	return words_is(words, at, "eax") && words_register(words, at + 1, &r->eax) &&
	       words_is(words, at + 2, "ebx") && words_register(words, at + 3, &r->ebx) &&
	       words_is(words, at + 4, "ecx") && words_register(words, at + 5, &r->ecx) &&
	       words_is(words, at + 6, "edx") && words_register(words, at + 7, &r->edx);
}

/* Reads AIDA64's "0000000A-756E6547-6C65746E-49656E69". */
static bool dashed_registers(const struct words *words, unsigned at, struct cpuid *r)
{
	static const size_t size = 4 * 9 - 1;
	struct words parts = {.count = 4};

	if (at >= words->count || words->word[at].size != size)
		return false;
	for (unsigned i = 0; i < 4; i++)
		bytes_slice(words->word[at], 9ul * i, 8, &parts.word[i]);
	return four_registers(&parts, 0, r);
}

/* Skips the words before a leaf's number. */
static unsigned before_leaf(const struct words *words)
{
	unsigned at = 0;

	while (at < words->count && !words_is(words, at, "hostcpuid"))
		at++;
	if (words_is(words, at + 1, "level"))
		return at + 2;
	if (words_is(words, 0, "cpuid"))
		return words_is(words, 1, "level") ? 2 : 1;
	return words_is(words, 0, "eax") && words_is(words, 1, "in") ? 2 : 0;
}

/*
 * Skips the words between a leaf's number and its registers, and reads the subleaf if it is there:
 * "level_type 0x1" of cpucontrol, "ffffffff ->" of xen-cpuid where a leaf has none, or a number.
 */
static unsigned skip_subleaf(const struct words *words, unsigned at, uint64_t *subleaf)
{
	uint32_t number;

	*subleaf = 0;
	if (words_is(words, at, "level_type"))
		at++;
	if (words_is(words, at + 1, "->") && words_register(words, at, &number)) {
		*subleaf = number == UINT32_MAX ? 0 : number;
		return at + 2;
	}
	if (at < words->count && words->word[at].size <= 4 && words_number(words, at, subleaf))
		at++;
	return at;
}

bool reading_cpuid(const struct words *words, struct dump_entry *entry)
{
	unsigned at = before_leaf(words);
	uint64_t leaf, subleaf;

	if (!words_number(words, at, &leaf) || leaf > UINT32_MAX)
		return false;
	*entry = (struct dump_entry){.leaf = (uint32_t)leaf};
	at = skip_subleaf(words, at + 1, &subleaf);
	if (dashed_registers(words, at, &entry->cpuid)) {
		if (words_is(words, at + 1, "sl"))
			words_number(words, at + 2, &subleaf);
	} else if (!named_registers(words, at, &entry->cpuid) &&
	           !four_registers(words, at, &entry->cpuid)) {
		return false;
	}
	entry->subleaf = (uint32_t)subleaf;
	return true;
}

bool reading_msr_number(const struct words *words, unsigned at, uint32_t *msr)
{
	uint64_t number;

	if (!words_number(words, at, &number) || !msr_is_used(number))
		return false;
	*msr = (uint32_t)number;
	return true;
}

/* A plain number is an MSR's only after "msr" or "rdmsr", or before ':' or '='. */
static bool is_msr(const struct words *words, unsigned at, bool announced, uint32_t *msr)
{
	struct bytes rest;

	if (at >= words->count)
		return false;
	if (msr_by_name(words->word[at], msr))
		return true;
	return reading_msr_number(words, at, msr) &&
	       (announced || words->assigned[at] || bytes_skip(words->word[at], "0x", &rest));
}

/* Reads the halves "EAX = LOW, EDX = HIGH", in either order, or "0xHIGH 0xLOW". */
static bool msr_halves(const struct words *words, unsigned *at, uint64_t *value)
{
	bool low_first = words_is(words, *at, "eax") && words_is(words, *at + 2, "edx");
	bool named = low_first || (words_is(words, *at, "edx") && words_is(words, *at + 2, "eax"));
	unsigned first = *at + named, second = first + 1 + named;
	uint32_t a, b;

	if (!words_register(words, first, &a) || !words_register(words, second, &b))
		return false;
	*value = low_first ? (uint64_t)b << 32 | a : (uint64_t)a << 32 | b;
	*at = second + 1;
	return true;
}

static bool msr_value(const struct words *words, unsigned *at, uint64_t *value)
{
	static const char *const fillers[] = {"msr", "value", "is", "=>", "->"};

	for (unsigned i = 0; i < COUNT_OF(fillers); i++) {
		if (words_is(words, *at, fillers[i])) {
			++*at;
			i = 0;
		}
	}
	if (msr_halves(words, at, value))
		return true;
	if (!words_number(words, *at, value))
		return false;
	++*at;
	return true;
}

static bool may_precede(const struct words *words, unsigned at)
{
	static const char *const known[] = {"register", "read", "sudo", "*",
	                                    "chipsec",  "$",    "#",    "+"};

	for (unsigned i = 0; i < COUNT_OF(known); i++) {
		if (words_is(words, at, known[i]))
			return true;
	}
	return false;
}

static void thread_after(const struct words *words, unsigned at, uint32_t *cpu)
{
	for (; at < words->count; at++) {
		if (words_is(words, at, "thread")) {
			names_cpu(words, &at, cpu);
			return;
		}
	}
}

/* The MSR may come twice, by its name and by its number. */
static bool msr_value_of(const struct words *words, unsigned *at, uint32_t *cpu, uint32_t msr,
                         struct dump_entry *entry)
{
	uint32_t again;

	++*at;
	if (is_msr(words, *at, true, &again) && again == msr)
		++*at;
	*entry = (struct dump_entry){.is_msr = true, .leaf = msr, .msr.state = MSR_READ};
	if (!msr_value(words, at, &entry->msr.value))
		return false;
	thread_after(words, *at, cpu);
	return true;
}

bool reading_msr(const struct words *words, unsigned *at, uint32_t *cpu, struct dump_entry *entry)
{
	bool announced = false, known = *at == 0;
	uint32_t msr;

	for (; *at < words->count; ++*at) {
		uint32_t named;

		if (is_msr(words, *at, announced, &msr) &&
		    (known || msr_by_name(words->word[*at], &named)))
			return msr_value_of(words, at, cpu, msr, entry);
		if (words_is(words, *at, "msr") || words_is(words, *at, "rdmsr"))
			announced = true;
		else
			known &= names_cpu(words, at, cpu) || may_precede(words, *at);
	}
	return false;
}
