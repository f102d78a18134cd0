/* What a file is that is neither a log nor a dump, to tell whoever picked the wrong one. Pure. */
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

/* Returns the kind of the file with these bytes; *name is its name, as "an ELF file". */
enum kind kind_find(struct bytes bytes, const char **name);

#endif
