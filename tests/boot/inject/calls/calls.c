/* Counts the calls of instructions, and lets those fail or lie that the command line names. */
#include "tests/boot/inject/calls/calls.h"

#include "arch/x86_64/registers.h"
#include "kernel/lib/text.h"
#include "kernel/machine/arch.h"
#include "tests/boot/inject/inject.h"

#include <stdatomic.h>

enum { PORT_LOG = 0xE9, PORT_END_QEMU = 0xF4, PORT_END_BOCHS = 0x8900, CPUS = 4 };

/* clang-format off */
#define CALLS_OF(CALL) \
	CALL(cpuid) CALL(rdtsc) CALL(rdtsc_ordered) CALL(rdmsr) CALL(wrmsr) \
	CALL(in8) CALL(in16) CALL(in32) CALL(out8) CALL(out16) CALL(out32) \
	CALL(rdmsr_safe) CALL(wrmsr_safe) CALL(write_cr0_safe) CALL(write_cr4_safe) \
	CALL(vmxon_safe) CALL(vmxoff_safe) CALL(vmclear_safe) CALL(vmptrld_safe) CALL(vmread_safe) \
	CALL(vmwrite_safe) CALL(guest_enter) CALL(apic_send_init) CALL(apic_send_startup)
/* clang-format on */

#define ENUMERATOR(name) CALL_##name,
#define NAME(name)       #name,

enum call { CALLS_OF(ENUMERATOR) CALL_COUNT };

static const char *const names[CALL_COUNT] = {CALLS_OF(NAME)};
static atomic_uint counts[CALL_COUNT][CPUS];

static void put(struct text *to, char character)
{
	(void)to;
	out8(PORT_LOG, (uint8_t)character);
}

/* One CPU at a time. */
__attribute__((format(printf, 1, 2))) static void say(const char *format, ...)
{
	static atomic_flag busy = ATOMIC_FLAG_INIT;
	struct text port_log = {put};
	va_list arguments;

	while (atomic_flag_test_and_set(&busy))
		arch_relax();
	va_start(arguments, format);
	text_print_list(&port_log, format, arguments);
	va_end(arguments);
	atomic_flag_clear(&busy);
}

/* IA32_GS_BASE leads to a CPU's record: before it is loaded, the CPU cannot be told from others. */
static bool is_known(uint32_t *cpu)
{
	*cpu = rdmsr(IA32_GS_BASE) == 0 ? CPUS : arch_this_cpu()->found.index;
	return *cpu < CPUS;
}

/* Counts a call, and returns how it must end. */
static enum lie lie_of(enum call call)
{
	const struct injection *one, *from;
	enum lie lie = HONEST;
	uint32_t cpu, number;

	if (!is_known(&cpu))
		return HONEST;
	number = atomic_fetch_add(&counts[call][cpu], 1) + 1;
	one = inject_find("call");
	from = inject_find("calls");
	if (one != NULL && bytes_equal(one->stage, names[call]) && one->value[0] == number)
		lie = (enum lie)one->value[1];
	if (from != NULL && bytes_equal(from->stage, names[call]) && from->value[0] <= number)
		lie = (enum lie)from->value[1];
	if (lie != HONEST && (one != NULL || from->value[0] == number))
		say("calls: cpu %u: %s %u lies\n", cpu, names[call], number);
	return lie;
}

static uint64_t lied(enum lie lie, uint64_t value)
{
	switch (lie) {
	case ZEROS:
		return 0;
	case ONES:
		return UINT64_MAX;
	case INVERTED:
		return ~value;
	default:
		return value;
	}
}

/* Returns true if a call that lies does so without executing the instruction; stores what it says.
 */
static bool is_not_executed(enum lie lie, raw_status_t *says)
{
	static const raw_status_t of[] = {
		[FAULTS] = RAW_FAULT | (raw_status_t)VECTOR_GP << 32,
		[IGNORED] = EFLAGS_ALWAYS,
		[FAIL_CARRY] = EFLAGS_ALWAYS | EFLAGS_CF,
		[FAIL_ZERO] = EFLAGS_ALWAYS | EFLAGS_ZF,
	};

	if (lie < FAULTS || lie > FAIL_ZERO)
		return false;
	*says = of[lie];
	return true;
}

static raw_status_t status_of(enum lie lie, raw_status_t raw)
{
	return lie == SAYS_FAULT ? RAW_FAULT | (raw_status_t)VECTOR_GP << 32 : raw;
}

static void print_end(void)
{
	for (unsigned call = 0; call < CALL_COUNT; call++) {
		for (unsigned cpu = 0; cpu < CPUS; cpu++)
			say("calls: cpu %u: %s: %u\n", cpu, names[call],
			    atomic_load(&counts[call][cpu]));
	}
}

/* The end of the machine is the emulator's business, not one of a device that may lie. */
static bool ends_machine(uint16_t port)
{
	bool ends = port == PORT_END_QEMU || port == PORT_END_BOCHS;

	if (ends)
		print_end();
	return ends;
}

struct cpuid call_cpuid(uint32_t leaf, uint32_t subleaf)
{
	enum lie lie = lie_of(CALL_cpuid);
	struct cpuid r = cpuid(leaf, subleaf);

	r.eax = (uint32_t)lied(lie, r.eax);
	r.ebx = (uint32_t)lied(lie, r.ebx);
	r.ecx = (uint32_t)lied(lie, r.ecx);
	r.edx = (uint32_t)lied(lie, r.edx);
	return r;
}

#define READS(type, name, parameters, arguments)        \
	type call_##name parameters                     \
	{                                               \
		enum lie lie = lie_of(CALL_##name);     \
                                                        \
		return (type)lied(lie, name arguments); \
	}

READS(uint64_t, rdtsc, (void), ())
READS(uint64_t, rdtsc_ordered, (void), ())
READS(uint64_t, rdmsr, (uint32_t msr), (msr))
READS(uint8_t, in8, (uint16_t port), (port))
READS(uint16_t, in16, (uint16_t port), (port))
READS(uint32_t, in32, (uint16_t port), (port))

void call_wrmsr(uint32_t msr, uint64_t value)
{
	if (lie_of(CALL_wrmsr) == HONEST)
		wrmsr(msr, value);
}

#define WRITES_PORT(type, name)                                          \
	void call_##name(uint16_t port, type value)                      \
	{                                                                \
		if (ends_machine(port) || lie_of(CALL_##name) == HONEST) \
			name(port, value);                               \
	}

WRITES_PORT(uint8_t, out8)
WRITES_PORT(uint16_t, out16)
WRITES_PORT(uint32_t, out32)

#define MAY_FAIL(name, parameters, arguments)                                               \
	raw_status_t call_##name parameters                                                 \
	{                                                                                   \
		enum lie lie = lie_of(CALL_##name);                                         \
		raw_status_t says;                                                          \
                                                                                            \
		return is_not_executed(lie, &says) ? says : status_of(lie, name arguments); \
	}

MAY_FAIL(wrmsr_safe, (uint32_t msr, uint64_t value), (msr, value))
MAY_FAIL(write_cr0_safe, (uint64_t value), (value))
MAY_FAIL(write_cr4_safe, (uint64_t value), (value))
MAY_FAIL(vmxoff_safe, (void), ())
MAY_FAIL(vmclear_safe, (const uint64_t *vmcs_phys), (vmcs_phys))
MAY_FAIL(vmptrld_safe, (const uint64_t *vmcs_phys), (vmcs_phys))
MAY_FAIL(vmwrite_safe, (uint64_t field, uint64_t value), (field, value))
MAY_FAIL(guest_enter, (uint64_t registers[REGISTER_COUNT], bool launched), (registers, launched))

/* One that is not executed reads 0. */
#define MAY_FAIL_TO_READ(name, type)                           \
	raw_status_t call_##name(type number, uint64_t *value) \
	{                                                      \
		enum lie lie = lie_of(CALL_##name);            \
		raw_status_t says;                             \
                                                               \
		*value = 0;                                    \
		if (is_not_executed(lie, &says))               \
			return says;                           \
		says = status_of(lie, name(number, value));    \
		*value = lied(lie, *value);                    \
		return says;                                   \
	}

MAY_FAIL_TO_READ(rdmsr_safe, uint32_t)
MAY_FAIL_TO_READ(vmread_safe, uint64_t)

raw_status_t call_vmxon_safe(const uint64_t *region_phys)
{
	enum lie lie = lie_of(CALL_vmxon_safe);
	raw_status_t raw;
	uint32_t cpu;

	if (is_not_executed(lie, &raw))
		return raw;
	raw = vmxon_safe(region_phys);
	if (is_known(&cpu) && !(raw & (RAW_FAULT | EFLAGS_CF | EFLAGS_ZF)))
		say("calls: cpu %u: executed VMXON\n", cpu);
	return status_of(lie, raw);
}

/* FAULTS: reports that it was not sent. IGNORED: reports that it was. Neither sends it. */
static bool send(enum lie lie, bool (*really)(uint32_t apic_id, uint64_t page_phys),
                 uint32_t apic_id, uint64_t page_phys)
{
	if (lie == FAULTS || lie == IGNORED)
		return lie == IGNORED;
	if (lie == SENT_TWICE)
		really(apic_id, page_phys);
	return really(apic_id, page_phys);
}

static bool send_init(uint32_t apic_id, uint64_t page_phys)
{
	(void)page_phys;
	return apic_send_init(apic_id);
}

bool call_apic_send_init(uint32_t apic_id)
{
	return send(lie_of(CALL_apic_send_init), send_init, apic_id, 0);
}

bool call_apic_send_startup(uint32_t apic_id, uint64_t page_phys)
{
	return send(lie_of(CALL_apic_send_startup), apic_send_startup, apic_id, page_phys);
}
