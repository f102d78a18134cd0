/* What was found, and where: on this computer, in a dump, or in a log of the kernel. */
#ifndef CHECK_FINDINGS_H
#define CHECK_FINDINGS_H

#include "kernel/lib/bytes.h"
#include "kernel/record/verdict.h"
#include "kernel/report/report.h"

#include "tools/check/long_mode.h"
#include "tools/check/name_list.h"
#include "tools/check/problems.h"

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

/* How one of the boots in a log ended. */
struct boot_summary {
	char result[256]; /* its verdict and reasons; empty: none */
	const char *verdict;
	int status;
	log_problem_set problems;
};

/* What is known of a log as such. */
struct log_facts {
	log_problem_set problems; /* of the boot */
	bool has_block;
	bool has_result;
	bool counted; /* "in_vmx of of_cpus CPUs in VMX root operation" */
	uint64_t in_vmx;
	uint64_t of_cpus;
	uint64_t entered;  /* of the machine line */
	bool has_text_crc; /* the REPORT line has a CRC of the lines for people: */
	uint32_t text_crc;
	bool repaired; /* parts that were sent twice were removed */
	struct bytes block;
	uint32_t boot; /* which of the boots this is, from 0 on */
	uint32_t boot_count;
	struct boot_summary *boots; /* allocated; NULL while a boot is read for its summary */
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
	struct log_facts log;
	struct bytes people; /* the log's lines for people, part of text */
	uint8_t *text;       /* the input; allocated */
};

/* Allocates empty findings. */
struct findings *findings_new(enum origin origin, const char *path);
void findings_free(struct findings *findings);

/* Allocates count CPUs, all unknown. Call it once. */
void findings_make_cpus(struct findings *findings, uint32_t count);

/* Makes the plan of every CPU, and marks those with too little evidence for one. */
void findings_conclude(struct findings *findings);

#endif
