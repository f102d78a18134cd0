/* What Linux says of virtualization on this computer. */
#ifndef CHECK_HOST_H
#define CHECK_HOST_H

#include "tools/check/findings.h"

void host_look(struct host *host);

/* The computer's memory in bytes, as Linux counts it; 0 if it does not say. */
uint64_t host_memory(void);

/* A file's first line, without its end; "" if it cannot be read. */
void host_read_line(const char *path, char *line, int size);

/* What the host has to say, in lines. */
void host_print(const struct host *host, struct text *to);

#endif
