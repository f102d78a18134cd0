#include "tools/check/arguments.h"

#include "tools/check/fail.h"
#include "kernel/lib/version.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

static const struct option options[] = {
	{"caps", no_argument, NULL, 'c'},           {"from", required_argument, NULL, 'f'},
	{"help", no_argument, NULL, 'h'},           {"json", no_argument, NULL, 'j'},
	{"quiet", no_argument, NULL, 'q'},          {"record", no_argument, NULL, 'r'},
	{"requires", required_argument, NULL, 'R'}, {"version", no_argument, NULL, 'V'},
	{"verbose", no_argument, NULL, 'v'},        {NULL, 0, NULL, 0},
};

static const char help[] =
	"usage: rootmode-check [-cjqv] [--from FILE] [--requires NAME|FILE]\n"
	"       rootmode-check --record\n"
	"\n"
	"Checks whether rootmode can take this computer's CPUs into VMX root operation, or\n"
	"explains a log or dump of another computer. Changes nothing. To read the MSRs, load\n"
	"the msr driver (modprobe msr) and run this as root.\n"
	"\n"
	"  -c, --caps       print the VMX capabilities, with the names of QEMU and libvirt\n"
	"  -f, --from FILE  examine a log or a dump; - is the standard input\n"
	"  -j, --json       print everything as JSON; with --caps, include the capabilities\n"
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

static void set(struct arguments *arguments, int option)
{
	switch (option) {
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

struct arguments arguments_read(int count, char **words)
{
	struct arguments arguments = {0};
	int option;

	while ((option = getopt_long(count, words, "cf:hjqrR:Vv", options, NULL)) != -1)
		set(&arguments, option);
	if (optind < count)
		fail(STATUS_USAGE, "unexpected argument: %s (for a file: --from FILE)",
		     words[optind]);
	if (arguments.record && (arguments.from != NULL || arguments.caps || arguments.json))
		arguments_refuse("--record cannot be combined with --from, --caps or --json: it "
		                 "dumps this computer");
	if (arguments.required != NULL && (arguments.record || arguments.json))
		arguments_refuse("--requires cannot be combined with --record or --json");
	if (arguments.quiet && (arguments.caps || arguments.json || arguments.record))
		arguments_refuse("--quiet cannot be combined with --caps, --json or --record");
	return arguments;
}
