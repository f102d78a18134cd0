#include "kernel/console/transcript.h"

#include "kernel/console/banner.h"
#include "kernel/lib/count.h"

enum {
	GREY = 0x07,
	LIGHT_CYAN = 0x0B,
	LIGHT_RED = 0x0C,
	YELLOW = 0x0E,
};

void transcript_init(struct transcript *transcript, uint32_t columns, uint32_t rows)
{
	transcript->in_report = false;
	transcript->rows = 0;
	transcript->length = 0;
	cells_init(&transcript->cells, columns, rows);
}

/* Returns the text after "[seconds] scope: ", or nothing. */
static struct bytes sentence_of(struct bytes line)
{
	bool in_scope = false;

	for (size_t i = 0; i < line.size; i++) {
		if (line.at[i] == ']')
			in_scope = true;
		else if (in_scope && line.at[i] == ':')
			return bytes_from(line, i + 2);
	}
	return (struct bytes){0};
}

static uint8_t transcript_colors(struct bytes line)
{
	static const struct {
		const char *begin;
		uint8_t colors;
	} kinds[] = {{"error: ", LIGHT_RED}, {"warning: ", YELLOW}, {"hint: ", LIGHT_CYAN}};
	struct bytes sentence = sentence_of(line), rest;

	for (size_t i = 0; i < COUNT_OF(kinds); i++) {
		if (bytes_skip(sentence, kinds[i].begin, &rest))
			return kinds[i].colors;
	}
	return GREY;
}

static void transcript_show(struct transcript *transcript, struct bytes line)
{
	transcript->rows =
		cells_put_text(&transcript->cells, transcript->rows, line, transcript_colors(line));
}

/* A line with a time stamp ends the REPORT block, too: a panic may cut off the block. */
static void transcript_end_line(struct transcript *transcript)
{
	struct bytes line = {transcript->line, transcript->length}, rest;

	if (bytes_skip(line, "REPORT ", &rest))
		transcript->in_report = true;
	else if (bytes_skip(line, "[", &rest))
		transcript->in_report = false;
	if (bytes_skip(line, "RESULT: ", &rest))
		banner_add(&transcript->cells, line);
	else if (!transcript->in_report)
		transcript_show(transcript, line);
	if (bytes_skip(line, "END ", &rest))
		transcript->in_report = false;
	transcript->rows = 0;
	transcript->length = 0;
}

/* Handles backspace, because the monitor's echo of it is part of the log. */
void transcript_put(struct transcript *transcript, char character)
{
	if (character == '\n')
		transcript_end_line(transcript);
	else if (character == '\b' && transcript->length > 0)
		transcript->length--;
	else if (character >= ' ' && transcript->length < TRANSCRIPT_LINE_MAX)
		transcript->line[transcript->length++] = (uint8_t)character;
}

void transcript_show_unfinished(struct transcript *transcript)
{
	if (!transcript->in_report)
		transcript_show(transcript, (struct bytes){transcript->line, transcript->length});
}
