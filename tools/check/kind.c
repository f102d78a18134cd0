#include "tools/check/kind.h"

#include "kernel/lib/count.h"

#include <string.h>

enum { HEAD_SIZE = 4096 };

static const struct signature {
	size_t offset;
	const char *bytes;
	size_t size;
	enum kind kind;
	const char *name;
} signatures[] = {
	{0, "\x1F\x8B", 2, KIND_GZIP, "gzip data"},
	{0,
         "\xFD"
         "7zXZ\0",
         6, KIND_XZ, "xz data"},
	{0x8001, "CD001", 5, KIND_OTHER, "an ISO 9660 image"},
	{0,
         "\x7F"
         "ELF",
         4, KIND_OTHER, "an ELF file"},
	{0, "\xFF\xFE", 2, KIND_TEXT, "UTF-16 text"},
	{0, "\xFE\xFF", 2, KIND_TEXT, "UTF-16 text"},
	{0, "BZh", 3, KIND_OTHER, "bzip2 data"},
	{0, "\x28\xB5\x2F\xFD", 4, KIND_OTHER, "zstd data"},
	{0, "PK\x03\x04", 4, KIND_OTHER, "a zip archive"},
	{0, "%PDF-", 5, KIND_OTHER, "a PDF file"},
	{0, "\x89PNG", 4, KIND_OTHER, "a PNG image"},
	{257, "ustar", 5, KIND_OTHER, "a tar archive"},
	{510, "\x55\xAA", 2, KIND_OTHER, "a disk image"},
};

static bool matches(struct bytes bytes, const struct signature *signature)
{
	struct bytes part;

	return bytes_slice(bytes, signature->offset, signature->size, &part) &&
	       memcmp(part.at, signature->bytes, signature->size) == 0;
}

/* A noisy serial port may add stray bytes to a log, but hardly one in sixteen. */
static bool is_binary(struct bytes bytes)
{
	size_t size = bytes.size < HEAD_SIZE ? bytes.size : HEAD_SIZE, odd = 0;

	for (size_t i = 0; i < size; i++) {
		uint8_t c = bytes.at[i];

		odd += c == 0x7F || (c < ' ' && (c < '\b' || c > '\r') && c != 0x1B);
	}
	return odd > size / 16;
}

enum kind kind_find(struct bytes bytes, const char **name)
{
	if (bytes.size == 0) {
		*name = "an empty file";
		return KIND_EMPTY;
	}
	for (size_t i = 0; i < COUNT_OF(signatures); i++) {
		if (matches(bytes, &signatures[i])) {
			*name = signatures[i].name;
			return signatures[i].kind;
		}
	}
	*name = is_binary(bytes) ? "binary data" : "text";
	return is_binary(bytes) ? KIND_OTHER : KIND_TEXT;
}
