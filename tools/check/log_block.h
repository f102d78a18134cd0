/* Reads a REPORT block. The bytes are not trusted. */
#ifndef CHECK_LOG_BLOCK_H
#define CHECK_LOG_BLOCK_H

#include "kernel/lib/bytes.h"
#include "tools/check/fail.h"
#include "tools/check/findings.h"

/* Fills the findings from a block, from its head on. Returns false if it is of no use. */
bool log_read_block(struct bytes block, struct findings *findings, struct refusal *refusal);

#endif
