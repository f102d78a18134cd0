#include "kernel/lib/number.h"

enum { NO_DIGIT = 99 };

/* Setting bit 5 turns a capital into a small letter. It turns no other character into a letter. */
static unsigned digit_of(uint8_t character)
{
	unsigned lower_case = character | 0x20;

	if (character >= '0' && character <= '9')
		return character - (unsigned)'0';
	if (lower_case >= 'a') /* beyond 'f' it is a digit of no base that is read here */
		return lower_case - 'a' + 10;
	return NO_DIGIT;
}

/* Refuses a number that does not fit: truncated, it could be a valid number of something else. */
static bool take_digits(struct bytes *text, unsigned base, uint64_t *value)
{
	size_t count = 0;

	for (*value = 0; count < text->size; count++) {
		unsigned digit = digit_of(text->at[count]);

		if (digit >= base)
			break;
		if (*value > (UINT64_MAX - digit) / base)
			return false;
		*value = *value * base + digit;
	}
	*text = bytes_from(*text, count);
	return count > 0;
}

bool number_take_decimal(struct bytes *text, uint64_t *value)
{
	return take_digits(text, 10, value);
}

bool number_take_hexadecimal(struct bytes *text, uint64_t *value)
{
	return take_digits(text, 16, value);
}

bool number_take(struct bytes *text, uint64_t *value)
{
	struct bytes digits;

	if (!bytes_skip(*text, "0x", &digits))
		return take_digits(text, 10, value);
	*text = digits;
	return take_digits(text, 16, value);
}

bool number_read(struct bytes text, uint64_t *value)
{
	return number_take(&text, value) && text.size == 0;
}

/* A comma must be followed by another part: "0," is more likely a mistake than a list. */
bool number_take_range(struct bytes *text, uint32_t *first, uint32_t *last)
{
	uint64_t low, high;

	if (!number_take_decimal(text, &low))
		return false;
	high = low;
	if (bytes_skip(*text, "-", text) && !number_take_decimal(text, &high))
		return false;
	*first = (uint32_t)low;
	*last = (uint32_t)high;
	if (low > high || high > UINT32_MAX)
		return false;
	return text->size == 0 || (bytes_skip(*text, ",", text) && text->size > 0);
}
