#include "tools/check/text_crc.h"

#include "kernel/lib/crc32.h"
#include "kernel/lib/number.h"
#include "tools/check/lines.h"
#include "tools/check/log_line.h"

bool text_crc_read(struct bytes words, bool *stated, uint32_t *crc)
{
	struct bytes word = bytes_take_word(&words);
	uint64_t number;

	*stated = false;
	if (word.size == 0)
		return true;
	if (!bytes_skip(word, "text_crc=0x", &word) || word.size != 8 ||
	    !number_take_hexadecimal(&word, &number) || word.size != 0)
		return false;
	*stated = true;
	*crc = (uint32_t)number;
	return bytes_take_word(&words).size == 0;
}

/*
 * Computes what the kernel does, see RING_CRC in kernel/console/ring.h. Consoles add and drop
 * spaces at the end of a line and where they fold it, so spaces do not count.
 */
static uint32_t crc_of(struct bytes people)
{
	struct bytes line;
	uint32_t crc = 0;

	while (lines_take(&people, &line)) {
		if (!log_line_is_stamped(lines_trim(line)))
			continue;
		for (size_t i = 0; i < line.size; i++)
			crc = line.at[i] > ' ' ? crc32_add(crc, line.at[i]) : crc;
		crc = crc32_add(crc, '\n');
	}
	return crc;
}

/* Returns whether any line is, or is what damage leaves of, the first line of a boot. */
static bool has_traces_of_first(struct bytes people)
{
	return lines_have(people, "rootmode: rootmode") || lines_have(people, " loaded by ") ||
	       lines_have(people, "command line \"");
}

log_problem_set text_crc_check(const struct boot *boot, uint32_t stated)
{
	if (crc_of(boot->people) == stated)
		return 0;
	if (has_traces_of_first(boot->before) || has_traces_of_first(boot->people))
		return 1U << LOG_TEXT_DIFFERS;
	if (lines_trim(boot->people).size == 0)
		return 0; /* somebody kept only the block */
	/* Whoever attached to the port after the first line cannot have the whole text. */
	return 1U << LOG_TEXT_CUT;
}
