/* The lines of a REPORT block on how long round trips took. The bytes are not trusted. */
#ifndef CHECK_LOG_BENCH_H
#define CHECK_LOG_BENCH_H

#include "kernel/lib/bytes.h"
#include "tools/check/findings.h"

/* "cpus=N exit=EXIT alone_min=..." of a line "bench"; false if malformed. */
bool log_read_bench(struct bytes line, struct findings *findings);

#endif
