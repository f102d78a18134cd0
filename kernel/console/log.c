#include "kernel/console/log.h"

#include "kernel/console/ring.h"
#include "kernel/machine/arch.h"

static struct {
	const struct log_readers *readers;
	uint64_t room; /* bytes for which there is room without asking the readers again */
	bool in_line;
	bool held;
	bool closed;
} state = {.room = RING_SIZE};

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

static void put_bare(struct text *to, char character)
{
	(void)to;
	if (state.closed)
		return;
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
		uint64_t ticks = arch_ticks();

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
	bool is_cut = ring_drop_draft();

	state.held = state.in_line = false;
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
