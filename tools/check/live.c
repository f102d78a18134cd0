#include "tools/check/live.h"

#include "arch/x86_64/vmx/survey.h"
#include "kernel/lib/number.h"
#include "tools/check/apic_id.h"
#include "tools/check/dump.h"
#include "tools/check/fail.h"
#include "tools/check/hardware.h"
#include "tools/check/host.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

enum { NUMBER_MAX = 65535 };

/* The current CPU and its MSRs. */
struct live_source {
	struct survey_source source;
	FILE *record;
	int msrs; /* a file descriptor; negative: none */
};

static struct cpuid live_cpuid(struct survey_source *source, uint32_t leaf, uint32_t subleaf)
{
	struct live_source *live = (struct live_source *)source;
	struct cpuid r = hardware_cpuid(leaf, subleaf);

	if (live->record != NULL)
		dump_write_cpuid(live->record, leaf, subleaf, r);
	return r;
}

static void live_msr(struct survey_source *source, uint32_t msr, struct msr_reading *reading)
{
	struct live_source *live = (struct live_source *)source;
	int error;

	if (live->msrs < 0)
		return;
	error = hardware_read_msr(live->msrs, msr, &reading->value);
	if (error == 0 || error == EIO)
		reading->state = error == 0 ? MSR_READ : MSR_FAULTED;
	if (live->record != NULL)
		dump_write_msr(live->record, msr, reading);
}

/* CPUID answers 0 to a leaf that the CPU does not have. */
static bool live_has_leaf(struct survey_source *source, uint32_t leaf)
{
	(void)source;
	(void)leaf;
	return true;
}

static void look_at_cpu(struct cpu *cpu, struct sight *sight, FILE *record)
{
	struct live_source live = {{live_cpuid, live_msr}, record, -1};

	if (record != NULL)
		dump_write_cpu(record, sight->number);
	sight->affinity_error = hardware_go_to(sight->number);
	if (sight->affinity_error != 0)
		return;
	live.msrs = hardware_open_msrs(sight->number);
	sight->msr_error = live.msrs < 0 ? -live.msrs : 0;
	survey_cpu(&live.source, &cpu->evidence);
	cpu->found.apic_id = apic_id_read(&live.source);
	sight->long_mode = long_mode_read(&live.source, live_has_leaf);
	if (live.msrs >= 0)
		hardware_close_msrs(live.msrs);
}

/* Stores the numbers of the online CPUs, unless sights is NULL. Returns how many there are. */
static uint32_t list_online(struct bytes list, struct sight *sights)
{
	uint32_t count = 0, first, last;

	while (list.size > 0 && number_take_range(&list, &first, &last) && last <= NUMBER_MAX) {
		for (uint32_t number = first; number <= last; number++, count++) {
			if (sights != NULL)
				sights[count].number = number;
		}
	}
	return count;
}

/* Without /sys, as in some containers, falls back to the count of the C library. */
static struct bytes read_online(char *line, int size)
{
	host_read_line("/sys/devices/system/cpu/online", line, size);
	if (line[0] == '\0')
		snprintf(line, (size_t)size, "0-%ld", sysconf(_SC_NPROCESSORS_ONLN) - 1);
	return (struct bytes){(const uint8_t *)line, strlen(line)};
}

struct findings *live_look(FILE *record)
{
	struct findings *findings = findings_new(ORIGIN_LIVE, NULL);
	char line[4096] = "";
	struct bytes online = read_online(line, sizeof(line));

	if (list_online(online, NULL) == 0)
		online = (struct bytes){(const uint8_t *)"0", 1};
	findings_make_cpus(findings, list_online(online, NULL));
	list_online(online, findings->sights);
	if (record != NULL)
		dump_write_head(record);
	for (uint32_t i = 0; i < findings->machine.cpus.count; i++)
		look_at_cpu(findings->machine.cpus.cpu[i], &findings->sights[i], record);
	findings->machine.memory_bytes = host_memory();
	host_look(&findings->host);
	return findings;
}
