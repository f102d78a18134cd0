#include "tools/check/hardware.h"

#include <cpuid.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <unistd.h>

int hardware_go_to(unsigned cpu)
{
	size_t size = CPU_ALLOC_SIZE(cpu + 1);
	cpu_set_t *set = CPU_ALLOC(cpu + 1);
	int error = 0;

	if (set == NULL)
		return ENOMEM;
	CPU_ZERO_S(size, set);
	CPU_SET_S(cpu, size, set);
	if (sched_setaffinity(0, size, set) != 0)
		error = errno;
	CPU_FREE(set);
	return error;
}

struct cpuid hardware_cpuid(uint32_t leaf, uint32_t subleaf)
{
	struct cpuid r;

	__cpuid_count(leaf, subleaf, r.eax, r.ebx, r.ecx, r.edx);
	return r;
}

int hardware_open_msrs(unsigned cpu)
{
	char path[32];
	int msrs;

	snprintf(path, sizeof(path), "/dev/cpu/%u/msr", cpu);
	msrs = open(path, O_RDONLY | O_CLOEXEC);
	return msrs < 0 ? -errno : msrs;
}

int hardware_read_msr(int msrs, uint32_t msr, uint64_t *value)
{
	ssize_t size = pread(msrs, value, sizeof(*value), msr);

	if (size == sizeof(*value))
		return 0;
	*value = 0;
	return size < 0 ? errno : ENODATA;
}

void hardware_close_msrs(int msrs)
{
	close(msrs);
}

FILE *hardware_open_file(const char *path)
{
	return fopen(path, "re");
}

bool hardware_exists(const char *path)
{
	return access(path, F_OK) == 0;
}

bool hardware_usable(const char *path)
{
	return access(path, R_OK | W_OK) == 0;
}

bool hardware_is_root(void)
{
	return geteuid() == 0;
}
