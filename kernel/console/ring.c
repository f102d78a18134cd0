#include "kernel/console/ring.h"

#include "kernel/lib/crc32.h"
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

static uint64_t clamp_us(struct ring_reader *reader, uint64_t us)
{
	if (us > reader->last_us)
		reader->last_us = us;
	return reader->last_us;
}

/* Turns the time stamp after the byte STAMP, which is at the reader's position, into text. */
static void expand_stamp(struct ring_reader *reader, struct text *to)
{
	uint64_t ticks = 0, us;

	for (unsigned i = 0; i < RING_STAMP_SIZE - 1; i++) {
		uint8_t part = (uint8_t)ring.bytes[(reader->position + 1 + i) % RING_SIZE];

		ticks |= (uint64_t)(part & ~STAMP_BIT) << (7 * i);
	}
	us = clamp_us(reader, arch_ticks_to_us(ticks - arch_entry_ticks()));
	text_print(to, "[%5lu.%06lu] ", us / 1000000, us % 1000000);
	reader->next = reader->position + RING_STAMP_SIZE;
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

/* The next bytes were overwritten: continues with the oldest whole line, and reports the gap. */
static void expand_gap(struct ring_reader *reader, struct text *to)
{
	reader->next = next_line(ring.draft - RING_SIZE);
	text_print(to, "\r\n[%5lu.%06lu] boot: warning: %lu bytes of the log are missing here\r\n",
	           reader->last_us / 1000000, reader->last_us % 1000000,
	           reader->next - reader->position);
}

static void expand_crc(struct ring_reader *reader, struct text *to)
{
	text_print(to, "%#010x", reader->crc);
	reader->next = reader->position + 1;
}

static void expand_byte(struct ring_reader *reader, struct text *to)
{
	char byte = ring.bytes[reader->position % RING_SIZE];

	reader->next = reader->position + 1;
	if (byte == '\n')
		to->put(to, '\r');
	to->put(to, byte);
}

/*
 * Turns what is at the reader's position into pending text. A panic on another CPU may stop this
 * one at any point and then reads on with the same reader, so nothing counts before expanded is
 * set, and the position moves only when the text has been read: whatever was interrupted is done
 * again.
 */
static bool expand(struct ring_reader *reader)
{
	struct text_buffer text = text_buffer(reader->pending, sizeof(reader->pending));

	if (ring.draft - reader->position > RING_SIZE)
		expand_gap(reader, &text.text);
	else if (reader->position == ring.end)
		return false;
	else if (ring.bytes[reader->position % RING_SIZE] == STAMP)
		expand_stamp(reader, &text.text);
	else if (ring.bytes[reader->position % RING_SIZE] == RING_CRC[0])
		expand_crc(reader, &text.text);
	else
		expand_byte(reader, &text.text);
	reader->pending_at = 0;
	atomic_signal_fence(memory_order_seq_cst);
	reader->expanded = true;
	return true;
}

static void finish(struct ring_reader *reader)
{
	reader->position = reader->next;
	atomic_signal_fence(memory_order_seq_cst);
	reader->expanded = false;
}

/* Adds a character that was read to the CRC. A panic may do so twice; an ERROR needs no CRC. */
static void add_to_crc(struct ring_reader *reader, char character)
{
	if (!reader->in_line)
		reader->in_crc = character == '[';
	reader->in_line = character != '\n';
	if (reader->in_crc && (character > ' ' || character == '\n'))
		reader->crc = crc32_add(reader->crc, (uint8_t)character);
}

static bool is_finished(const struct ring_reader *reader)
{
	return reader->pending[reader->pending_at] == '\0';
}

bool ring_read(struct ring_reader *reader, char *character)
{
	if (reader->expanded && is_finished(reader))
		finish(reader);
	if (!reader->expanded && !expand(reader))
		return false;
	*character = reader->pending[reader->pending_at++];
	add_to_crc(reader, *character);
	if (is_finished(reader))
		finish(reader);
	return true;
}

bool ring_read_all(const struct ring_reader *reader)
{
	return reader->position == ring.end && !reader->expanded;
}

struct ring_reader ring_last_half(void)
{
	bool is_long = ring.end > RING_SIZE / 2;

	return (struct ring_reader){.position =
	                                    is_long ? next_line(ring.end - RING_SIZE / 2 - 1) : 0};
}
