#include "tools/check/log_line.h"

#include "kernel/lib/number.h"
#include "tools/check/lines.h"

enum { FRACTION_DIGITS = 6 };

static const uint64_t second_us = 1000000;

static bool read_time(struct bytes text, uint64_t *time_us)
{
	uint64_t seconds, fraction;

	if (!number_take_decimal(&text, &seconds) || seconds > UINT64_MAX / second_us - 1 ||
	    !bytes_skip(text, ".", &text) || text.size != FRACTION_DIGITS ||
	    !number_take_decimal(&text, &fraction) || text.size != 0)
		return false;
	*time_us = seconds * second_us + fraction;
	return true;
}

/* Returns whether it has the form of "boot", "cpu 0" or "cpus 0-3,8". */
static bool is_scope(struct bytes scope)
{
	size_t word = 0;

	while (word < scope.size && scope.at[word] >= 'a' && scope.at[word] <= 'z')
		word++;
	if (word == 0 || word == scope.size)
		return word > 0;
	for (size_t i = word + 1; i < scope.size; i++) {
		if ((scope.at[i] < '0' || scope.at[i] > '9') && scope.at[i] != '-' &&
		    scope.at[i] != ',')
			return false;
	}
	return scope.at[word] == ' ' && word + 1 < scope.size;
}

bool log_line_split(struct bytes text, struct log_line *line)
{
	text = lines_trim(text);
	if (!bytes_skip(text, "[", &text) || !lines_take_until(&text, "] ", &line->time))
		return false;
	line->time = lines_trim(line->time);
	if (!read_time(line->time, &line->time_us) || !lines_take_until(&text, ": ", &line->scope))
		return false;
	line->sentence = text;
	return is_scope(line->scope);
}

bool log_line_is_stamped(struct bytes text)
{
	size_t i = 1, digits = 0;

	if (text.size < 2 || text.at[0] != '[')
		return false;
	while (i < text.size && text.at[i] == ' ')
		i++;
	while (i < text.size && text.at[i] >= '0' && text.at[i] <= '9')
		i++;
	if (i >= text.size || text.at[i] != '.')
		return false;
	for (i++; i < text.size && text.at[i] >= '0' && text.at[i] <= '9'; i++)
		digits++;
	return digits == 6 && i + 1 < text.size && text.at[i] == ']' && text.at[i + 1] == ' ';
}

bool log_line_is_first(const struct log_line *line)
{
	struct bytes rest;

	return bytes_equal(line->scope, "rootmode") &&
	       bytes_skip(line->sentence, "rootmode ", &rest) && lines_have(rest, "at 0x");
}

bool log_line_count(const struct log_line *line, uint64_t *in_vmx, uint64_t *of)
{
	struct bytes rest = line->sentence;

	return bytes_equal(line->scope, "vmx") && number_take_decimal(&rest, in_vmx) &&
	       bytes_skip(rest, " of ", &rest) && number_take_decimal(&rest, of) &&
	       bytes_equal(rest, " CPUs in VMX root operation");
}

bool log_line_cpus(const struct log_line *line, struct bytes *list)
{
	return bytes_skip(line->scope, "cpu ", list) || bytes_skip(line->scope, "cpus ", list);
}
