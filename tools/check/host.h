/* What Linux reports about virtualization on this computer. */
#ifndef CHECK_HOST_H
#define CHECK_HOST_H

#include "tools/check/findings.h"

void host_look(struct host *host);

/* Returns the memory in bytes as Linux counts it; 0 if unknown. */
uint64_t host_memory(void);

/* Reads the first line of a file, without its end; "" if the file cannot be read. */
void host_read_line(const char *path, char *line, int size);

/* Prints lines about KVM. */
void host_print(const struct host *host, struct text *to);

#endif
