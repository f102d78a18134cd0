#include "arch/x86_64/hardware_error.h"
#include "arch/x86_64/instructions.h"
#include "arch/x86_64/interrupts.h"
#include "arch/x86_64/recovery.h"
#include "arch/x86_64/stop.h"
#include "kernel/machine/arch.h"
#include "kernel/console/log.h"
#include "kernel/run/panic.h"

enum {
	VECTOR_PAGE_FAULT = 14,
	EXCEPTION_COUNT = 32,
	RETURN_ADDRESSES = 8,
	PAGE_BYTES = 4096,
};

/* The stack as exceptions.asm leaves it, from the lowest address up. */
struct exception_frame {
	uint64_t r15, r14, r13, r12, r11, r10, r9, r8;
	uint64_t rdi, rsi, rbp, rbx, rdx, rcx, rax;
	uint64_t vector;
	uint64_t error_code;
	uint64_t rip, cs, rflags, rsp, ss; /* pushed by the CPU */
};

extern const char text_start[], text_end[]; /* linker.ld */

void exception_handle(struct exception_frame *frame);

/* SDM vol. 3A 6.15 "Exception and Interrupt Reference" */
static const char *const names[EXCEPTION_COUNT] = {
	"#DE divide error",
	"#DB debug exception",
	"NMI",
	"#BP breakpoint",
	"#OF overflow",
	"#BR BOUND range exceeded",
	"#UD invalid opcode",
	"#NM device not available",
	"#DF double fault",
	"coprocessor segment overrun",
	"#TS invalid TSS",
	"#NP segment not present",
	"#SS stack fault",
	"#GP general protection",
	"#PF page fault",
	"reserved",
	"#MF x87 floating-point error",
	"#AC alignment check",
	"#MC machine check",
	"#XM SIMD floating-point exception",
	"#VE virtualization exception",
	"#CP control protection", /* came after the edition that is cited here */
};

static const char *vector_name(uint64_t vector)
{
	if (vector >= EXCEPTION_COUNT)
		return "unexpected interrupt";
	return names[vector] != NULL ? names[vector] : "reserved";
}

static void print_registers(const char *scope, const struct exception_frame *f, uint64_t cr2)
{
	log_line(scope, "RAX %#018lx RBX %#018lx RCX %#018lx RDX %#018lx", f->rax, f->rbx, f->rcx,
	         f->rdx);
	log_line(scope, "RSI %#018lx RDI %#018lx RBP %#018lx RSP %#018lx", f->rsi, f->rdi, f->rbp,
	         f->rsp);
	log_line(scope, "R8  %#018lx R9  %#018lx R10 %#018lx R11 %#018lx", f->r8, f->r9, f->r10,
	         f->r11);
	log_line(scope, "R12 %#018lx R13 %#018lx R14 %#018lx R15 %#018lx", f->r12, f->r13, f->r14,
	         f->r15);
	log_line(scope, "CR0 %#018lx CR2 %#018lx CR3 %#018lx CR4 %#018lx", read_cr0(), cr2,
	         read_cr3(), read_cr4());
	log_line(scope, "RFLAGS %#lx CS %#lx SS %#lx", f->rflags, f->cs, f->ss);
}

static bool is_in_text(uint64_t address)
{
	return address >= (uint64_t)text_start && address < (uint64_t)text_end;
}

/*
 * Prints the values on the stack that may be return addresses, the innermost first. Some may be
 * left from calls that have returned. Reads only the page of RSP, and only if it is known to be
 * mapped.
 */
static void print_return_addresses(const char *scope, const struct exception_frame *f, uint64_t cr2)
{
	uint64_t end = (f->rsp | (PAGE_BYTES - 1)) + 1;
	unsigned printed = 0;

	if (!is_in_text(f->rip) || f->rsp % sizeof(uint64_t) != 0 || f->vector == VECTOR_DF ||
	    cr2 / PAGE_BYTES == f->rsp / PAGE_BYTES)
		return;
	text_print(&log_stamped, "%s: return addresses:", scope);
	for (uint64_t at = f->rsp; at < end && printed < RETURN_ADDRESSES; at += sizeof(uint64_t)) {
		uint64_t value = *(const uint64_t *)at;

		if (!is_in_text(value))
			continue;
		text_print(&log_stamped, " %#lx", value);
		printed++;
	}
	text_print(&log_stamped, "\n");
}

/*
 * Compilers trap with UD2, or UD1 with an address-size prefix. The bytes are read only if RIP is in
 * the kernel's text: another address may not be mapped.
 */
static void explain_trap(const char *scope, const struct exception_frame *f)
{
	const uint8_t *at = (const uint8_t *)f->rip;

	if (f->vector != VECTOR_UD || !is_in_text(f->rip))
		return;
	if ((at[0] == 0x0F && at[1] == 0x0B) || (at[0] == 0x67 && at[1] == 0x0F && at[2] == 0xB9))
		log_line(scope,
		         "the instruction is a compiler trap: in a build with DEBUG=1, undefined "
		         "behaviour");
}

static void print_frame(const struct exception_frame *f, uint64_t cr2)
{
	char name[16];
	struct text_buffer scope = text_buffer(name, sizeof(name));

	text_print(&scope.text, "cpu %u", arch_this_cpu()->found.index);
	log_line(name, "error: exception %lu (%s), error code %#lx, at RIP %#lx", f->vector,
	         vector_name(f->vector), f->error_code, f->rip);
	print_registers(name, f, cr2);
	print_return_addresses(name, f, cr2);
	explain_trap(name, f);
}

/*
 * Continues at the address in the recovery table, with the raw status in R8, if the instruction has
 * an entry there. Otherwise returns false.
 */
static bool recovered(struct exception_frame *frame)
{
	uint64_t next = recovery_find(frame->rip);

	if (next == 0)
		return false;
	frame->r8 = RAW_FAULT | frame->vector << 32 | (uint32_t)frame->error_code;
	frame->rip = next;
	return true;
}

/*
 * CR2 is read first: a page fault in this handler would overwrite it. The order of the checks is
 * that of urgency: an NMI may ask this CPU to stop, whatever the CPU is doing.
 */
void exception_handle(struct exception_frame *frame)
{
	uint64_t cr2 = read_cr2();

	if (frame->vector == VECTOR_NMI && stop_if_wanted())
		return;
	if (frame->vector >= VECTOR_INTERRUPT_FIRST &&
	    interrupts_handle((uint8_t)frame->vector, frame->rflags))
		return;
	if (recovery_applies(frame->vector) && recovered(frame))
		return;
	panic_begin();
	print_frame(frame, cr2);
	hardware_error_print((uint8_t)frame->vector);
	panic_end(frame->vector == VECTOR_NMI  ? REASON_NMI
	          : frame->vector == VECTOR_MC ? REASON_MACHINE_CHECK
	                                       : REASON_EXCEPTION);
}
