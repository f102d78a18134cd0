/*
 * kernel/tables/near_miss.h: a misspelt option is noticed.
 *
 * bound: every single edit of the option observe; any word of up to 5 bytes
 * cbmc: --unwind 11
 * sources: kernel/tables/near_miss.c kernel/lib/bytes.c kernel/lib/string.c
 */
#include "kernel/tables/near_miss.h"
#include "tests/proof/any_bytes.h"

enum { MOST = 5, SIZE = 7 };

static const char name[] = "observe";

/* One of its characters replaced, removed, or added before it. */
static struct bytes with_an_edit(uint8_t word[SIZE + 1])
{
	size_t at = nondet_size(), size = 0;
	uint8_t character = nondet_u8(), edit = nondet_u8();

	GIVEN(at < SIZE); /* where the edit is */
	GIVEN(character > ' ' && character < 0x7F && character != '-' && character != '=');
	for (size_t i = 0; i < SIZE; i++) {
		if (i == at && edit <= 1)
			word[size++] = character;
		if (i != at || edit == 0)
			word[size++] = (uint8_t)name[i];
	}
	return (struct bytes){word, size};
}

void one_edit_of_observe_is_a_near_miss(void)
{
	uint8_t word[SIZE + 1];
	struct bytes edited = with_an_edit(word);

	CLAIM(near_miss(edited, name) <= 1, "it is noticed");
	if (edited.size == SIZE + 1)
		REACHED("an added character");
	if (edited.size == SIZE - 1)
		REACHED("a removed one");
}

void any_word_has_a_distance_in_range(void)
{
	struct bytes word = any_bytes_up_to(MOST);
	unsigned edits = near_miss(word, name);

	CLAIM(edits <= NEAR_MISS_NONE, "it is in range");
	CLAIM(edits == NEAR_MISS_NONE || word.size >= 3, "a short word resembles nothing");
	if (edits == 1)
		REACHED("a near miss");
	if (edits == NEAR_MISS_NONE && word.size == MOST)
		REACHED("another word");
}
