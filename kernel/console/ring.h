/*
 * The bytes of the log, kept in memory until every console has read them. A line may start with a
 * time stamp. It is kept as a number of the time-stamp counter and becomes text only when it is
 * read, because the clock's rate is not known before. One CPU writes at a time: the BSP, or the one
 * that panics. The ring does not know who reads: each reader has its own position.
 */
#ifndef KERNEL_RING_H
#define KERNEL_RING_H

#include <stdbool.h>
#include <stdint.h>

enum {
	RING_SIZE = 1 << 16, /* bytes; a power of two */
	RING_STAMP_SIZE = 11,
};

/*
 * The byte that each reader reads as the CRC-32, such as "0x1234abcd", of what it has read of the
 * lines that begin with "[": of their characters without spaces and carriage returns, and of their
 * ends. Readers may differ: one may have missed lines, or have got its times before the clock's
 * rate improved.
 */
#define RING_CRC "\x02"

/* A reader's place in the ring. Start with {0}: the oldest line. */
struct ring_reader {
	uint64_t position; /* bytes of the ring that this reader has read */
	uint64_t next;     /* the position once the pending text has been read */
	char pending[96];  /* text that the bytes from position to next became */
	unsigned pending_at;
	bool expanded;    /* the pending text counts */
	uint64_t last_us; /* the last time stamp: time does not go back when the rate improves */
	uint32_t crc;     /* see RING_CRC */
	bool in_line;
	bool in_crc; /* this line is one of those */
};

/* Appends a byte, or a time stamp of RING_STAMP_SIZE bytes, to the draft, which no reader sees. */
void ring_put(char byte);
void ring_put_stamp(uint64_t ticks);

/* Shows the draft to the readers. */
void ring_publish(void);

/* Drops the draft. Returns whether the published bytes end in the middle of a line. */
bool ring_drop_draft(void);

/*
 * Returns how many bytes can be written before they overwrite what a reader at position has not
 * read.
 */
uint64_t ring_room(uint64_t position);

/*
 * Reads the next character; returns false if the reader has read all. A reader that has missed
 * lines, because they were overwritten, gets a line that says how many bytes.
 */
bool ring_read(struct ring_reader *reader, char *character);

/* Returns whether the reader has read all. */
bool ring_read_all(const struct ring_reader *reader);

/* Returns the position after the last published byte. */
uint64_t ring_end(void);

/* Returns a reader of the last half of the ring, at the start of a line. */
struct ring_reader ring_last_half(void);

#endif
