/*
 * kernel/tables/near_miss.h: the distance of a word from a name, by a second formulation: the
 * definition, as a recursion over the ends of both. Words of few letters have many ways to match.
 */
#include "kernel/tables/near_miss.h"
#include "tests/unit/unit.h"

enum { LONGEST = 8, FAR = 99 };

struct word {
	char at[LONGEST + 3];
	unsigned size;
};

static unsigned less(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

/* The distance between the first i letters of the one and the first j of the other. */
static unsigned distance(const struct word *from, unsigned i, const struct word *to, unsigned j)
{
	unsigned fewest = FAR;

	if (i == 0 || j == 0)
		return i + j;
	if (from->at[i - 1] == to->at[j - 1])
		return distance(from, i - 1, to, j - 1);
	fewest = less(fewest, 1 + distance(from, i - 1, to, j - 1));
	fewest = less(fewest, 1 + distance(from, i - 1, to, j));
	fewest = less(fewest, 1 + distance(from, i, to, j - 1));
	if (i > 1 && j > 1 && from->at[i - 1] == to->at[j - 2] && from->at[i - 2] == to->at[j - 1])
		fewest = less(fewest, 1 + distance(from, i - 2, to, j - 2));
	return fewest;
}

static unsigned expected(const struct word *word, const struct word *name)
{
	unsigned edits = distance(word, word->size, name, name->size);
	bool long_enough = word->size >= 5 && name->size >= 6 && word->at[0] == name->at[0];

	if (word->size < 3)
		return NEAR_MISS_NONE;
	if (edits > 1 && word->size <= name->size && memcmp(word->at, name->at, word->size) == 0)
		return 1;
	return edits < 2 || (edits == 2 && long_enough) ? edits : NEAR_MISS_NONE;
}

static void check(const struct word *word, const struct word *name)
{
	unsigned edits = near_miss(unit_bytes(word->at, word->size), name->at);

	if (edits != expected(word, name))
		fail_msg("%.*s, %s: %u", (int)word->size, word->at, name->at, edits);
}

/* Fills the word with letters from a on, as the digits of the number say. */
static struct word spell(unsigned number, unsigned size, unsigned letters)
{
	struct word word = {.size = size};

	for (unsigned i = 0; i < size; i++) {
		word.at[i] = (char)('a' + number % letters);
		number /= letters;
	}
	return word;
}

static void all_short_words_have_their_distance(void **state)
{
	for (unsigned name_size = 1; name_size <= 4; name_size++) {
		for (unsigned name = 0; name < 1u << (2 * name_size); name += 3) {
			struct word to = spell(name, name_size, 4);

			for (unsigned size = 0; size <= 5; size++) {
				for (unsigned n = 0; n < 1u << size; n++) {
					struct word from = spell(n, size, 2);

					check(&from, &to);
				}
			}
		}
	}
}

/* Changes a name in up to three places, in each of the four ways. */
static struct word misspell(struct word word, uint32_t *random)
{
	for (unsigned edits = unit_random(random) % 4; edits > 0; edits--) {
		unsigned at = unit_random(random) % (word.size + 1), way = unit_random(random) % 4;
		char letter = (char)('a' + unit_random(random) % 3);

		if (way == 0 && word.size < LONGEST + 2) {
			memmove(word.at + at + 1, word.at + at, word.size - at);
			word.at[at] = letter;
			word.size++;
		} else if (way == 1 && at < word.size) {
			memmove(word.at + at, word.at + at + 1, word.size - at - 1);
			word.size--;
		} else if (way == 2 && at < word.size) {
			word.at[at] = letter;
		} else if (way == 3 && at + 1 < word.size) {
			char swapped = word.at[at];

			word.at[at] = word.at[at + 1];
			word.at[at + 1] = swapped;
		}
	}
	return word;
}

static void misspelt_names_have_their_distance(void **state)
{
	uint32_t random = 1;

	for (unsigned round = 0; round < 2000; round++) {
		struct word name =
			spell(unit_random(&random), 4 + unit_random(&random) % 5, 2 + round % 3);
		struct word word = misspell(name, &random);

		name.at[name.size] = '\0';
		check(&word, &name);
	}
}

int main(void)
{
	static const struct CMUnitTest rules[] = {
		cmocka_unit_test(all_short_words_have_their_distance),
		cmocka_unit_test(misspelt_names_have_their_distance),
	};

	return unit_run(rules, COUNT_OF(rules));
}
