/*
 * tests/boot/spoil/ is the spoiling loader: a multiboot2 kernel that puts the machine into a state
 * that firmware may leave, and then loads another kernel, its module, as GRUB would. README.md
 * lists the words of its command line. It is 32-bit code without paging: a pointer is a physical
 * address.
 */
#ifndef TESTS_BOOT_SPOIL_H
#define TESTS_BOOT_SPOIL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* spoil_print.c: prints lines on COM1, and ends the run if a state is impossible. */
void print_start(void);
void print(const char *text);
void print_value(const char *what, uint64_t value);
void print_drain(void);
__attribute__((noreturn)) void give_up(const char *why);

/* words.c: the command line. A word is NAME, NAME=VALUE or NAME=VALUE:VALUE. */
void words_take(const char *command_line);
bool words_have(const char *name);
const char *words_value(const char *name,
                        unsigned nth); /* the text after '=', or ""; NULL after the last */
uint64_t words_number(const char *name, uint64_t otherwise);
bool words_next(const char **at, const char **word, size_t *size);
uint64_t number_take(const char **text); /* decimal, or hexadecimal with 0x; and a ':' after it */

/* information.c: the loader's information, and the copy that is passed on. */
struct module {
	const uint8_t *start, *end;
	const char *command_line;
};
struct module information_read(const uint8_t *information);
const char *line_of(const struct module *module);
uint8_t *information_make(const uint8_t *found, const struct module *module, uint32_t image_phys);

/* map.c: the memory map, and the copy that is passed on. */
struct map_entry {
	uint64_t start, size;
	uint32_t type, zero;
};
enum { MAP_FREE = 1, MAP_RESERVED = 2 };
void map_add(uint64_t start, uint64_t end, uint32_t type);
void map_spoil(void);
bool map_has_free(uint64_t start, uint64_t end);
const struct map_entry *map_entries(uint32_t *count);

/* image.c: loads the module; its entry point and where it was loaded; its entry point for PVH. */
uint32_t image_load(const struct module *module, const uint8_t *information, uint32_t *image_phys);
uint32_t image_pvh_entry(const struct module *module, uint32_t image_phys);

/* spoil_pvh.c: the start information that a PVH loader passes instead. */
const uint8_t *pvh_make(const struct module *module);

/* spoil_interrupts.c and spoil_interrupts.asm */
void interrupts_start(void);
void interrupts_await(unsigned vector); /* waits for one that gets no EOI; it may not come */
bool interrupts_came(unsigned vector);
bool try_write_msr(uint32_t msr, uint64_t value); /* each returns false after a fault */
bool try_read_msr(uint32_t msr, uint64_t *value);
bool try_write_cr0(uint32_t value);
bool try_write_cr4(uint32_t value);

/* One function for each word that changes the machine. value: the text after '='. */
void apic_spoil_base_off(const char *value);
void apic_spoil_x2apic(const char *value);
void apic_spoil_software_off(const char *value);
void apic_spoil_task_priority(const char *value);
void apic_spoil_in_service(const char *value);
void apic_spoil_pending(const char *value);
void apic_spoil_timer(const char *value);
void pic_spoil(const char *value);
void ioapic_spoil(const char *value);
void aps_spoil(const char *value);
void bda_spoil_ebda(const char *value);
void bda_spoil_base_memory(const char *value);
void registers_spoil_msr(const char *value);
void registers_spoil_feature_control(const char *value);
void registers_spoil_pat(const char *value);
void registers_spoil_mtrrs(const char *value);
void registers_spoil_execute_disable(const char *value);
void registers_spoil_cpuid_limit(const char *value);
void registers_spoil_cr0(const char *value);
void registers_spoil_cr0_clear(const char *value);
void registers_spoil_cr4(const char *value);
void registers_spoil_tsc(const char *value);

/* spoil_apic.c: sends to all other CPUs. */
void apic_start_others(uint32_t page_phys);

/*
 * spoil_start.asm: to the image, as a loader does: EAX has the magic number, EBX the information.
 */
__attribute__((noreturn)) void leave_to(uint32_t entry, const uint8_t *information,
                                        uint32_t eflags);

void spoil_main(uint32_t magic, const uint8_t *information);

/* linker.ld */
extern const uint8_t spoil_start[], spoil_end[];

static inline void out8(uint16_t port, uint8_t value)
{
	__asm__ volatile("out %0, %1" ::"a"(value), "Nd"(port) : "memory");
}

static inline uint8_t in8(uint16_t port)
{
	uint8_t value;

	__asm__ volatile("in %1, %0" : "=a"(value) : "Nd"(port));
	return value;
}

#endif
