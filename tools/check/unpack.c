#include "tools/check/unpack.h"

#include "tools/check/fail.h"

#include <lzma.h>
#include <stdlib.h>
#include <zlib.h>

enum {
	GZIP_FORMAT = 16,          /* of zlib: a gzip header and trailer around the data */
	XZ_MEMORY_MAX = 128 << 20, /* xz -9 needs 65 MiB */
};

static const char damaged[] = "the compressed data is damaged";
static const char cut_off[] = "the compressed data is truncated";
static const char too_large[] = "too large for a log or a dump";

/* A gzip file consists of one or more members: RFC 1952, 2.2 "File format" */
static const char *inflate_members(z_stream *stream)
{
	int status;

	do {
		status = inflate(stream, Z_FINISH);
		if (status == Z_STREAM_END && stream->avail_in > 0) {
			if (inflateReset(stream) != Z_OK)
				return damaged;
			status = Z_OK;
		}
	} while (status == Z_OK && stream->avail_out > 0);
	if (status == Z_STREAM_END)
		return NULL;
	if (stream->avail_out == 0)
		return too_large;
	return status == Z_BUF_ERROR ? cut_off : damaged;
}

const char *unpack_gzip(struct bytes packed, size_t limit, uint8_t **at, size_t *size)
{
	z_stream stream = {0};
	const char *problem = "zlib: out of memory";

	*at = allocate(limit, 1);
	/* zlib does not write to its input, but is not declared so. */
	stream.next_in = (Bytef *)(uintptr_t)packed.at;
	stream.avail_in = (uInt)packed.size;
	stream.next_out = *at;
	stream.avail_out = (uInt)limit;
	if (inflateInit2(&stream, MAX_WBITS + GZIP_FORMAT) == Z_OK) {
		problem = inflate_members(&stream);
		inflateEnd(&stream);
	}
	*size = limit - stream.avail_out;
	return problem;
}

static const char *decode(lzma_stream *stream)
{
	lzma_ret status;

	do
		status = lzma_code(stream, LZMA_FINISH);
	while (status == LZMA_OK);
	if (status == LZMA_STREAM_END)
		return NULL;
	if (status == LZMA_MEMLIMIT_ERROR)
		return "decompression requires too much memory";
	if (status != LZMA_BUF_ERROR)
		return damaged;
	return stream->avail_out == 0 ? too_large : cut_off;
}

const char *unpack_xz(struct bytes packed, size_t limit, uint8_t **at, size_t *size)
{
	lzma_stream stream = LZMA_STREAM_INIT;
	const char *problem = "liblzma: out of memory";

	*at = allocate(limit, 1);
	stream.next_in = packed.at;
	stream.avail_in = packed.size;
	stream.next_out = *at;
	stream.avail_out = limit;
	if (lzma_stream_decoder(&stream, XZ_MEMORY_MAX, LZMA_CONCATENATED) == LZMA_OK)
		problem = decode(&stream);
	lzma_end(&stream);
	*size = limit - stream.avail_out;
	return problem;
}
