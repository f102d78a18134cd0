#include "kernel/lib/text.h"

#include <stdbool.h>

struct conversion {
	bool prefix;
	bool zeros;
	unsigned width;
	int precision; /* -1: none */
	char size;     /* 'l' or 'z': 64 bits; 0: 32 */
	char type;
};

/* Command lines and firmware's strings are not trusted: a terminal obeys control characters. */
static void text_put_string(struct text *to, const char *string, int precision)
{
	for (int i = 0; precision < 0 ? string[i] != '\0' : i < precision; i++) {
		bool printable = string[i] >= ' ' && string[i] <= '~';

		to->put(to, printable ? string[i] : '?');
	}
}

static void put_number(struct text *to, uint64_t value, const struct conversion *conversion)
{
	char digits[20]; /* UINT64_MAX has 20 decimal digits */
	unsigned count = 0;
	unsigned base = conversion->type == 'x' ? 16 : 10;
	unsigned prefix = conversion->prefix ? 2 : 0;

	do {
		digits[count++] = "0123456789abcdef"[value % base];
		value /= base;
	} while (value != 0);
	for (unsigned i = count + prefix; !conversion->zeros && i < conversion->width; i++)
		to->put(to, ' ');
	if (conversion->prefix)
		text_put_string(to, "0x", -1);
	for (unsigned i = count + prefix; conversion->zeros && i < conversion->width; i++)
		to->put(to, '0');
	while (count > 0)
		to->put(to, digits[--count]);
}

/* Negates an unsigned number, because the negative of INT64_MIN is no int64_t. */
static void put_signed(struct text *to, int64_t value, const struct conversion *conversion)
{
	if (value < 0)
		to->put(to, '-');
	put_number(to, value < 0 ? -(uint64_t)value : (uint64_t)value, conversion);
}

/* Reads the conversion after a '%'. Returns what follows it, but never beyond the format's end. */
static const char *read_conversion(const char *format, struct conversion *conversion)
{
	*conversion = (struct conversion){.precision = -1};
	for (;; format++) {
		if (*format == '#')
			conversion->prefix = true;
		else if (*format == '0')
			conversion->zeros = true;
		else
			break;
	}
	while (*format >= '0' && *format <= '9')
		conversion->width = conversion->width * 10 + (unsigned)(*format++ - '0');
	if (format[0] == '.' && format[1] == '*') {
		conversion->precision = 0;
		format += 2;
	}
	while (*format == 'l' || *format == 'z')
		conversion->size = *format++;
	conversion->type = *format;
	return *format == '\0' ? format : format + 1;
}

void text_print_list(struct text *to, const char *format, va_list list)
{
	struct conversion conversion;

	while (*format != '\0') {
		if (*format != '%') {
			to->put(to, *format++);
			continue;
		}
		format = read_conversion(format + 1, &conversion);
		if (conversion.precision == 0)
			conversion.precision = va_arg(list, int);
		if (conversion.type == 's')
			text_put_string(to, va_arg(list, const char *), conversion.precision);
		else if (conversion.type == 'c')
			to->put(to, (char)va_arg(list, int));
		else if (conversion.type == 'd')
			put_signed(to, conversion.size ? va_arg(list, long) : va_arg(list, int),
			           &conversion);
		else if (conversion.type == 'u' || conversion.type == 'x')
			put_number(to,
			           conversion.size ? va_arg(list, unsigned long)
			                           : va_arg(list, unsigned),
			           &conversion);
		else if (conversion.type != '\0')
			to->put(to, conversion.type);
	}
}

void text_print(struct text *to, const char *format, ...)
{
	va_list list;

	va_start(list, format);
	text_print_list(to, format, list);
	va_end(list);
}

static void buffer_put(struct text *to, char character)
{
	struct text_buffer *buffer = (struct text_buffer *)to;

	if (buffer->used + 1 < buffer->size) {
		buffer->at[buffer->used++] = character;
		buffer->at[buffer->used] = '\0';
	}
}

struct text_buffer text_buffer(char *at, size_t size)
{
	at[0] = '\0';
	return (struct text_buffer){{buffer_put}, at, size, 0};
}
