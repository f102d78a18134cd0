#include "kernel/lib/string.h"

#include <stdint.h>

/*
 * memcpy() copies from the lowest address upwards (memcpy.asm). So it may be used for areas that
 * overlap, if to is below from.
 */
void *memmove(void *to, const void *from, size_t size)
{
	uint8_t *t = to;
	const uint8_t *f = from;

	if (t <= f)
		return memcpy(to, from, size);
	for (size_t i = size; i > 0; i--)
		t[i - 1] = f[i - 1];
	return to;
}

int memcmp(const void *a, const void *b, size_t size)
{
	const uint8_t *x = a;
	const uint8_t *y = b;

	for (size_t i = 0; i < size; i++) {
		if (x[i] != y[i])
			return x[i] < y[i] ? -1 : 1;
	}
	return 0;
}

size_t strlen(const char *string)
{
	size_t size = 0;

	while (string[size] != '\0')
		size++;
	return size;
}

int strcmp(const char *a, const char *b)
{
	while (*a != '\0' && *a == *b) {
		a++;
		b++;
	}
	return (unsigned char)*a - (unsigned char)*b;
}
