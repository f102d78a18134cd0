/* arch/x86_64/power.c: what is written to end the machine, in which order, and that it halts. */
#include "arch/x86_64/ap_memory.h"
#include "arch/x86_64/instructions.h"
#include "arch/x86_64/paging.h"
#include "kernel/machine/arch.h"
#include "kernel/machine/timeout.h"
#include "tests/unit/unit.h"

#define MEMORY_PHYS 0xFEA00000u

enum { FIRMWARE_BITS = 0x0001 };

static struct unit_capture *events;
static jmp_buf halted;
static uint8_t memory[4];
static bool can_map = true, page_given_back, apic_put_back;

uint64_t rdtsc(void)
{
	return 0;
}

static bool paused;

/* No method has an effect here. Time passes during the first PAUSE. */
bool timeout_passed(uint64_t since, uint64_t us)
{
	bool passed = paused;

	assert_int_equal(since, 0);
	assert_int_equal(us, 50000);
	paused = false;
	return passed;
}

void pause(void)
{
	text_print(&events->text, "wait ");
	paused = true;
}

void cli(void)
{
	text_print(&events->text, "cli ");
}

uint16_t in16(uint16_t port)
{
	text_print(&events->text, "in %#x ", port);
	return FIRMWARE_BITS | 0x2800; /* and bits that are not kept */
}

void out8(uint16_t port, uint8_t value)
{
	text_print(&events->text, "%#x=%#x ", port, value);
}

void out16(uint16_t port, uint16_t value)
{
	text_print(&events->text, "%#x=%#x ", port, value);
}

/* An exception without an IDT resets the machine. */
void lidt(const void *pointer)
{
	static const uint8_t none[10];

	assert_memory_equal(pointer, none, sizeof(none));
	text_print(&events->text, "lidt");
	longjmp(halted, 1);
}

void sfence(void)
{
	text_print(&events->text, "sfence ");
}

void hlt(void)
{
	text_print(&events->text, "hlt");
	longjmp(halted, 1);
}

void *paging_map_device(uint64_t phys, uint64_t size)
{
	assert_in_range(phys, MEMORY_PHYS, MEMORY_PHYS + sizeof(memory) - size);
	return can_map ? memory + (phys - MEMORY_PHYS) : NULL;
}

void ap_memory_give_page_back(void)
{
	page_given_back = true;
}

void arch_apic_put_back(struct cpu *cpu)
{
	(void)cpu;
	assert_true(page_given_back);
	apic_put_back = true;
}

struct cpu *arch_this_cpu(void)
{
	return NULL;
}

static const struct soft_off types = {true, 5, 5};

/* Returns what happens when the run ends so on a machine with this FADT. */
static const char *end(const struct fadt *fadt, enum exit_action action)
{
	events = unit_capture();
	arch_power_init(fadt, &types);
	if (setjmp(halted) == 0)
		arch_end(action, 0x10);
	assert_true(apic_put_back);
	return events->at;
}

static void to_halt_drains_what_is_on_its_way_to_the_screen(void **state)
{
	static const struct fadt fadt = {0};

	assert_string_equal(end(&fadt, EXIT_HALT), "sfence cli hlt");
}

static void power_off_clears_the_wake_status_and_writes_the_type_first(void **state)
{
	static const struct fadt fadt = {
		.pm1a_status_port = 0x600,
		.pm1a_control_port = 0x604,
	};

	assert_string_equal(end(&fadt, EXIT_POWEROFF),
	                    "0x600=0x8000 in 0x604 0x604=0x1401 in 0x604 0x604=0x3401 wait "
	                    "sfence cli hlt");
	assert_true(arch_can_power_off());
}

static void registers_in_memory_are_written_there(void **state)
{
	static const struct fadt fadt = {
		.sleep_control = {REGISTER_MEMORY, MEMORY_PHYS},
		.sleep_status = {REGISTER_MEMORY, MEMORY_PHYS + 1},
	};

	assert_string_equal(end(&fadt, EXIT_POWEROFF), "wait sfence cli hlt");
	assert_true(arch_can_power_off());
	assert_int_equal(memory[0], 5 << 2 | 0x20);
	assert_int_equal(memory[1], 0x80);
}

static void a_register_that_cannot_be_mapped_is_none(void **state)
{
	static const struct fadt fadt = {
		.sleep_control = {REGISTER_MEMORY, MEMORY_PHYS},
		.reset = {REGISTER_MEMORY, MEMORY_PHYS + 2},
		.reset_value = 1,
	};

	can_map = false;
	assert_string_equal(end(&fadt, EXIT_POWEROFF), "sfence cli hlt");
	assert_false(arch_can_power_off());
	assert_int_equal(memory[0], 0);
	assert_int_equal(memory[2], 0);
}

static void a_reboot_tries_the_register_of_the_firmware_and_then_what_every_pc_has(void **state)
{
	static const struct fadt none = {0};
	static const struct fadt port = {.reset = {REGISTER_IO, 0xCF8}, .reset_value = 6};
	static const struct fadt in_memory = {.reset = {REGISTER_MEMORY, MEMORY_PHYS + 2},
	                                      .reset_value = 7};

	assert_string_equal(end(&none, EXIT_REBOOT), "0xcf9=0x6 wait 0x64=0xfe wait lidt");
	assert_string_equal(end(&port, EXIT_REBOOT),
	                    "0xcf8=0x6 wait 0xcf9=0x6 wait 0x64=0xfe wait lidt");
	assert_string_equal(end(&in_memory, EXIT_REBOOT),
	                    "wait 0xcf9=0x6 wait 0x64=0xfe wait lidt");
	assert_int_equal(memory[2], 7);
}

static void an_emulator_is_ended_by_its_ports(void **state)
{
	static const struct fadt fadt = {0};

	assert_string_equal(end(&fadt, EXIT_DEBUG),
	                    "0xf4=0x10 0x8900=0x53 0x8900=0x68 0x8900=0x75 0x8900=0x74 0x8900=0x64 "
	                    "0x8900=0x6f 0x8900=0x77 0x8900=0x6e sfence cli hlt");
}

static void one_register_is_enough(void **state)
{
	static const struct fadt fadt = {.sleep_control = {REGISTER_IO, 0x600}};

	assert_string_equal(end(&fadt, EXIT_POWEROFF), "0x600=0x34 wait sfence cli hlt");
	assert_true(arch_can_power_off());
}

int main(void)
{
	static const struct CMUnitTest rules[] = {
		cmocka_unit_test(to_halt_drains_what_is_on_its_way_to_the_screen),
		cmocka_unit_test(power_off_clears_the_wake_status_and_writes_the_type_first),
		cmocka_unit_test(registers_in_memory_are_written_there),
		cmocka_unit_test(a_register_that_cannot_be_mapped_is_none),
		cmocka_unit_test(
			a_reboot_tries_the_register_of_the_firmware_and_then_what_every_pc_has),
		cmocka_unit_test(an_emulator_is_ended_by_its_ports),
		cmocka_unit_test(one_register_is_enough),
	};

	return unit_run(rules, COUNT_OF(rules));
}
