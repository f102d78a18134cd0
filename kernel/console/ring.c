#include "kernel/console/ring.h"

#include "kernel/lib/string.h"
#include "kernel/lib/text.h"
#include "kernel/machine/arch.h"

#include <stdatomic.h>

/*
 * A time stamp is the byte STAMP and the counter, 7 bits a byte. Each of these bytes has STAMP_BIT
 * set, so that none looks like the end of a line.
 */
enum {
	STAMP = 1,
	STAMP_BIT = 0x80,
};

static struct {
	char bytes[RING_SIZE];
	uint64_t end;   /* bytes ever published */
	uint64_t draft; /* the same, with what is not published yet */
} ring;

void ring_put(char byte)
{
	ring.bytes[ring.draft % RING_SIZE] = byte;
	ring.draft++;
}

void ring_put_stamp(uint64_t ticks)
{
	ring_put(STAMP);
	for (unsigned i = 0; i < RING_STAMP_SIZE - 1; i++)
		ring_put((char)(STAMP_BIT | ticks >> (7 * i)));
}

/*
 * Publishes only after the bytes are stored. The fence matters because a panic on another CPU can
 * stop this one at any point, and then reads the ring as it is.
 */
void ring_publish(void)
{
	atomic_signal_fence(memory_order_seq_cst);
	ring.end = ring.draft;
}

bool ring_drop_draft(void)
{
	ring.draft = ring.end;
	return ring.end > 0 && ring.bytes[(ring.end - 1) % RING_SIZE] != '\n';
}

uint64_t ring_room(uint64_t position)
{
	uint64_t unread = ring.draft - position;

	return unread < RING_SIZE ? RING_SIZE - unread : 0;
}

uint64_t ring_end(void)
{
	return ring.end;
}

/* Turns the time stamp at the reader's position into text. */
static void read_stamp(struct ring_reader *reader)
{
	struct text_buffer text = text_buffer(reader->pending, sizeof(reader->pending));
	uint64_t ticks = 0;

	for (unsigned i = 0; i < RING_STAMP_SIZE - 1; i++) {
		uint8_t part = (uint8_t)ring.bytes[reader->position++ % RING_SIZE];

		ticks |= (uint64_t)(part & ~STAMP_BIT) << (7 * i);
	}
	uint64_t us = arch_ticks_to_us(ticks - arch_entry_ticks());

	if (us < reader->last_us)
		us = reader->last_us;
	reader->last_us = us;
	text_print(&text.text, "[%5lu.%06lu] ", us / 1000000, us % 1000000);
}

/* Returns where the next line starts. */
static uint64_t next_line(uint64_t position)
{
	for (; position < ring.end; position++) {
		if (ring.bytes[position % RING_SIZE] == '\n')
			return position + 1;
	}
	return position;
}

/* If the next bytes were overwritten, continues with the oldest whole line and reports the gap. */
static void skip_lost(struct ring_reader *reader)
{
	struct text_buffer text;
	uint64_t from = reader->position;

	if (ring.draft - from <= RING_SIZE)
		return;
	reader->position = next_line(ring.draft - RING_SIZE);
	reader->pending_at = 0;
	text = text_buffer(reader->pending, sizeof(reader->pending));
	text_print(&text.text,
	           "\r\n[%5lu.%06lu] boot: warning: %lu bytes of the log are missing here\r\n",
	           reader->last_us / 1000000, reader->last_us % 1000000, reader->position - from);
}

static bool has_pending(const struct ring_reader *reader)
{
	return reader->pending[reader->pending_at] != '\0';
}

bool ring_read(struct ring_reader *reader, char *character)
{
	if (!has_pending(reader))
		skip_lost(reader);
	if (!has_pending(reader)) {
		if (reader->position == ring.end)
			return false;
		char byte = ring.bytes[reader->position++ % RING_SIZE];

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

bool ring_read_all(const struct ring_reader *reader)
{
	return reader->position == ring.end && !has_pending(reader);
}

struct ring_reader ring_last_half(void)
{
	bool is_long = ring.end > RING_SIZE / 2;

	return (struct ring_reader){.position =
	                                    is_long ? next_line(ring.end - RING_SIZE / 2 - 1) : 0};
}
