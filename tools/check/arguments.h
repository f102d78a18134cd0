/* Parses the command line of rootmode-check. */
#ifndef CHECK_ARGUMENTS_H
#define CHECK_ARGUMENTS_H

#include <stdbool.h>
#include <stdint.h>

struct arguments {
	const char *from;     /* the file to examine; NULL: this computer */
	const char *required; /* a profile or a file of capabilities; NULL: none */
	char **files;         /* with jsonl: the files to examine, up to NULL */
	uint32_t boot;        /* which boot of a log; 0: the last */
	bool caps;
	bool json;
	bool jsonl;
	bool lines;
	bool quiet;
	bool record;
	bool verbose;
};

/* Parses it. --help, --version and mistakes end the program. */
struct arguments arguments_read(int count, char **words);

#endif
