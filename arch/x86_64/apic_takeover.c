#include "arch/x86_64/apic_takeover.h"

#include "arch/x86_64/apic.h"
#include "arch/x86_64/apic_mode.h"
#include "arch/x86_64/apic_registers.h"
#include "arch/x86_64/instructions.h"
#include "arch/x86_64/interrupts.h"
#include "arch/x86_64/register_instructions.h"
#include "arch/x86_64/registers.h"
#include "arch/x86_64/topology.h"
#include "kernel/console/log.h"
#include "kernel/lib/count.h"
#include "kernel/machine/arch.h"

enum {
	PIC_MASTER_MASK = 0x21,
	PIC_SLAVE_MASK = 0xA1,
	WORDS = 8, /* of 32 vectors, in the in-service and request registers */
	VERSION_LVT_SHIFT = 16,
	XAPIC_ID_SHIFT = 24,
};

/* The mode that the BSP has chosen for all CPUs. */
static enum apic_mode wanted;
static struct topology bsp_topology;

static uint32_t word(unsigned offset, unsigned n)
{
	return apic_read(offset + n * 0x10);
}

/* Counts the vectors whose bits are set in a register, and stores the highest. */
static uint16_t count_vectors(unsigned offset, unsigned from_word, uint8_t *highest)
{
	uint16_t count = 0;

	for (unsigned n = from_word; n < WORDS; n++) {
		for (uint32_t bits = word(offset, n); bits != 0; bits &= bits - 1) {
			uint8_t vector = (uint8_t)(n * 32 + (unsigned)__builtin_ctz(bits));

			*highest = vector > *highest ? vector : *highest;
			count++;
		}
	}
	return count;
}

/* A LINT pin that delivers NMIs stays unmasked: the platform reports hardware errors by it. */
static void mask(unsigned offset)
{
	uint32_t entry = apic_read(offset);
	bool pin = offset == APIC_LVT_LINT0 || offset == APIC_LVT_LINT1;

	if (!(entry & LVT_MASKED) && !(pin && (entry & LVT_DELIVERY) == LVT_DELIVER_NMI))
		apic_write(offset, entry | LVT_MASKED);
}

/*
 * The version register has the number of entries of the local vector table, and the number implies
 * which ones exist: SDM vol. 3A 10.5.1 "Local Vector Table". In x2APIC mode, access to an entry
 * that does not exist raises #GP.
 */
static void mask_vector_table(void)
{
	static const uint16_t in_order[] = {
		APIC_LVT_TIMER,       APIC_LVT_LINT0,   APIC_LVT_LINT1, APIC_LVT_ERROR,
		APIC_LVT_PERFORMANCE, APIC_LVT_THERMAL, APIC_LVT_CMCI,
	};
	unsigned last = apic_read(APIC_VERSION) >> VERSION_LVT_SHIFT & 0xFF;

	for (unsigned i = 0; i < COUNT_OF(in_order) && i <= last; i++)
		mask(in_order[i]);
	apic_write(APIC_INITIAL_COUNT, 0);
}

/* Without an interrupt in service, the processor priority is no more than the task priority. */
static uint16_t end_in_service(uint8_t *highest)
{
	uint16_t count;

	apic_write(APIC_TASK_PRIORITY, 0);
	if (apic_read(APIC_PROCESSOR_PRIORITY) == 0)
		return 0;
	count = count_vectors(APIC_IN_SERVICE, 0, highest);
	for (unsigned i = 0; i < count; i++)
		apic_end_of_interrupt();
	return count;
}

/*
 * A pending interrupt can only be removed by accepting it. Vectors below 32 belong to exceptions
 * and stay pending: the task priority keeps them masked.
 */
static uint16_t take_pending(uint8_t *highest)
{
	uint16_t count = count_vectors(APIC_REQUEST, 1, highest);

	if (count == 0)
		return 0;
	apic_write(APIC_TASK_PRIORITY, VECTOR_INTERRUPT_FIRST - 1);
	for (unsigned i = 0; i < count; i++)
		sti_cli();
	return count;
}

/* Returns true if CPUID reports a local APIC, which it does only while the APIC is enabled. */
static bool is_offered(void)
{
	return (cpuid(1, 0).edx & CPUID_1_EDX_APIC) != 0;
}

/* Returns the mode per IA32_APIC_BASE, if the APIC's registers can be accessed in that mode. */
static enum apic_mode usable_mode(uint64_t base)
{
	enum apic_mode mode = apic_mode_of(base);
	uint64_t id;

	if (mode == APIC_XAPIC && !apic_is_mapped())
		return APIC_ABSENT;
	if (mode == APIC_X2APIC && rdmsr_safe(X2APIC_MSRS + APIC_ID / 16, &id) != 0)
		return APIC_ABSENT;
	return mode;
}

/* Returns the mode after the attempt: some CPUs refuse, and enable it only by a reset. */
static enum apic_mode change_mode(enum apic_mode to)
{
	uint64_t base, steps[APIC_MODE_STEPS];
	unsigned count;

	if (rdmsr_safe(IA32_APIC_BASE, &base) != 0)
		return APIC_ABSENT;
	count = apic_mode_steps(base, to, steps);
	for (unsigned i = 0; i < count; i++) {
		if (wrmsr_safe(IA32_APIC_BASE, steps[i]) != 0)
			break;
	}
	if (rdmsr_safe(IA32_APIC_BASE, &base) != 0)
		return APIC_ABSENT;
	if (apic_mode_of(base) >= APIC_XAPIC && !is_offered())
		return APIC_DISABLED;
	return usable_mode(base);
}

static enum apic_mode find_mode(void)
{
	uint64_t base;

	if (rdmsr_safe(IA32_APIC_BASE, &base) != 0)
		return APIC_ABSENT;
	if (apic_mode_of(base) >= APIC_XAPIC && !is_offered())
		return APIC_ABSENT;
	return usable_mode(base);
}

/* Logs values that firmware must not leave. SDM vol. 3A 10.4.4 "Local APIC Status and Location" */
static void log_bsp_oddities(uint64_t base)
{
	const struct inherited *inherited = &arch_this_cpu()->inherited;

	if (inherited->apic_found == APIC_DISABLED && apic_is_enabled())
		log_line("smp", "warning: the local APIC was disabled in IA32_APIC_BASE: enabled");
	else if (!apic_is_enabled())
		log_line("smp", "warning: the local APIC is %s: this CPU cannot start others",
		         inherited->apic == APIC_ABSENT
		                 ? "absent"
		                 : "disabled in IA32_APIC_BASE, and enabling it has no effect");
	if (!(base & IA32_APIC_BASE_BSP))
		log_line("smp",
		         "warning: IA32_APIC_BASE = %#lx: this CPU, APIC ID %u, is not the BSP",
		         base, arch_apic_id());
}

static void log_mode(const struct inherited *inherited, const char *why)
{
	if (apic_is_enabled() && why != NULL)
		log_line("smp", "local APIC: %s mode, found in %s mode, because %s",
		         apic_mode_name(inherited->apic), apic_mode_name(inherited->apic_found),
		         why);
}

/* From here on the task priority masks all vectors below rootmode's own. */
static void enable(void)
{
	apic_write(APIC_SPURIOUS, SPURIOUS_ENABLE | APIC_VECTOR_SPURIOUS);
	apic_write(APIC_TASK_PRIORITY, APIC_VECTOR_WAKE - 1);
}

static void silence(struct inherited *inherited)
{
	mask_vector_table();
	inherited->in_service = end_in_service(&inherited->vector);
	inherited->pending = take_pending(&inherited->vector);
	inherited->foreign = 0;
}

static void find_and_set_mode(struct inherited *inherited)
{
	inherited->apic = find_mode();
	if (!inherited->taken_over)
		inherited->apic_found = inherited->apic;
	inherited->taken_over = true;
	if (inherited->apic == APIC_DISABLED)
		inherited->apic = change_mode(APIC_XAPIC);
	if (wanted == APIC_X2APIC && inherited->apic == APIC_XAPIC)
		inherited->apic = change_mode(APIC_X2APIC);
}

/*
 * INIT has masked the local vector table and cleared what was in service or pending: SDM vol. 3A
 * 10.4.7.3 "Local APIC State After an INIT Reset ('Wait-for-SIPI' State)". Interrupts that devices
 * have sent since then are accepted like any other.
 */
void apic_take_over_ap(void)
{
	find_and_set_mode(&arch_this_cpu()->inherited);
	if (apic_is_enabled())
		enable();
}

/* SDM vol. 3A 10.4.3 "Enabling or Disabling the Local APIC" */
static void take_over_bsp(void)
{
	struct inherited *inherited = &arch_this_cpu()->inherited;

	find_and_set_mode(inherited);
	if (!apic_is_enabled())
		return;
	apic_write(APIC_SPURIOUS, SPURIOUS_ENABLE | APIC_VECTOR_SPURIOUS);
	silence(inherited);
	enable();
}

void arch_apic_init(void)
{
	uint64_t base;

	/* Before LINT0 is masked: QEMU keeps an interrupt pending that LINT0 has passed on. */
	out8(PIC_MASTER_MASK, 0xFF);
	out8(PIC_SLAVE_MASK, 0xFF);
	if (rdmsr_safe(IA32_APIC_BASE, &base) == 0)
		apic_map(base);
	bsp_topology = topology_read();
	take_over_bsp();
	log_bsp_oddities(base);
}

/* Changes the mode of the BSP, and of each AP as it starts, if an APIC ID requires it. */
void arch_apic_choose_mode(uint32_t largest_apic_id, bool (*opts_out)(void))
{
	struct inherited *inherited = &arch_this_cpu()->inherited;
	struct apic_choice choice;
	bool opt_out;

	if (largest_apic_id <= XAPIC_ID_MAX)
		return;
	opt_out = opts_out();
	choice = apic_mode_choose(inherited->apic, cpuid(1, 0).ecx & CPUID_1_ECX_X2APIC, opt_out,
	                          largest_apic_id);
	wanted = choice.mode;
	if (choice.mode != inherited->apic)
		inherited->apic = change_mode(choice.mode);
	log_mode(inherited, choice.why);
}

uint32_t arch_apic_id(void)
{
	switch (arch_this_cpu()->inherited.apic) {
	case APIC_X2APIC:
		return apic_read(APIC_ID);
	case APIC_XAPIC:
		return apic_read(APIC_ID) >> XAPIC_ID_SHIFT;
	default:
		return bsp_topology.apic_id;
	}
}

unsigned arch_package_shift(void)
{
	return bsp_topology.package_shift;
}

void arch_apic_put_back(struct cpu *cpu)
{
	struct inherited *inherited = &cpu->inherited;

	if (inherited->taken_over && inherited->apic != inherited->apic_found)
		inherited->apic = change_mode(inherited->apic_found);
}
