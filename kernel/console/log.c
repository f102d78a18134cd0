#include "kernel/console/log.h"

#include "kernel/console/ring.h"
#include "kernel/lib/string.h"
#include "kernel/machine/arch.h"

#include <stdatomic.h>

enum { EVENTS = 8, FACTS_SIZE = 64 };

static struct {
	const struct log_readers *readers;
	uint64_t room; /* bytes for which there is room without asking the readers again */
	bool in_line;
	bool held;
	bool closed;
} state = {.room = RING_SIZE};

/* What log_later() keeps. */
static struct {
	struct {
		void (*print)(const void *facts);
		uint64_t ticks;
		uint8_t facts[FACTS_SIZE] __attribute__((aligned(8)));
	} event[EVENTS];
	unsigned count;
	unsigned printed;
	bool printing; /* the last of those that count as printed */
} later;

void log_read_by(const struct log_readers *readers)
{
	state.readers = readers;
}

static void publish(void)
{
	if (!state.held)
		ring_publish();
}

static void poll(void)
{
	if (state.readers != NULL)
		state.readers->poll();
}

/*
 * Asks the readers for at least count bytes of room, and waits if necessary. Not inlined: it runs
 * rarely, and make_room() runs for each byte.
 */
static __attribute__((noinline)) void find_room(unsigned count)
{
	state.room = RING_SIZE;
	if (state.readers == NULL)
		return;
	state.room = ring_room(state.readers->position());
	if (state.room >= count)
		return;
	ring_publish();
	state.readers->make_room();
	state.room = ring_room(state.readers->position());
}

/*
 * Waits until there is room for count bytes, so that no reader sees half a time stamp. A reader
 * that is given up misses what is overwritten.
 */
static void make_room(unsigned count)
{
	if (state.room < count)
		find_room(count);
	state.room -= state.room < count ? state.room : count;
}

static uint64_t line_ticks(void)
{
	return later.printing ? later.event[later.printed - 1].ticks : arch_ticks();
}

/*
 * print() writes to the log, so this function is called again meanwhile. An event counts as printed
 * before it is, so that a panic in the middle of it goes on with the next one.
 */
static void print_events(void)
{
	if (later.printing)
		return;
	while (later.printed < later.count) {
		unsigned next = later.printed;

		later.printing = true;
		later.printed++;
		later.event[next].print(later.event[next].facts);
		later.printing = false;
	}
}

static void put_bare(struct text *to, char character)
{
	(void)to;
	if (state.closed)
		return;
	if (!state.in_line)
		print_events();
	make_room(1);
	ring_put(character);
	state.in_line = character != '\n';
	publish();
	if (!state.in_line)
		poll();
}

/*
 * Publishes only whole lines: nobody reads a line that a panic cut short. The time is read before
 * make_room(), which can wait.
 */
static __attribute__((noinline)) void put_stamped_any(char character)
{
	if (state.closed)
		return;
	if (!state.in_line) {
		uint64_t ticks = line_ticks();

		print_events();
		make_room(RING_STAMP_SIZE);
		ring_put_stamp(ticks);
	}
	make_room(1);
	ring_put(character);
	state.in_line = character != '\n';
	if (state.in_line)
		return;
	publish();
	poll();
}

/* Most characters are inside a line and have room: this runs for each character before VMXON. */
static void put_stamped(struct text *to, char character)
{
	(void)to;
	if (state.in_line && state.room > 0 && character != '\n') {
		state.room--;
		ring_put(character);
	} else {
		put_stamped_any(character);
	}
}

static void put_dropped(struct text *to, char character)
{
	(void)to;
	if (character == '\n')
		poll();
}

struct text log_stamped = {put_stamped};
struct text log_bare = {put_bare};
struct text log_dropped = {put_dropped};

void log_line(const char *scope, const char *format, ...)
{
	va_list list;

	va_start(list, format);
	text_print(&log_stamped, "%s: ", scope);
	text_print_list(&log_stamped, format, list);
	text_print(&log_stamped, "\n");
	va_end(list);
}

/*
 * Counts the event only after it is stored: a panic on another CPU can stop this one anywhere. What
 * is printed at once begins a line, and so prints the events before it.
 */
void log_later(void (*print)(const void *facts), const void *facts, size_t size)
{
	if (later.count == EVENTS || size > FACTS_SIZE) {
		print(facts);
		return;
	}
	later.event[later.count].print = print;
	later.event[later.count].ticks = arch_ticks();
	memcpy(later.event[later.count].facts, facts, size);
	atomic_signal_fence(memory_order_seq_cst);
	later.count++;
}

void log_finish_line(void)
{
	bool is_cut = ring_drop_draft();

	state.held = state.in_line = later.printing = false;
	if (is_cut)
		put_bare(&log_bare, '\n');
}

void log_hold(void)
{
	state.held = true;
}

void log_close(void)
{
	ring_publish();
	state.in_line = false;
	state.closed = true;
}

/* Stops at the present end of the log: to may be the log itself, which grows meanwhile. */
void log_repeat(struct text *to)
{
	uint64_t end = ring_end();
	struct ring_reader reader = ring_last_half();
	char character;

	while (reader.position < end && ring_read(&reader, &character)) {
		if (character != '\r')
			to->put(to, character);
	}
}
