/*
 * Raising every exception: by an instruction that really has it, where 64-bit mode at privilege
 * level 0 has one; else by a software interrupt, or, where an error code belongs to it, by what the
 * CPU would push. And NMI, through the APIC.
 */
#include "tests/boot/inject/inject_exceptions.h"

#include "arch/x86_64/apic.h"
#include "arch/x86_64/instructions.h"
#include "arch/x86_64/registers.h"
#include "kernel/machine/arch.h"

#define NON_CANONICAL   0x8000000000000000ull
#define UNMAPPED        0x10ull
#define GDT_DATA_ABSENT (GDT_DATA & ~BIT(47))

enum { ENTRY_SPACING = 8, GDT_ENTRIES = 5, SELECTOR_ABSENT = 0x20 };

extern const char exception_entries[], text_start[];

static void write_cr0(uint64_t value)
{
	__asm__ volatile("mov %0, %%cr0" ::"r"(value) : "memory");
}

static void divide_error(void)
{
	__asm__ volatile("xor %%eax, %%eax; xor %%edx, %%edx; div %%eax" ::: "eax", "edx", "cc");
}

static void debug_exception(void)
{
	__asm__ volatile("pushfq; orl $0x100, (%%rsp); popfq; nop; nop" ::: "memory", "cc");
}

static void nmi(void)
{
	apic_send_nmi(arch_this_cpu()->found.apic_id);
	for (;;)
		pause();
}

static void breakpoint(void)
{
	__asm__ volatile("int3" ::: "memory");
}

static void overflow(void)
{
	__asm__ volatile("int $4" ::: "memory");
}

static void bound_range(void)
{
	__asm__ volatile("int $5" ::: "memory");
}

static void invalid_opcode(void)
{
	__asm__ volatile("ud2" ::: "memory");
}

static void device_not_available(void)
{
	write_cr0(read_cr0() | CR0_TS);
	__asm__ volatile("fnop" ::: "memory");
}

/*
 * Enters a handler as the CPU does for an exception with an error code, which a software interrupt
 * does not push. The RIP on the stack is in the function in which this is inlined.
 */
__attribute__((always_inline)) static inline void enter_with_error_code(unsigned vector)
{
	const char *entry = exception_entries + vector * ENTRY_SPACING;

	__asm__ volatile(
		"mov %%rsp, %%rcx; mov %%cs, %%edx; lea 1f(%%rip), %%rsi; push $0; push %%rcx; "
		"pushfq; push %%rdx; push %%rsi; push $0; jmp *%0; 1: nop"
		:
		: "r"(entry)
		: "rcx", "rdx", "rsi", "memory", "cc");
}

static void invalid_tss(void)
{
	enter_with_error_code(10);
}

/* Uses a copy of the GDT with an additional descriptor, which is not present. */
static void segment_not_present(void)
{
	static uint64_t gdt[GDT_ENTRIES];
	struct {
		uint16_t limit;
		uint64_t base;
	} __attribute__((packed)) pointer;

	__asm__ volatile("sgdt %0" : "=m"(pointer));
	for (unsigned i = 0; i < GDT_ENTRIES - 1; i++)
		gdt[i] = ((const uint64_t *)pointer.base)[i];
	gdt[SELECTOR_ABSENT / 8] = GDT_DATA_ABSENT;
	pointer.base = (uint64_t)gdt;
	pointer.limit = sizeof(gdt) - 1;
	lgdt(&pointer);
	__asm__ volatile("mov %0, %%fs" ::"r"(SELECTOR_ABSENT) : "memory");
}

static void stack_fault(void)
{
	__asm__ volatile(
		"push %%rbp; mov %0, %%rbp; mov (%%rbp), %%rax; pop %%rbp" ::"r"(NON_CANONICAL)
		: "rax", "memory");
}

static void general_protection(void)
{
	(void)*(volatile uint8_t *)NON_CANONICAL;
}

static void page_fault(void)
{
	uint64_t address = UNMAPPED;

	__asm__ volatile("mov (%0), %%al" ::"r"(address) : "rax", "memory");
}

static void x87_error(void)
{
	uint16_t control = 0x0340; /* nothing masked */

	write_cr0((read_cr0() | CR0_NE) & ~(CR0_EM | CR0_TS));
	__asm__ volatile("fninit; fldcw %0; fld1; fldz; fdivrp; fwait" ::"m"(control) : "memory");
}

static void alignment_check(void)
{
	enter_with_error_code(17);
}

static void machine_check(void)
{
	__asm__ volatile("int $18" ::: "memory");
}

static void simd_error(void)
{
	uint32_t control = 0; /* nothing masked */

	write_cr0(read_cr0() & ~(CR0_EM | CR0_TS));
	write_cr4(read_cr4() | CR4_OSFXSR | CR4_OSXMMEXCPT);
	__asm__ volatile("ldmxcsr %0; xorps %%xmm0, %%xmm0; divss %%xmm0, %%xmm0" ::"m"(control)
	                 : "memory");
}

static void virtualization_exception(void)
{
	__asm__ volatile("int $20" ::: "memory");
}

static void control_protection(void)
{
	enter_with_error_code(21);
}

static void unexpected_interrupt(void)
{
	__asm__ volatile("int $0x40" ::: "memory");
}

static void write_to_text(void)
{
	*(volatile char *)(uintptr_t)text_start = 0;
}

static void jump_to_data(void)
{
	static char data[16] = {(char)0xC3}; /* ret */

	__asm__ volatile("call *%0" ::"r"(data) : "memory");
}

/* Recurses deeper than any stack. The sum prevents the compiler from making a loop of it. */
__attribute__((noinline)) static uint64_t recurse(uint64_t depth)
{
	volatile uint64_t local[32];

	local[depth % 32] = depth;
	return depth == 0 ? 0 : recurse(depth - 1) + local[depth % 32];
}

static void overrun_stack(void)
{
	recurse(100000);
}

__attribute__((noinline)) static void overrun_array(size_t size)
{
	volatile char array[16];

	for (size_t i = 0; i < size; i++)
		((volatile char *)array)[i] = 0x55;
}

static void smash_canary(void)
{
	overrun_array(24);
}

/* Traps only in a build with DEBUG=1. */
static void undefined_behaviour(void)
{
	volatile int32_t most = INT32_MAX;

	most = most + 1;
}

const struct named_fault exceptions[] = {
	{"de", divide_error},
	{"db", debug_exception},
	{"nmi", nmi},
	{"bp", breakpoint},
	{"of", overflow},
	{"br", bound_range},
	{"ud", invalid_opcode},
	{"nm", device_not_available},
	{"ts", invalid_tss},
	{"np", segment_not_present},
	{"ss", stack_fault},
	{"gp", general_protection},
	{"pf", page_fault},
	{"mf", x87_error},
	{"ac", alignment_check},
	{"mc", machine_check},
	{"xm", simd_error},
	{"ve", virtualization_exception},
	{"cp", control_protection},
	{"interrupt", unexpected_interrupt},
	{"write-text", write_to_text},
	{"jump-data", jump_to_data},
	{"overrun-stack", overrun_stack},
	{"smash-canary", smash_canary},
	{"undefined", undefined_behaviour},
	{NULL, NULL},
};
