#include "tools/check/load.h"

#include "tools/check/clean.h"
#include "tools/check/kind.h"
#include "tools/check/qr_text.h"
#include "tools/check/unpack.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SIZE_MAX_READ = 64 << 20 };

static bool refuse_kind(struct refusal *refusal, const char *kind)
{
	return refuse(refusal, STATUS_USAGE, "this is %s" LOAD_EXPECTED, kind);
}

/* Reads the whole file into *at, which it allocates. Returns NULL, or what went wrong. */
static const char *read_all(FILE *file, uint8_t **at, size_t *size)
{
	size_t room = 1 << 16;

	*at = allocate(room, 1);
	for (*size = 0; !feof(file) && !ferror(file);) {
		uint8_t *larger;

		*size += fread(*at + *size, 1, room - *size, file);
		if (*size > SIZE_MAX_READ)
			return "too large for a log or a dump";
		if (*size < room)
			continue;
		room *= 2;
		larger = realloc(*at, room);
		if (larger == NULL)
			return strerror(errno);
		*at = larger;
	}
	return ferror(file) ? strerror(errno) : NULL;
}

/* Returns a stream whose reads wait for data, or NULL and errno. */
static FILE *stream_of(int descriptor)
{
	int flags = fcntl(descriptor, F_GETFL);

	if (flags < 0 || fcntl(descriptor, F_SETFL, flags & ~O_NONBLOCK) != 0)
		return NULL;
	return fdopen(descriptor, "r");
}

/* Opens a file, but no directory or device. Does not block on a FIFO without a writer. */
static FILE *open_file(const char *path, struct refusal *refusal)
{
	int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct stat status;
	FILE *file = NULL;

	if (descriptor < 0 || fstat(descriptor, &status) != 0)
		refuse(refusal, STATUS_USAGE, "%s", strerror(errno));
	else if (S_ISDIR(status.st_mode))
		refuse_kind(refusal, "a directory");
	else if (S_ISCHR(status.st_mode) || S_ISBLK(status.st_mode))
		refuse_kind(refusal, "a device");
	else {
		file = stream_of(descriptor);
		if (file == NULL)
			refuse(refusal, STATUS_USAGE, "%s", strerror(errno));
	}
	if (file == NULL && descriptor >= 0)
		close(descriptor);
	return file;
}

static const char *unpack(enum kind kind, uint8_t **at, size_t *size)
{
	struct bytes packed = {*at, *size};
	const char *problem = kind == KIND_GZIP ? unpack_gzip(packed, SIZE_MAX_READ, at, size)
	                                        : unpack_xz(packed, SIZE_MAX_READ, at, size);

	free((void *)(uintptr_t)packed.at);
	return problem;
}

/* Reads and decompresses a file into *at, which it allocates. Fails unless it is text. */
static bool load_text(FILE *file, uint8_t **at, size_t *size, struct refusal *refusal)
{
	const char *name, *problem = read_all(file, at, size);
	enum kind kind = kind_find((struct bytes){*at, *size}, &name);

	if (problem == NULL && (kind == KIND_GZIP || kind == KIND_XZ)) {
		problem = unpack(kind, at, size);
		kind = kind_find((struct bytes){*at, *size}, &name);
	}
	if (problem == NULL && kind == KIND_TEXT)
		return true;
	free(*at);
	*at = NULL;
	if (problem == NULL || kind == KIND_OTHER)
		return refuse_kind(refusal, name);
	return refuse(refusal, STATUS_USAGE, "%s", problem);
}

/* Replaces the text of a QR code by the log that it stands for. */
static void expand_code(uint8_t **at, size_t *size)
{
	uint8_t *text = *at;
	struct bytes code;

	if (!qr_text_find((struct bytes){text, *size}, &code))
		return;
	*size = qr_text_expand(code, at);
	free(text);
}

bool load(const char *path, uint8_t **at, size_t *size, struct refusal *refusal)
{
	bool standard = strcmp(path, "-") == 0;
	FILE *file = standard ? stdin : open_file(path, refusal);
	bool is_text;

	if (file == NULL)
		return false;
	is_text = load_text(file, at, size, refusal);
	if (!standard)
		fclose(file);
	if (!is_text)
		return false;
	*size = clean_text(*at, *size);
	expand_code(at, size);
	return true;
}
