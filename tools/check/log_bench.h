/* Reads the "bench" lines of a REPORT block. The bytes are not trusted. */
#ifndef CHECK_LOG_BENCH_H
#define CHECK_LOG_BENCH_H

#include "kernel/lib/bytes.h"
#include "tools/check/findings.h"

/* Reads "cpus=N exit=EXIT alone_min=...". Returns false if malformed. */
bool log_read_bench(struct bytes line, struct findings *findings);

#endif
