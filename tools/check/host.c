#include "tools/check/host.h"

#include "kernel/lib/count.h"
#include "tools/check/hardware.h"

#include <string.h>

enum { LINE_SIZE = 8192 }; /* the flags of a CPU take about 2000 bytes */

void host_read_line(const char *path, char *line, int size)
{
	FILE *file = hardware_open_file(path);

	line[0] = '\0';
	if (file == NULL)
		return;
	if (fgets(line, size, file) == NULL)
		line[0] = '\0';
	line[strcspn(line, "\n")] = '\0';
	fclose(file);
}

static bool has_word(const char *line, const char *word)
{
	size_t size = strlen(word);

	for (const char *at = strstr(line, word); at != NULL; at = strstr(at + size, word)) {
		if (at > line && at[-1] == ' ' && strchr(" \n", at[size]) != NULL)
			return true;
	}
	return false;
}

static void look_at_cpuinfo(struct host *host)
{
	FILE *file = hardware_open_file("/proc/cpuinfo");
	char line[LINE_SIZE];

	if (file == NULL)
		return;
	while (fgets(line, sizeof(line), file) != NULL) {
		if (strncmp(line, "flags", 5) == 0)
			host->vmx_listed |= has_word(line, "vmx");
		if (strncmp(line, "vmx flags", 9) == 0)
			host->vmx_examined = true;
	}
	fclose(file);
}

void host_look(struct host *host)
{
	static const char *const modules[] = {"kvm_intel", "kvm_amd"};

	host->root = hardware_is_root();
	host->kvm = hardware_exists("/dev/kvm");
	host->kvm_usable = host->kvm && hardware_usable("/dev/kvm");
	for (size_t i = 0; i < COUNT_OF(modules); i++) {
		char path[64], nested[8];

		snprintf(path, sizeof(path), "/sys/module/%s/parameters/nested", modules[i]);
		if (!hardware_exists(path))
			continue;
		host_read_line(path, nested, sizeof(nested));
		host->module = modules[i];
		host->nested = nested[0] == 'Y' || nested[0] == '1';
	}
	look_at_cpuinfo(host);
}

uint64_t host_memory(void)
{
	char line[256];
	unsigned long kibibytes;

	host_read_line("/proc/meminfo", line, sizeof(line));
	return sscanf(line, "MemTotal: %lu", &kibibytes) == 1 ? kibibytes * 1024 : 0;
}

void host_print(const struct host *host, struct text *to)
{
	text_print(to, "kvm: /dev/kvm is %s\n",
	           host->kvm_usable ? "available to this user"
	           : host->kvm      ? "present, but not accessible to this user"
	                            : "not present");
	if (host->module == NULL) {
		text_print(to, "kvm: neither kvm_intel nor kvm_amd is loaded\n");
		return;
	}
	text_print(to, "kvm: %s is loaded with nested virtualization %s\n", host->module,
	           host->nested ? "on" : "off");
	if (strcmp(host->module, "kvm_amd") == 0)
		text_print(to, "kvm: it offers guests SVM, not VMX\n");
	else if (!host->nested)
		text_print(to, "kvm: hint: to offer VMX to guests: modprobe -r kvm_intel; modprobe "
		               "kvm_intel nested=1\n");
}
