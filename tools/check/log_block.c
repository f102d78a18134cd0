#include "tools/check/log_block.h"

#include "kernel/lib/crc32.h"
#include "kernel/lib/number.h"
#include "tools/check/lines.h"
#include "tools/check/log_bench.h"
#include "tools/check/log_cpus.h"
#include "tools/check/text_crc.h"

enum { VERSION = 1, CPU_COUNT_MAX = 8192 };

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
		else if (is_number && bytes_equal(key, "entered"))
			findings->log.entered = number;
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
	if (right)
		return;
	findings->log.problems |= 1U << LOG_BAD_REPORT_LINE;
	text_print(&findings->odd.text, "log: warning: malformed line: %.*s\n",
	           (int)(line.size < 200 ? line.size : 200), (const char *)line.at);
}

/* What the lines of a block amount to. */
struct block_sum {
	uint32_t lines;
	uint32_t crc;
	uint64_t left;
};

static void check_end(struct bytes stated_crc, const struct block_sum *sum,
                      struct findings *findings)
{
	uint64_t stated;

	if (number_read(stated_crc, &stated) && stated == sum->crc)
		return;
	findings->log.problems |= 1U << LOG_BAD_CRC;
	text_print(&findings->odd.text,
	           "log: warning: the REPORT block is damaged: its CRC is %#010x, but END has "
	           "%.*s\n",
	           sum->crc, (int)(stated_crc.size < 20 ? stated_crc.size : 20),
	           (const char *)stated_crc.at);
}

/* Reads up to END. Returns false if that is missing. */
static bool read_lines(struct bytes *text, struct findings *findings, struct block_sum *sum)
{
	struct bytes line, rest;

	for (; lines_take(text, &line); sum->lines++) {
		if (bytes_skip(lines_trim(line), "END crc32=", &rest)) {
			check_end(rest, sum, findings);
			return true;
		}
		for (size_t i = 0; i < line.size; i++)
			sum->crc = crc32_add(sum->crc, line.at[i]);
		sum->crc = crc32_add(sum->crc, '\n');
		log_read_line(lines_trim(line), findings, &sum->left);
	}
	findings->log.problems |= 1U << LOG_NO_CRC;
	text_print(&findings->odd.text, "log: warning: truncated within the REPORT block\n");
	return false;
}

/* Compares what the machine line counts with what the other lines describe. */
static void check_cpus(struct findings *findings)
{
	const struct cpu_list *cpus = &findings->machine.cpus;
	uint64_t entered = 0;

	for (uint32_t i = 0; i < cpus->count; i++) {
		entered += cpus->cpu[i]->outcome.vmxon.kind == VMX_SUCCEEDED;
		if (!findings->sights[i].recorded)
			findings->log.problems |= 1U << LOG_CPUS_DIFFER;
	}
	if (entered != findings->log.entered)
		findings->log.problems |= 1U << LOG_CPUS_DIFFER;
}

static void check_lines(uint64_t stated, uint32_t lines, struct findings *findings)
{
	if (lines == stated)
		return;
	findings->log.problems |= 1U << LOG_REPORT_CUT;
	text_print(&findings->odd.text,
	           "log: warning: the REPORT block has %u lines, but its head says %lu\n", lines,
	           stated);
}

/*
 * Reads what follows "REPORT 1 lines=". Keys that it does not know make it doubtful, unlike those
 * of the lines below, which have a CRC: damage to text_crc must not look like an older kernel.
 */
static uint64_t read_head(struct bytes head, struct findings *findings)
{
	struct log_facts *log = &findings->log;
	struct bytes word, rest = head;
	uint64_t stated;

	bytes_skip(bytes_take_word(&rest), "lines=", &word);
	if (!number_read(word, &stated))
		stated = UINT64_MAX;
	if (text_crc_read(rest, &log->has_text_crc, &log->text_crc))
		return stated;
	log->problems |= 1U << LOG_BAD_REPORT_LINE;
	text_print(&findings->odd.text, "log: warning: malformed REPORT line: %.*s\n",
	           (int)(head.size < 200 ? head.size : 200), (const char *)head.at);
	return stated;
}

bool log_read_block(struct bytes block, struct findings *findings, struct refusal *refusal)
{
	struct block_sum sum = {0};
	struct bytes head, word, line;
	uint64_t version, stated;

	lines_take(&block, &head);
	bytes_skip(lines_trim(head), "REPORT ", &head);
	word = bytes_take_word(&head);
	if (!number_read(word, &version) || version != VERSION)
		return refuse(refusal, STATUS_USAGE,
		              "unsupported version of the REPORT block; expected %d", VERSION);
	stated = read_head(lines_trim(head), findings);
	if (read_lines(&block, findings, &sum))
		check_lines(stated, sum.lines, findings);
	if (findings->sights == NULL && stated == 0 && sum.lines == 0)
		findings_make_cpus(findings, 0); /* the kernel could not run on this machine */
	if (findings->sights == NULL)
		return refuse(refusal, STATUS_USAGE,
		              "the REPORT block has no valid \"machine\" line");
	set_left(findings, sum.left);
	check_cpus(findings);
	while (lines_take(&block, &line)) {
		if (lines_trim(line).size > 0)
			findings->log.problems |= 1U << LOG_STRAY_TEXT;
	}
	return true;
}
