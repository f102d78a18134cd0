#include "tools/check/json.h"

#include <inttypes.h>
#include <string.h>

/* RFC 8259, 7 "Strings". A byte above 7EH is damage or comes from CPUID; it is not UTF-8. */
static void json_put_string(FILE *to, const char *value, size_t size)
{
	fputc('"', to);
	for (size_t i = 0; i < size; i++) {
		unsigned char c = (unsigned char)value[i];

		if (c < ' ' || c > '~') {
			fprintf(to, "\\u%04x", c);
			continue;
		}
		if (c == '"' || c == '\\')
			putc_unlocked('\\', to);
		putc_unlocked(c, to);
	}
	fputc('"', to);
}

static void break_line(const struct json *json)
{
	if (!json->one_line)
		fprintf(json->to, "\n%*s", (int)json->depth * 2, "");
}

static void begin(struct json *json, const char *name)
{
	if (json->begun)
		fputc(',', json->to);
	if (json->depth > 0)
		break_line(json);
	json->begun = true;
	if (name != NULL) {
		json_put_string(json->to, name, strlen(name));
		fputs(": ", json->to);
	}
}

void json_open(struct json *json, const char *name, char bracket)
{
	begin(json, name);
	fputc(bracket, json->to);
	json->depth++;
	json->begun = false;
}

void json_close(struct json *json, char bracket)
{
	json->depth--;
	if (json->begun)
		break_line(json);
	fputc(bracket, json->to);
	json->begun = true;
	if (json->depth == 0)
		fputc('\n', json->to);
}

void json_string(struct json *json, const char *name, const char *value)
{
	begin(json, name);
	if (value == NULL)
		fputs("null", json->to);
	else
		json_put_string(json->to, value, strlen(value));
}

void json_number(struct json *json, const char *name, uint64_t value)
{
	begin(json, name);
	fprintf(json->to, "%" PRIu64, value);
}

void json_hex(struct json *json, const char *name, uint64_t value)
{
	begin(json, name);
	fprintf(json->to, "\"0x%" PRIx64 "\"", value);
}

void json_bool(struct json *json, const char *name, bool value)
{
	begin(json, name);
	fputs(value ? "true" : "false", json->to);
}

void json_bytes(struct json *json, const char *name, struct bytes value)
{
	begin(json, name);
	json_put_string(json->to, (const char *)value.at, value.size);
}

void json_lines(struct json *json, const char *name, const char *lines)
{
	json_open(json, name, '[');
	while (*lines != '\0') {
		size_t size = strcspn(lines, "\n");

		begin(json, NULL);
		json_put_string(json->to, lines, size);
		lines += size + (lines[size] == '\n');
	}
	json_close(json, ']');
}
