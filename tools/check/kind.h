/* Identifies a file that is neither a log nor a dump, to name it in the error message. Pure. */
#ifndef CHECK_KIND_H
#define CHECK_KIND_H

#include "kernel/lib/bytes.h"

enum kind {
	KIND_TEXT,
	KIND_EMPTY,
	KIND_GZIP,
	KIND_XZ,
	KIND_OTHER,
};

/* Returns the kind of a file by its bytes, and in *name a name such as "an ELF file". */
enum kind kind_find(struct bytes bytes, const char **name);

#endif
