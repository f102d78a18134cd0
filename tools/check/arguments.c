#include "tools/check/arguments.h"

#include "tools/check/fail.h"
#include "kernel/lib/number.h"
#include "kernel/lib/version.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct option options[] = {
	{"boot", required_argument, NULL, 'b'},
	{"caps", no_argument, NULL, 'c'},
	{"from", required_argument, NULL, 'f'},
	{"jsonl", no_argument, NULL, 'J'},
	{"lines", no_argument, NULL, 'l'},
	{"help", no_argument, NULL, 'h'},
	{"json", no_argument, NULL, 'j'},
	{"quiet", no_argument, NULL, 'q'},
	{"record", no_argument, NULL, 'r'},
	{"requires", required_argument, NULL, 'R'},
	{"version", no_argument, NULL, 'V'},
	{"verbose", no_argument, NULL, 'v'},
	{NULL, 0, NULL, 0},
};

static const char help[] =
	"usage: rootmode-check [-cjqv] [--from FILE] [--requires NAME|FILE]\n"
	"       rootmode-check --jsonl [-cl] [--requires NAME|FILE] [FILE...]\n"
	"       rootmode-check --record\n"
	"\n"
	"Checks whether rootmode can take this computer's CPUs into VMX root operation, or\n"
	"explains a log or dump of another computer. Changes nothing. To read the MSRs, load\n"
	"the msr driver (modprobe msr) and run this as root.\n"
	"\n"
	"  -b, --boot N     examine boot N of a log with several, from 1 on (default: the last)\n"
	"  -c, --caps       print the VMX capabilities, with the names of QEMU and libvirt\n"
	"  -f, --from FILE  examine a log or a dump; - is the standard input\n"
	"  -j, --json       print everything as JSON; with --caps, include the capabilities\n"
	"  -J, --jsonl      print one line of JSON for each FILE; without any, their names are\n"
	"                   the lines of the standard input\n"
	"  -l, --lines      with JSON, include the lines of a log\n"
	"  -q, --quiet      print nothing, only set the exit status\n"
	"  -r, --record     print a dump of this computer's CPUID and MSRs, for --from\n"
	"  -R, --requires NAME|FILE\n"
	"                   exit with 1 unless every CPU has the VMX capabilities that a\n"
	"                   hypervisor, such as kvm-ept, or a file of their names requires\n"
	"  -v, --verbose    print separate lines for every CPU, even for equal ones\n"
	"  -h, --help       print this help\n"
	"  -V, --version    print the version\n"
	"\n"
	"Exit status: 0 every CPU would enter VMX operation, 1 something would fail,\n"
	"2 wrong usage or input, 3 no verdict, 4 a setting forbids VMX, 77 no VMX.\n";

__attribute__((noreturn)) static void print_and_exit(const char *text)
{
	fputs(text, stdout);
	exit(fflush(stdout) == 0 ? EXIT_SUCCESS : STATUS_NO_VERDICT);
}

__attribute__((noreturn)) static void arguments_refuse(const char *problem)
{
	fail(STATUS_USAGE, "%s (see rootmode-check --help)", problem);
}

static uint32_t read_boot(const char *word)
{
	uint64_t number;

	if (!number_read((struct bytes){(const uint8_t *)word, strlen(word)}, &number) ||
	    number == 0 || number > UINT32_MAX)
		arguments_refuse("--boot expects a number from 1 on");
	return (uint32_t)number;
}

static void set(struct arguments *arguments, int option)
{
	switch (option) {
	case 'b':
		arguments->boot = read_boot(optarg);
		break;
	case 'c':
		arguments->caps = true;
		break;
	case 'f':
		arguments->from = optarg;
		break;
	case 'h':
		print_and_exit(help);
	case 'j':
		arguments->json = true;
		break;
	case 'J':
		arguments->jsonl = true;
		break;
	case 'l':
		arguments->lines = true;
		break;
	case 'q':
		arguments->quiet = true;
		break;
	case 'r':
		arguments->record = true;
		break;
	case 'R':
		arguments->required = optarg;
		break;
	case 'V':
		printf("rootmode-check %s\n", rootmode_version);
		print_and_exit("");
	case 'v':
		arguments->verbose = true;
		break;
	default: /* getopt has said what is wrong */
		fputs("rootmode-check: try rootmode-check --help\n", stderr);
		exit(STATUS_USAGE);
	}
}

static void refuse_combinations(const struct arguments *arguments)
{
	bool json = arguments->json || arguments->jsonl;

	if (arguments->record && (arguments->from != NULL || arguments->caps || json))
		arguments_refuse("--record cannot be combined with --from, --caps or JSON: it "
		                 "dumps this computer");
	if (arguments->required != NULL && (arguments->record || arguments->json))
		arguments_refuse("--requires cannot be combined with --record or --json");
	if (arguments->quiet && (arguments->caps || json || arguments->record))
		arguments_refuse("--quiet cannot be combined with --caps, JSON or --record");
	if (arguments->jsonl && (arguments->from != NULL || arguments->json))
		arguments_refuse("--jsonl cannot be combined with --from or --json");
	if (arguments->lines && !json)
		arguments_refuse("--lines needs --json or --jsonl");
	if (arguments->boot != 0 && arguments->from == NULL && !arguments->jsonl)
		arguments_refuse("--boot needs a log: --from FILE");
}

struct arguments arguments_read(int count, char **words)
{
	struct arguments arguments = {0};
	int option;

	while ((option = getopt_long(count, words, "b:cf:hJjlqrR:Vv", options, NULL)) != -1)
		set(&arguments, option);
	arguments.files = words + optind;
	if (optind < count && !arguments.jsonl)
		fail(STATUS_USAGE, "unexpected argument: %s (for a file: --from FILE)",
		     words[optind]);
	refuse_combinations(&arguments);
	return arguments;
}
