#include "kernel/console/log.h"

#include "kernel/machine/arch.h"
#include "kernel/console/console.h"
#include "kernel/lib/string.h"

#include <stdatomic.h>

enum {
	SIZE = 1 << 16, /* bytes kept; a power of two */
	STAMP = 1, /* in the bytes kept: a time stamp follows, 7 of the counter's bits a byte */
	STAMP_SIZE = 10,
	STAMP_BIT = 0x80, /* set in each of these bytes, so that none looks like a line's end */
};

static struct {
	char bytes[SIZE];
	uint64_t end;   /* how many bytes were ever written, for who reads */
	uint64_t draft; /* the same, with a line with a time stamp that is not whole yet */
	uint64_t taken; /* what the consoles had taken when that was last looked at */
	bool in_line;
	bool held;
	bool closed;
} kept;

/* Behind what is kept; a fence, for a panic elsewhere stops this CPU anywhere, and finds the log
 * so. */
static void show(void)
{
	atomic_signal_fence(memory_order_seq_cst);
	kept.end = kept.draft;
}

static void publish(void)
{
	if (!kept.held)
		show();
}

/* Waits until count bytes fit, which, if they are a time stamp, nobody may read half of. */
static void make_room(unsigned count)
{
	if (kept.draft - kept.taken <= SIZE - count)
		return;
	kept.taken = console_position();
	if (kept.draft - kept.taken <= SIZE - count)
		return;
	show();
	console_make_room();
	kept.taken = console_position();
}

static void keep(char byte)
{
	kept.bytes[kept.draft % SIZE] = byte;
	kept.draft++;
}

static void put_bare(struct text *to, char character)
{
	(void)to;
	if (kept.closed)
		return;
	make_room(1);
	keep(character);
	kept.in_line = character != '\n';
	publish();
	if (!kept.in_line)
		console_poll();
}

/* Such lines are read as a whole, or, if a panic cuts one short, not at all. */
static void put_stamped(struct text *to, char character)
{
	(void)to;
	if (kept.closed)
		return;
	if (!kept.in_line) {
		uint64_t ticks = arch_ticks();

		make_room(1 + STAMP_SIZE);
		keep(STAMP);
		for (unsigned i = 0; i < STAMP_SIZE; i++)
			keep((char)(STAMP_BIT | ticks >> (7 * i)));
	}
	make_room(1);
	keep(character);
	kept.in_line = character != '\n';
	if (kept.in_line)
		return;
	publish();
	console_poll();
}

struct text log_stamped = {put_stamped};
struct text log_bare = {put_bare};

void log_line(const char *scope, const char *format, ...)
{
	va_list list;

	va_start(list, format);
	text_print(&log_stamped, "%s: ", scope);
	text_print_list(&log_stamped, format, list);
	text_print(&log_stamped, "\n");
	va_end(list);
}

void log_finish_line(void)
{
	bool is_cut = kept.end > 0 && kept.bytes[(kept.end - 1) % SIZE] != '\n';

	kept.draft = kept.end;
	kept.held = kept.in_line = false;
	if (is_cut)
		put_bare(&log_bare, '\n');
}

void log_hold(void)
{
	kept.held = true;
}

void log_close(void)
{
	show();
	kept.closed = true;
}

/* Turns the time stamp at the reader's position into text. */
static void read_stamp(struct log_reader *reader)
{
	struct text_buffer text = text_buffer(reader->pending, sizeof(reader->pending));
	uint64_t ticks = 0;

	for (unsigned i = 0; i < STAMP_SIZE; i++) {
		uint8_t part = (uint8_t)kept.bytes[reader->position++ % SIZE];

		ticks |= (uint64_t)(part & ~STAMP_BIT) << (7 * i);
	}
	uint64_t us = arch_ticks_to_us(ticks - arch_entry_ticks());

	if (us < reader->last_us)
		us = reader->last_us;
	reader->last_us = us;
	text_print(&text.text, "[%5lu.%06lu] ", us / 1000000, us % 1000000);
}

/* Where the next line begins. */
static uint64_t behind_line(uint64_t position)
{
	for (; position < kept.end; position++)
		if (kept.bytes[position % SIZE] == '\n')
			return position + 1;
	return position;
}

/* If what comes next has been overwritten, goes on with the oldest whole line, and says so. */
static void skip_lost(struct log_reader *reader)
{
	struct text_buffer text;
	uint64_t from = reader->position;

	if (kept.draft - from <= SIZE)
		return;
	reader->position = behind_line(kept.draft - SIZE);
	reader->pending_at = 0;
	text = text_buffer(reader->pending, sizeof(reader->pending));
	text_print(&text.text,
	           "\r\n[%5lu.%06lu] boot: warning: %lu bytes of the log are missing here\r\n",
	           reader->last_us / 1000000, reader->last_us % 1000000, reader->position - from);
}

bool log_read(struct log_reader *reader, char *character)
{
	if (reader->pending[reader->pending_at] == '\0')
		skip_lost(reader);
	if (reader->pending[reader->pending_at] == '\0') {
		if (reader->position == kept.end)
			return false;
		char byte = kept.bytes[reader->position++ % SIZE];

		reader->pending_at = 0;
		if (byte == STAMP)
			read_stamp(reader);
		else if (byte == '\n')
			memcpy(reader->pending, "\r\n", 3);
		else
			memcpy(reader->pending, (char[]){byte, '\0'}, 2);
	}
	*character = reader->pending[reader->pending_at++];
	return true;
}

void log_repeat(struct text *to)
{
	uint64_t end = kept.end;
	struct log_reader reader = {.position =
	                                    end > SIZE / 2 ? behind_line(end - SIZE / 2 - 1) : 0};
	char character = '\n';

	while (reader.position < end || reader.pending[reader.pending_at] != '\0') {
		log_read(&reader, &character);
		if (character != '\r')
			to->put(to, character);
	}
}

bool log_read_all(const struct log_reader *reader)
{
	return reader->position == kept.end && reader->pending[reader->pending_at] == '\0';
}
