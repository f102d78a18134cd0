#include "kernel/tables/near_miss.h"

#include "kernel/lib/string.h"

/*
 * The limits keep other kernels' options apart from ours. With two edits and no limits, "init"
 * would resemble "exit", "proxy" "prove", and "reserve" "observe".
 */
enum {
	EDITS_MAX = 2,
	WORD_MIN = 3,     /* a shorter word resembles too many names */
	WORD_MIN_TWO = 5, /* two edits: only in a word at least this long, */
	NAME_MIN_TWO = 6, /* for a name at least this long, with the same first letter */
	NAME_MAX = 16,
};

static uint8_t lower(uint8_t c)
{
	return c >= 'A' && c <= 'Z' ? (uint8_t)(c - 'A' + 'a') : c;
}

static bool is_name_character(uint8_t c)
{
	c = lower(c);
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.';
}

static uint8_t least(unsigned a, unsigned b)
{
	return (uint8_t)(a < b ? a : b);
}

static bool is_prefix(struct bytes word, const char *name, size_t size)
{
	size_t same = 0;

	while (same < word.size && same < size && lower(word.at[same]) == (uint8_t)name[same])
		same++;
	return same == word.size;
}

/* Fills row i of the table of distances. row[j] is the distance to the name's first j letters. */
static void fill_row(struct bytes word, size_t i, const char *name, size_t size, uint8_t *row,
                     const uint8_t *above, const uint8_t *above_that)
{
	uint8_t c = lower(word.at[i]);

	row[0] = (uint8_t)(i + 1);
	for (size_t j = 0; j < size; j++) {
		row[j + 1] = least(above[j] + (c != (uint8_t)name[j] ? 1u : 0u),
		                   least(above[j + 1], row[j]) + 1u);
		if (i > 0 && j > 0 && c == (uint8_t)name[j - 1] &&
		    lower(word.at[i - 1]) == (uint8_t)name[j])
			row[j + 1] = least(row[j + 1], above_that[j - 1] + 1u);
	}
}

/*
 * Returns the Damerau-Levenshtein distance: the number of insertions, deletions, substitutions and
 * transpositions of neighbours that turn the word into the name. This is the variant that edits no
 * character twice, for which three rows of the table are enough.
 */
static unsigned near_miss_distance(struct bytes word, const char *name, size_t size)
{
	uint8_t rows[3][NAME_MAX + 1];

	if (size > NAME_MAX || word.size > size + EDITS_MAX || size > word.size + EDITS_MAX)
		return NEAR_MISS_NONE;
	for (size_t j = 0; j <= size; j++)
		rows[2][j] = (uint8_t)j;
	for (size_t i = 0; i < word.size; i++)
		fill_row(word, i, name, size, rows[i % 3], rows[(i + 2) % 3], rows[(i + 1) % 3]);
	return rows[(word.size + 2) % 3][size];
}

static unsigned edits_of(struct bytes word, const char *name)
{
	size_t size = strlen(name);
	unsigned edits;

	if (word.size < WORD_MIN)
		return NEAR_MISS_NONE;
	edits = near_miss_distance(word, name, size);
	if (edits > 1 && is_prefix(word, name, size))
		return 1;
	if (edits == 2 && (word.size < WORD_MIN_TWO || size < NAME_MIN_TWO ||
	                   lower(word.at[0]) != (uint8_t)name[0]))
		return NEAR_MISS_NONE;
	return least(edits, NEAR_MISS_NONE);
}

/*
 * Compares the whole word and its first part. "prov,e" resembles an option as a whole. Of
 * "observe,verbose" only the part before the comma does.
 */
unsigned near_miss(struct bytes word, const char *name)
{
	struct bytes whole, first;

	while (word.size > 0 && word.at[0] == '-')
		word = bytes_from(word, 1);
	whole = first = (struct bytes){word.at, 0};
	while (whole.size < word.size && word.at[whole.size] != '=')
		whole.size++;
	while (first.size < word.size && is_name_character(word.at[first.size]))
		first.size++;
	return least(edits_of(whole, name), edits_of(first, name));
}
