#include "kernel/lib/ranges.h"

struct ranges ranges_begin(struct text *to)
{
	return (struct ranges){.to = to};
}

static void print(struct ranges *ranges)
{
	if (!ranges->any)
		return;
	text_print(ranges->to, ranges->printed ? ",%u" : "%u", ranges->first);
	if (ranges->last != ranges->first)
		text_print(ranges->to, "-%u", ranges->last);
	ranges->printed = true;
}

/* Prints a range only when the next number does not extend it: before, its end is not known. */
void ranges_add(struct ranges *ranges, uint32_t number)
{
	if (ranges->any && number != 0 && number - 1 == ranges->last) {
		ranges->last = number;
		return;
	}
	print(ranges);
	ranges->first = ranges->last = number;
	ranges->any = true;
}

void ranges_end(struct ranges *ranges)
{
	print(ranges);
}
