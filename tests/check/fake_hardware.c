/*
 * tools/check/hardware.h as a test wants it: CPUs from the dump in FAKE_DUMP, files of Linux's
 * under FAKE_ROOT, errors by number in FAKE_MSR_ERRNO (opening), FAKE_AFFINITY_ERRNO (CPU 1 only).
 */
#include "tools/check/hardware.h"

#include "tools/check/dump.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct dump fake;
static struct dump_source here;
static char *text;

static int number_in(const char *variable)
{
	const char *value = getenv(variable);

	return value != NULL ? atoi(value) : 0;
}

static void forget(void)
{
	dump_free(&fake);
	free(text);
}

static void load(void)
{
	const char *path = getenv("FAKE_DUMP");
	FILE *file = path != NULL ? fopen(path, "re") : NULL;
	size_t size;
	uint32_t line;

	if (file == NULL)
		abort();
	text = calloc(1, 1 << 20);
	size = fread(text, 1, 1 << 20, file);
	fclose(file);
	if (dump_read((struct bytes){(const uint8_t *)text, size}, &fake, &line) != NULL)
		abort();
	atexit(forget);
}

int hardware_go_to(unsigned cpu)
{
	if (fake.cpus == NULL)
		load();
	for (uint32_t i = 0; i < fake.cpu_count; i++) {
		if (fake.cpus[i].number == cpu)
			here = dump_source(&fake, i);
	}
	return cpu == 1 ? number_in("FAKE_AFFINITY_ERRNO") : 0;
}

struct cpuid hardware_cpuid(uint32_t leaf, uint32_t subleaf)
{
	return here.source.cpuid(&here.source, leaf, subleaf);
}

int hardware_open_msrs(unsigned cpu)
{
	int error = number_in("FAKE_MSR_ERRNO");

	return error != 0 ? -error : (int)cpu;
}

int hardware_read_msr(int msrs, uint32_t msr, uint64_t *value)
{
	struct msr_reading reading = {0};

	(void)msrs;
	here.source.msr(&here.source, msr, &reading);
	*value = reading.value;
	if (reading.state == MSR_NOT_READ)
		return ENODATA;
	return reading.state == MSR_FAULTED ? EIO : 0;
}

void hardware_close_msrs(int msrs)
{
	(void)msrs;
}

static const char *under_root(const char *path)
{
	static char at[512];

	snprintf(at, sizeof(at), "%s%s", getenv("FAKE_ROOT"), path);
	return at;
}

FILE *hardware_open_file(const char *path)
{
	return fopen(under_root(path), "re");
}

bool hardware_exists(const char *path)
{
	return access(under_root(path), F_OK) == 0;
}

bool hardware_usable(const char *path)
{
	return hardware_exists(path) && getenv("FAKE_KVM_FORBIDDEN") == NULL;
}

bool hardware_is_root(void)
{
	return getenv("FAKE_NOT_ROOT") == NULL;
}
