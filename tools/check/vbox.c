#include "tools/check/vbox.h"

#include "kernel/lib/number.h"
#include "tools/check/fail.h"
#include "tools/check/lines.h"
#include "tools/check/msr_name.h"

#include <string.h>

/* Removes the time, "00:00:04.809271 ", that every line begins with. */
static struct bytes vbox_untimed(struct bytes line)
{
	struct bytes rest = line, time = bytes_take_word(&rest);

	return time.size > 0 && memchr(time.at, ':', time.size) != NULL && time.at[0] <= '9'
	               ? lines_trim(rest)
	               : lines_trim(line);
}

/* Reads "HM: MSR_IA32_VMX_MISC = 0x7004c1e7". Old versions leave the 0x out. */
static bool vbox_read_msr(struct bytes line, struct dump_entry *entry)
{
	struct bytes name, value;

	if (!bytes_skip(line, "HM: MSR_", &line))
		return false;
	name = bytes_take_word(&line);
	if (!msr_by_name(name, &entry->leaf) || !bytes_equal(bytes_take_word(&line), "="))
		return false;
	value = bytes_take_word(&line);
	bytes_skip(value, "0x", &value);
	entry->is_msr = true;
	entry->msr.state = MSR_READ;
	return number_take_hexadecimal(&value, &entry->msr.value) && value.size == 0;
}

static bool vbox_read_register(struct bytes *line, uint32_t *value)
{
	struct bytes word = bytes_take_word(line);
	uint64_t wide;

	if (word.size != 8 || !number_take_hexadecimal(&word, &wide) || word.size != 0)
		return false;
	*value = (uint32_t)wide;
	return true;
}

/* Reads "00000004/0002", if it is there. */
static bool read_leaf(struct bytes *line, struct dump_entry *at)
{
	struct bytes rest = *line, word = bytes_take_word(&rest);
	uint64_t leaf, subleaf;

	if (!number_take_hexadecimal(&word, &leaf) || !bytes_skip(word, "/", &word) ||
	    !number_take_hexadecimal(&word, &subleaf) || word.size != 0 || leaf > UINT32_MAX)
		return false;
	at->leaf = (uint32_t)leaf;
	at->subleaf = (uint32_t)subleaf;
	*line = rest;
	return true;
}

/*
 * Reads "Hst: 00000016/0000  eax ebx ecx edx". Below a line of the guest, "Gst:", the host's has no
 * leaf: it is the same, so at keeps it from line to line.
 */
static bool vbox_read_cpuid(struct bytes line, struct dump_entry *at)
{
	if (bytes_skip(line, "Gst:", &line)) {
		read_leaf(&line, at);
		return false;
	}
	if (!bytes_skip(line, "Hst:", &line))
		return false;
	read_leaf(&line, at);
	return vbox_read_register(&line, &at->cpuid.eax) &&
	       vbox_read_register(&line, &at->cpuid.ebx) &&
	       vbox_read_register(&line, &at->cpuid.ecx) &&
	       vbox_read_register(&line, &at->cpuid.edx);
}

bool vbox_is_log(struct bytes text)
{
	struct bytes line, rest;

	while (lines_take(&text, &line)) {
		line = vbox_untimed(line);
		if (bytes_skip(line, "HM: MSR_IA32_VMX_BASIC", &rest) ||
		    bytes_skip(line, "Raw Standard CPUID Leaves", &rest))
			return true;
	}
	return false;
}

void vbox_read(struct bytes text, struct dump *dump)
{
	struct bytes rest = text, line;
	struct dump_entry cpuid = {0};
	uint32_t count = 0;

	while (lines_take(&rest, &line))
		count++;
	*dump = (struct dump){.cpus = allocate(1, sizeof(*dump->cpus)),
	                      .entries = allocate(count, sizeof(*dump->entries)),
	                      .cpu_count = 1};
	while (lines_take(&text, &line)) {
		struct dump_entry msr = {0};

		line = vbox_untimed(line);
		if (vbox_read_msr(line, &msr))
			dump->entries[dump->entry_count++] = msr;
		else if (vbox_read_cpuid(line, &cpuid))
			dump->entries[dump->entry_count++] = cpuid;
	}
	dump->cpus[0].count = dump->entry_count;
}
