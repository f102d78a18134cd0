/* What was found, and where: on this computer, in a dump, or in a log of the kernel. */
#ifndef CHECK_FINDINGS_H
#define CHECK_FINDINGS_H

#include "kernel/lib/bytes.h"
#include "kernel/record/verdict.h"
#include "kernel/report/report.h"

#include "tools/check/long_mode.h"
#include "tools/check/name_list.h"

#include <stdbool.h>

/* How well a CPU could be examined. It has the index of the CPU's record. */
struct sight {
	uint32_t number;    /* Linux's, or the dump's */
	int affinity_error; /* errno; 0: CPUID was executed on it */
	int msr_error;      /* errno; 0: its MSRs could be opened */
	enum long_mode long_mode;
	bool vmx_implied; /* there is no CPUID, but what only CPUs with VMX have */
	bool recorded;    /* a log says how it ended: */
	enum reason recorded_reason;
};

/* What Linux reports about virtualization. */
struct host {
	bool kvm;           /* /dev/kvm exists */
	bool kvm_usable;    /* and this user has access */
	const char *module; /* "kvm_intel", "kvm_amd", or NULL */
	bool nested;        /* the module's parameter nested is on */
	bool vmx_listed;    /* /proc/cpuinfo has the flag vmx */
	bool vmx_examined;  /* it has a line "vmx flags": Linux has checked the MSRs */
	bool root;          /* the user is root */
};

enum origin { ORIGIN_LIVE, ORIGIN_DUMP, ORIGIN_LOG };

struct findings {
	enum origin origin;
	const char *path; /* of the dump or log */
	struct machine machine;
	struct sight *sights;
	struct host host;       /* of ORIGIN_LIVE */
	struct name_list names; /* of the first CPU of a dump, if there is nothing better */
	struct text_buffer odd; /* warnings about the input */
	char odd_lines[4096];
	char apic_mode[16]; /* of a log */
	char apic_found[16];
	char clock_source[24];
	char clock_check[24];
	char result[256];         /* the log's own verdict and reasons */
	enum verdict log_verdict; /* that verdict; PASS if there is none */
	struct bytes people;      /* the log's lines for people, part of text */
	uint8_t *text;            /* the input; allocated */
};

/* Allocates empty findings. */
struct findings *findings_new(enum origin origin, const char *path);
void findings_free(struct findings *findings);

/* Allocates count CPUs, all unknown. Call it once. */
void findings_make_cpus(struct findings *findings, uint32_t count);

/* Makes the plan of every CPU, and marks those with too little evidence for one. */
void findings_conclude(struct findings *findings);

#endif
