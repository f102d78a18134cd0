#include "tools/check/input.h"

#include "tools/check/apic_id.h"
#include "tools/check/clean.h"
#include "tools/check/dump.h"
#include "tools/check/fail.h"
#include "tools/check/kind.h"
#include "tools/check/lines.h"
#include "tools/check/long_mode.h"
#include "tools/check/qr_text.h"
#include "tools/check/log_input.h"
#include "tools/check/name_list.h"
#include "tools/check/readings.h"
#include "tools/check/unpack.h"
#include "tools/check/vbox.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { SIZE_MAX_READ = 64 << 20 };

static const char expected[] =
	"; expected a log of rootmode, its REPORT block, a dump by --record, or what these print: "
	"cpuid -r, rdmsr, chipsec, x86info, cpucontrol, CPU-Z, AIDA64, VirtualBox (VBox.log), "
	"VMware (vmware.log), vmxcap, /proc/cpuinfo, lscpu, dmesg, xl dmesg, kvm-ok, systeminfo, "
	"virsh domcapabilities; as text or compressed by gzip or xz";

__attribute__((noreturn)) static void input_refuse(const char *path, const char *what)
{
	fail(STATUS_USAGE, "%s: this is %s%s", path, what, expected);
}

/* Reads the whole file into *at, which it allocates. Returns NULL, or what went wrong. */
static const char *read_all(FILE *file, uint8_t **at, size_t *size)
{
	size_t room = 1 << 16;

	*at = allocate(room, 1);
	for (*size = 0; !feof(file) && !ferror(file);) {
		uint8_t *larger;

		*size += fread(*at + *size, 1, room - *size, file);
		if (*size > SIZE_MAX_READ)
			return "too large for a log or a dump";
		if (*size < room)
			continue;
		room *= 2;
		larger = realloc(*at, room);
		if (larger == NULL)
			return strerror(errno);
		*at = larger;
	}
	return ferror(file) ? strerror(errno) : NULL;
}

/* Opens a file, but no directory or device. Does not block on a FIFO without a writer. */
static FILE *open_file(const char *path)
{
	int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct stat status;

	if (descriptor < 0 || fstat(descriptor, &status) != 0)
		fail(STATUS_USAGE, "%s: %s", path, strerror(errno));
	if (S_ISDIR(status.st_mode))
		input_refuse(path, "a directory");
	if (S_ISCHR(status.st_mode) || S_ISBLK(status.st_mode))
		input_refuse(path, "a device");
	fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) & ~O_NONBLOCK);
	return fdopen(descriptor, "r");
}

static const char *unpack(enum kind kind, uint8_t **at, size_t *size)
{
	struct bytes packed = {*at, *size};
	const char *problem = kind == KIND_GZIP ? unpack_gzip(packed, SIZE_MAX_READ, at, size)
	                                        : unpack_xz(packed, SIZE_MAX_READ, at, size);

	free((void *)(uintptr_t)packed.at);
	return problem;
}

/* Reads and decompresses a file into *at, which it allocates. Fails unless it is text. */
static void load_text(const char *path, FILE *file, uint8_t **at, size_t *size)
{
	const char *name, *problem = read_all(file, at, size);
	enum kind kind = kind_find((struct bytes){*at, *size}, &name);

	if (problem == NULL && (kind == KIND_GZIP || kind == KIND_XZ)) {
		problem = unpack(kind, at, size);
		kind = kind_find((struct bytes){*at, *size}, &name);
	}
	if (problem == NULL && kind == KIND_TEXT)
		return;
	free(*at);
	if (problem == NULL || kind == KIND_OTHER)
		input_refuse(path, name);
	fail(STATUS_USAGE, "%s: %s", path, problem);
}

/* Replaces the text of a QR code by the log that it stands for. */
static void expand_code(uint8_t **at, size_t *size)
{
	uint8_t *text = *at;
	struct bytes code;

	if (!qr_text_find((struct bytes){text, *size}, &code))
		return;
	*size = qr_text_expand(code, at);
	free(text);
}

static struct bytes load(const char *path, uint8_t **at)
{
	bool standard = strcmp(path, "-") == 0;
	FILE *file = standard ? stdin : open_file(path);
	size_t size;

	if (file == NULL)
		fail(STATUS_USAGE, "%s: %s", path, strerror(errno));
	load_text(path, file, at, &size);
	if (!standard)
		fclose(file);
	size = clean_text(*at, size);
	expand_code(at, &size);
	return (struct bytes){*at, clean_log(*at, size)};
}

/* Stores what a list of names says about a CPU; values of it remain. */
static void name_evidence(const struct vmx_evidence *named, const struct name_list *names,
                          struct cpu *cpu, struct sight *sight)
{
	struct vmx_evidence *evidence = &cpu->evidence;

	lines_copy((struct bytes){(const uint8_t *)named->vendor, strlen(named->vendor)},
	           evidence->vendor, sizeof(evidence->vendor));
	lines_copy((struct bytes){(const uint8_t *)named->brand, strlen(named->brand)},
	           evidence->brand, sizeof(evidence->brand));
	evidence->signature = named->signature;
	evidence->hypervisor |= named->hypervisor;
	evidence->vmx |= named->vmx;
	if (sight->long_mode == LONG_MODE_UNSEEN)
		sight->long_mode = names->long_mode;
}

/* What only names VMX is of use where CPUID is missing. */
static bool look_at_names(struct bytes text, struct findings *findings)
{
	struct vmx_evidence named = {0};

	if (!name_list_read(text, &findings->names, &named))
		return false;
	if (findings->sights == NULL)
		findings_make_cpus(findings, 1);
	name_evidence(&named, &findings->names, findings->machine.cpus.cpu[0], findings->sights);
	return true;
}

static void look_at_dump(struct bytes text, struct findings *findings)
{
	struct dump dump;
	uint32_t line;
	const char *problem = NULL;

	if (vbox_is_log(text))
		vbox_read(text, &dump);
	else if (dump_begins(text))
		problem = dump_read(text, &dump, &line);
	else if (!readings_read(text, &dump) && !look_at_names(text, findings))
		input_refuse(findings->path, "text without a CPUID or MSR value");
	if (problem != NULL)
		fail(STATUS_USAGE, "%s:%u: not a dump: %s", findings->path, line, problem);
	if (dump.cpu_count != 0)
		findings_make_cpus(findings, dump.cpu_count);
	for (uint32_t i = 0; i < dump.cpu_count; i++) {
		struct dump_source source = dump_source(&dump, i);
		struct cpu *cpu = findings->machine.cpus.cpu[i];

		findings->sights[i].number = dump.cpus[i].number;
		findings->sights[i].vmx_implied = dump_implies_vmx(&source.source);
		survey_cpu(&source.source, &cpu->evidence);
		if (cpu->evidence.signature == 0)
			source.source.msr(&source.source, IA32_FEATURE_CONTROL,
			                  &cpu->evidence.feature_control);
		cpu->found.apic_id = apic_id_read(&source.source);
		findings->sights[i].long_mode = long_mode_read(&source.source, dump_has_leaf);
	}
	if (dump.cpu_count != 0 && findings->machine.cpus.cpu[0]->evidence.signature == 0)
		look_at_names(text, findings);
	dump_free(&dump);
}

struct findings *input_look(const char *path)
{
	uint8_t *at;
	struct bytes text = load(path, &at), block;
	bool is_log = log_find_block(text, &block);
	struct findings *findings = findings_new(is_log ? ORIGIN_LOG : ORIGIN_DUMP, path);

	findings->text = at;
	if (!is_log && log_is_unfinished(text))
		fail(STATUS_NO_VERDICT,
		     "%s: this log has no REPORT block: the machine stopped before it, or the log "
		     "was truncated",
		     path);
	if (is_log)
		log_look(text, block, findings);
	else
		look_at_dump(text, findings);
	return findings;
}
