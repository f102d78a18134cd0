#include "tools/check/log_input.h"

#include "kernel/lib/crc32.h"
#include "kernel/lib/number.h"
#include "tools/check/fail.h"
#include "tools/check/lines.h"
#include "tools/check/log_bench.h"
#include "tools/check/log_cpus.h"

#include <string.h>

enum { VERSION = 1, CPU_COUNT_MAX = 8192 };

bool log_find_block(struct bytes text, struct bytes *block)
{
	struct bytes from = text, line, rest;
	bool found = false;

	for (; lines_take(&text, &line); from = text) {
		if (bytes_skip(lines_trim(line), "REPORT ", &rest)) {
			*block = from;
			found = true;
		}
	}
	return found;
}

bool log_is_unfinished(struct bytes text)
{
	struct bytes part;

	return lines_take_until(&text, "] rootmode: ", &part);
}

/* Reads the line about the machine. Its number of CPUs decides how many are allocated. */
static void read_machine(struct bytes line, struct findings *findings, uint64_t *left)
{
	struct machine *machine = &findings->machine;
	struct bytes key, value;
	uint64_t number;

	while (lines_take_field(&line, &key, &value)) {
		bool is_number = number_read(value, &number);

		if (is_number && bytes_equal(key, "cpus") && number <= CPU_COUNT_MAX &&
		    findings->sights == NULL)
			findings_make_cpus(findings, (uint32_t)number);
		else if (is_number && bytes_equal(key, "left"))
			*left = number;
		else if (is_number && bytes_equal(key, "memory"))
			machine->memory_bytes = number;
		else if (is_number && bytes_equal(key, "image"))
			machine->image_phys = number;
		else if (is_number && bytes_equal(key, "tsc_khz"))
			machine->clock_khz = number;
		else if (is_number && bytes_equal(key, "phantoms") && number <= UINT32_MAX)
			machine->phantoms = (uint32_t)number;
		else if (bytes_equal(key, "apic_found"))
			lines_copy(value, findings->apic_found, sizeof(findings->apic_found));
		else if (bytes_equal(key, "apic"))
			lines_copy(value, findings->apic_mode, sizeof(findings->apic_mode));
		else if (bytes_equal(key, "clock"))
			lines_copy(value, findings->clock_source, sizeof(findings->clock_source));
		else if (bytes_equal(key, "clock_check"))
			lines_copy(value, findings->clock_check, sizeof(findings->clock_check));
	}
	machine->apic_mode = findings->apic_mode;
	if (findings->apic_found[0] != '\0')
		machine->apic_found = findings->apic_found;
	machine->clock_source = findings->clock_source;
	if (findings->clock_check[0] != '\0')
		machine->clock_check = findings->clock_check;
}

static void set_left(struct findings *findings, uint64_t left)
{
	for (uint32_t i = 0; i < findings->machine.cpus.count; i++) {
		struct vmx_outcome *outcome = &findings->machine.cpus.cpu[i]->outcome;

		outcome->left = outcome->vmxon.kind == VMX_SUCCEEDED && left > 0;
		left -= outcome->left;
	}
}

static void log_read_line(struct bytes line, struct findings *findings, uint64_t *left)
{
	struct bytes rest;
	bool right = true;

	if (bytes_skip(line, "machine ", &rest) && findings->sights == NULL)
		read_machine(rest, findings, left);
	else if (bytes_skip(line, "cpus=", &rest) && findings->sights != NULL)
		right = log_read_cpus(line, findings);
	else if (bytes_skip(line, "msr=", &rest) && findings->sights != NULL)
		right = log_read_msr(line, findings);
	else if (bytes_skip(line, "found ", &rest) && findings->sights != NULL)
		right = log_read_found(rest, findings);
	else if (bytes_skip(line, "bench ", &rest) && findings->sights != NULL)
		right = log_read_bench(rest, findings);
	if (!right)
		text_print(&findings->odd.text, "log: warning: malformed line: %.*s\n",
		           (int)(line.size < 200 ? line.size : 200), (const char *)line.at);
}

/* Reads the block. Returns whether its END is there; *text is then what follows it. */
static bool read_lines(struct bytes *text, struct findings *findings, uint32_t *lines,
                       uint32_t *crc)
{
	struct bytes line, rest;
	uint64_t left = 0, stated;

	*crc = 0;
	for (*lines = 0; lines_take(text, &line); ++*lines) {
		if (bytes_skip(lines_trim(line), "END crc32=", &rest)) {
			set_left(findings, left);
			if (!number_read(rest, &stated) || stated != *crc)
				text_print(&findings->odd.text,
				           "log: warning: the REPORT block is damaged: its CRC is "
				           "%#010x, but END has %.*s\n",
				           *crc, (int)(rest.size < 20 ? rest.size : 20),
				           (const char *)rest.at);
			return true;
		}
		for (size_t i = 0; i < line.size; i++)
			*crc = crc32_add(*crc, line.at[i]);
		*crc = crc32_add(*crc, '\n');
		log_read_line(lines_trim(line), findings, &left);
	}
	set_left(findings, left);
	return false;
}

/* "OBSERVED" before a verdict says that VMX was not entered. */
static void read_verdict(struct bytes word, struct findings *findings)
{
	for (enum verdict verdict = VERDICT_PASS; verdict <= VERDICT_ERROR; verdict++) {
		if (!bytes_equal(word, verdict_name(verdict)))
			continue;
		if (verdict == VERDICT_OBSERVED)
			findings->machine.observe = true;
		else
			findings->log_verdict = verdict;
	}
}

/* A reason that no CPU has is the machine's. */
static void read_result(struct bytes text, struct findings *findings)
{
	struct bytes line, word;
	enum reason reason;

	while (lines_take(&text, &line)) {
		if (!bytes_skip(lines_trim(line), "RESULT: ", &line))
			continue;
		findings->machine.observe = false;
		lines_copy(line, findings->result, sizeof(findings->result));
		while ((word = bytes_take_word(&line)).size > 0) {
			read_verdict(word, findings);
			if (log_reason(word, &reason) && !log_has_reason(findings, reason))
				findings->machine.failure = reason;
		}
		return;
	}
	text_print(&findings->odd.text, "log: warning: truncated before the verdict\n");
}

static bool has_entered(const struct findings *findings)
{
	for (uint32_t i = 0; i < findings->machine.cpus.count; i++) {
		if (findings->machine.cpus.cpu[i]->outcome.vmxon.kind != VMX_NOT_TRIED)
			return true;
	}
	return false;
}

void log_look(struct bytes text, struct bytes block, struct findings *findings)
{
	struct bytes rest = block, head, word;
	uint64_t version, stated;
	uint32_t lines, crc;

	lines_take(&rest, &head);
	bytes_skip(lines_trim(head), "REPORT ", &head);
	word = bytes_take_word(&head);
	if (!number_read(word, &version) || version != VERSION)
		fail(STATUS_USAGE, "%s: unsupported version of the REPORT block; expected %d",
		     findings->path, VERSION);
	bytes_skip(bytes_take_word(&head), "lines=", &word);
	stated = number_read(word, &stated) ? stated : 1;
	if (!read_lines(&rest, findings, &lines, &crc))
		text_print(&findings->odd.text,
		           "log: warning: truncated within the REPORT block\n");
	else if (lines != stated)
		text_print(&findings->odd.text,
		           "log: warning: the REPORT block has %u lines, but its head says %lu\n",
		           lines, stated);
	if (findings->sights == NULL && stated == 0 && lines == 0)
		findings_make_cpus(findings, 0); /* the kernel could not run on this machine */
	if (findings->sights == NULL)
		fail(STATUS_USAGE, "%s: the REPORT block has no valid \"machine\" line",
		     findings->path);
	findings->machine.observe = !has_entered(findings);
	read_result(rest, findings);
	text.size = (size_t)(block.at - text.at);
	log_look_at_people(text, findings);
}
