#include "tools/check/clean.h"

#include "kernel/lib/bytes.h"
#include "kernel/lib/count.h"
#include "tools/check/lines.h"
#include "tools/check/log_line.h"

#include <stdbool.h>
#include <string.h>

enum { ESCAPE = 0x1B, BELL = 0x07 };

/* Keeps the low bytes of UTF-16 with a byte-order mark. What is no ASCII character becomes '?'. */
static size_t from_utf16(uint8_t *at, size_t size)
{
	bool little = size >= 2 && at[0] == 0xFF && at[1] == 0xFE;
	bool big = size >= 2 && at[0] == 0xFE && at[1] == 0xFF;
	size_t kept = 0;

	if (!little && !big)
		return size;
	for (size_t i = 2; i + 1 < size; i += 2) {
		uint8_t low = at[i + (little ? 0 : 1)], high = at[i + (little ? 1 : 0)];

		at[kept++] = high == 0 ? low : '?';
	}
	return kept;
}

/*
 * Returns the size of the escape sequence at the start of text: ESC [ ... letter, or ESC ] ... BEL,
 * or ESC and a character. One that was cut ends before the line does.
 */
static size_t escape_size(const uint8_t *at, size_t size)
{
	size_t i = 2;

	if (size < 2 || at[1] == '\n')
		return 1;
	if (at[1] != '[' && at[1] != ']')
		return 2;
	if (at[1] == ']') {
		while (i < size && at[i] != BELL && at[i] != ESCAPE && at[i] != '\n')
			i++;
	} else {
		while (i < size && at[i] >= 0x20 && at[i] < 0x40)
			i++;
	}
	return i < size && at[i] != '\n' && at[i] != ESCAPE ? i + 1 : i;
}

/* Carriage returns before a line feed belong to it: serial-over-LAN doubles them. */
static size_t carriage_returns(const uint8_t *at, size_t size)
{
	size_t count = 0;

	while (count < size && at[count] == '\r')
		count++;
	return count;
}

size_t clean_text(uint8_t *at, size_t size)
{
	size_t kept = 0, skipped;

	size = from_utf16(at, size);
	for (size_t i = 0; i < size; i += skipped) {
		skipped = 1;
		if (at[i] == ESCAPE) {
			skipped = escape_size(at + i, size - i);
		} else if (at[i] == '\r') {
			skipped = carriage_returns(at + i, size - i);
			if (i + skipped < size && at[i + skipped] != '\n')
				at[kept++] = '\n'; /* alone, they end a line */
		} else if (at[i] != '\0') {
			at[kept++] = at[i] == '\t' ? ' ' : at[i];
		}
	}
	return kept;
}

/* Returns whether text begins as a line of the kernel does. */
static bool begins_as_kernel(struct bytes text)
{
	static const char *const words[] = {
		"REPORT 1 lines=", "machine cpus=", "cpus=",        "msr=0x",
		"bench cpus=",     "found cpus=",   "END crc32=0x", "RESULT: "};
	struct bytes rest;

	if (log_line_is_stamped(text))
		return true;
	for (size_t i = 0; i < COUNT_OF(words); i++) {
		if (bytes_skip(text, words[i], &rest))
			return true;
	}
	return false;
}

/* The monitor quotes the log with "| " in front: such a line is none of the log's own. */
static size_t quote_size(struct bytes line, size_t at)
{
	struct bytes rest;

	return at >= 2 && bytes_skip(bytes_from(line, at - 2), "| ", &rest) ? 2 : 0;
}

/* Returns the line without what is before the kernel's words, if it has such words. */
static struct bytes unprefixed(struct bytes line)
{
	for (size_t i = 0; i < line.size; i++) {
		if (begins_as_kernel(bytes_from(line, i)))
			return bytes_from(line, i - quote_size(line, i));
	}
	return line;
}

static size_t widest(struct bytes text)
{
	struct bytes line;
	size_t width = 0;

	while (lines_take(&text, &line)) {
		if (line.size > width)
			width = line.size;
	}
	return width;
}

static bool is_kernels(struct bytes text)
{
	struct bytes line;

	while (lines_take(&text, &line)) {
		if (log_line_is_stamped(unprefixed(line)))
			return true;
	}
	return false;
}

/* The firmware's and GRUB's text may be in front of the first line of a boot. */
static bool is_first(struct bytes line)
{
	struct bytes time;

	return lines_take_until(&line, "] ", &time) &&
	       bytes_skip(line, "rootmode: rootmode ", &line);
}

/*
 * A terminal of 80 columns folds longer lines: then no line is wider, and one that is as wide goes
 * on in the next, unless that begins as a line of the kernel does.
 */
size_t clean_log(uint8_t *at, size_t size, bool *prefixed)
{
	enum { TERMINAL_WIDTH = 80 };
	struct bytes text = {at, size}, line;
	bool folded, goes_on = false, begun = false;
	size_t kept = 0, before;

	*prefixed = false;
	if (!is_kernels(text))
		return size;
	folded = widest(text) == TERMINAL_WIDTH;
	while (lines_take(&text, &line)) {
		bool full = folded && line.size == TERMINAL_WIDTH;

		before = lines_trim(line).size;
		line = unprefixed(line);
		*prefixed |= begun && lines_trim(line).size < before && !is_first(line);
		begun |= log_line_is_stamped(line);
		if (goes_on && !begins_as_kernel(line))
			kept--;
		memmove(at + kept, line.at, line.size);
		kept += line.size;
		if (kept < size) /* the last line may have no end */
			at[kept++] = '\n';
		goes_on = full;
	}
	return kept;
}
