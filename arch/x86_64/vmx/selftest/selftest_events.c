/*
 * Guest trials: exceptions, event windows, the VMX-preemption timer, the monitor trap flag, and
 * events that VM entry injects. SDM vol. 3C 25.2 "Other Causes of VM Exits", SDM vol. 3C 26.5
 * "Event Injection", SDM vol. 3C 26.6 "Special Features of VM Entry"
 */
#include "arch/x86_64/vmx/selftest/selftest_trial_rows.h"

#define NO_TIMER     CLEAR(PIN_CONTROLS, PIN_PREEMPTION_TIMER)
#define VIRTUAL_NMIS SET(PIN_CONTROLS, PIN_VIRTUAL_NMIS)

/* An address that the guest's page tables do not map, and the error code of a page fault: a write.
 */
#define UNMAPPED (TRIAL_ADDRESS(TRIAL_GUEST_PAGES) + 0x123)
#define PF_WRITE 2

/* Error codes of faults by a selector or by a vector: SDM vol. 3A 6.13 "Error Code" */
#define BAD_SELECTOR       0x150
#define CODE_OF(vector)    ((vector) << 3 | 2)
#define BY_EVENT           1
#define INTERRUPTED(event) THEN(EXIT_INTERRUPTION, event)
#define DELIVERING(event)  THEN(IDT_VECTORING, event)
#define ALL_BUT(vector)    CLEAR(EXCEPTION_BITMAP, BIT(vector))
#define NO_IDT             WRITE(GUEST_IDTR_LIMIT, 0)
#define INJECT(event)      WRITE(ENTRY_INTERRUPTION, event)
#define INTERRUPTS_ENABLED SET(GUEST_RFLAGS, EFLAGS_IF)

/* clang-format off */
const struct guest_trial selftest_events[] = {
	TRIAL("exception, invalid opcode in the bitmap", NULL, EXCEPTION, code_ud, 0, INTERRUPTED(EXCEPTION(VECTOR_UD)), THEN(GUEST_RSP, TRIAL_STACK_TOP)),
	REACHES("exception, invalid opcode not in the bitmap", NULL, VECTOR_UD, code_ud, ALL_BUT(VECTOR_UD), THEN_STORED_RIP(TRIAL_DATA, FRAME_RIP, 0)),
	TRIAL("exception, breakpoint in the bitmap", NULL, EXCEPTION, code_int3, 0, INTERRUPTED(SOFTWARE_EXCEPTION), THEN(EXIT_INSTRUCTION_LENGTH, 1)),
	REACHES("exception, breakpoint not in the bitmap", NULL, VECTOR_BP, code_int3, ALL_BUT(VECTOR_BP), THEN_STORED_RIP(TRIAL_DATA, FRAME_RIP, 1)),
	TRIAL("exception, divide error in the bitmap", NULL, EXCEPTION, code_de, 0, INTERRUPTED(EXCEPTION(VECTOR_DE))),
	TRIAL("exception, device not available in the bitmap", NULL, EXCEPTION, code_nm, 0, SET(GUEST_CR0, CR0_TS), INTERRUPTED(EXCEPTION(VECTOR_NM))),
	TRIAL("exception, general protection in the bitmap", NULL, EXCEPTION, code_gp, 0, PASS(RCX, BAD_SELECTOR), INTERRUPTED(EXCEPTION(VECTOR_GP) | WITH_CODE), THEN(EXIT_ERROR_CODE, BAD_SELECTOR)),
	REACHES("exception, general protection not in the bitmap", NULL, VECTOR_GP, code_gp, PASS(RCX, BAD_SELECTOR), ALL_BUT(VECTOR_GP), THEN_STORED(TRIAL_DATA, FRAME_CODE, BAD_SELECTOR)),
	TRIAL("exception, debug exception by a single step", NULL, EXCEPTION, code_step, PENDING_STEP, INTERRUPTED(EXCEPTION(VECTOR_DB))),
	TRIAL("exception, debug exception pending at entry", NULL, EXCEPTION, code_nops, BIT(0), WRITE(GUEST_PENDING_DEBUG, PENDING_BREAKPOINT | BIT(0)), INTERRUPTED(EXCEPTION(VECTOR_DB))),
	REACHES("exception, INT n does not consult the bitmap", NULL, 0x20, code_int_20, NOTHING),
	REACHES("exception, INT 14 is no page fault", NULL, VECTOR_PF, code_int_14, THEN(GUEST_RSP, TRIAL_ADDRESS(TRIAL_DATA) + FRAME_RIP)),
	TRIAL("exception, triple fault", NULL, TRIPLE_FAULT, code_ud, 0, WRITE(EXCEPTION_BITMAP, 0), NO_IDT),
	TRIAL("exception, double fault in the bitmap", NULL, EXCEPTION, code_ud, 0, WRITE(EXCEPTION_BITMAP, BIT(VECTOR_DF)), NO_IDT, INTERRUPTED(EXCEPTION(VECTOR_DF) | WITH_CODE), THEN(EXIT_ERROR_CODE, 0)),
	TRIAL("exception, general protection while invalid opcode is delivered", NULL, EXCEPTION, code_ud, 0, ALL_BUT(VECTOR_UD), NO_IDT, INTERRUPTED(EXCEPTION(VECTOR_GP) | WITH_CODE), THEN(EXIT_ERROR_CODE, CODE_OF(VECTOR_UD) | BY_EVENT), DELIVERING(EXCEPTION(VECTOR_UD))),
	TRIAL("exception, general protection while breakpoint is delivered", NULL, EXCEPTION, code_int3, 0, ALL_BUT(VECTOR_BP), NO_IDT, INTERRUPTED(EXCEPTION(VECTOR_GP) | WITH_CODE), DELIVERING(SOFTWARE_EXCEPTION), THEN(EXIT_INSTRUCTION_LENGTH, 1)),
	TRIAL("exception, general protection while INT n is delivered", NULL, EXCEPTION, code_int_20, 0, NO_IDT, INTERRUPTED(EXCEPTION(VECTOR_GP) | WITH_CODE), THEN(EXIT_ERROR_CODE, CODE_OF(0x20)), DELIVERING(SOFTWARE(0x20)), THEN(EXIT_INSTRUCTION_LENGTH, 2)),

	/* SDM vol. 3C 24.6.3 "Exception Bitmap" */
	TRIAL("page fault, in the bitmap, code matches", NULL, EXCEPTION, code_load, UNMAPPED, PASS(RCX, UNMAPPED), WRITE(PAGE_FAULT_ERROR_CODE_MASK, PF_WRITE), INTERRUPTED(EXCEPTION(VECTOR_PF) | WITH_CODE), THEN(EXIT_ERROR_CODE, 0)),
	REACHES("page fault, in the bitmap, code differs", NULL, VECTOR_PF, code_store, PASS(RCX, UNMAPPED), WRITE(PAGE_FAULT_ERROR_CODE_MASK, PF_WRITE), THEN_STORED(TRIAL_DATA, FRAME_CODE, PF_WRITE)),
	REACHES("page fault, in the bitmap, match outside the mask", NULL, VECTOR_PF, code_load, PASS(RCX, UNMAPPED), WRITE(PAGE_FAULT_ERROR_CODE_MATCH, 1)),
	TRIAL("page fault, not in the bitmap, code differs", NULL, EXCEPTION, code_store, UNMAPPED, ALL_BUT(VECTOR_PF), PASS(RCX, UNMAPPED), WRITE(PAGE_FAULT_ERROR_CODE_MASK, PF_WRITE), INTERRUPTED(EXCEPTION(VECTOR_PF) | WITH_CODE), THEN(EXIT_ERROR_CODE, PF_WRITE)),
	REACHES("page fault, not in the bitmap, code matches", NULL, VECTOR_PF, code_load, ALL_BUT(VECTOR_PF), PASS(RCX, UNMAPPED), WRITE(PAGE_FAULT_ERROR_CODE_MASK, PF_WRITE)),
	TRIAL("page fault, not in the bitmap, match outside the mask", NULL, EXCEPTION, code_load, UNMAPPED, ALL_BUT(VECTOR_PF), PASS(RCX, UNMAPPED), WRITE(PAGE_FAULT_ERROR_CODE_MATCH, 1), INTERRUPTED(EXCEPTION(VECTOR_PF) | WITH_CODE)),

	TRIAL("external interrupt, not acknowledged", "vmx-intr-exit", EXTERNAL_INTERRUPT, code_nops, 0, INTERRUPTS_ENABLED, SET(PIN_CONTROLS, PIN_EXTERNAL_INTERRUPT_EXITING), INTERRUPT_SELF),
	TRIAL("external interrupt, acknowledged", "vmx-intr-exit, vmx-exit-ack-intr", EXTERNAL_INTERRUPT, code_nops, 0, INTERRUPTS_ENABLED, SET(PIN_CONTROLS, PIN_EXTERNAL_INTERRUPT_EXITING), SET(EXIT_CONTROLS, EXIT_ACKNOWLEDGE_INTERRUPT), INTERRUPT_SELF, INTERRUPTED(EXTERNAL(TRIAL_VECTOR))),
	TRIAL("external interrupt, disabled by the guest", "vmx-intr-exit", EXTERNAL_INTERRUPT, code_nops, 0, SET(PIN_CONTROLS, PIN_EXTERNAL_INTERRUPT_EXITING), INTERRUPT_SELF),
	TRIAL("external interrupt, wakes from HLT", "vmx-intr-exit, vmx-activity-hlt", EXTERNAL_INTERRUPT, code_nops, 0, INTERRUPTS_ENABLED, SET(PIN_CONTROLS, PIN_EXTERNAL_INTERRUPT_EXITING), WRITE(GUEST_ACTIVITY, ACTIVITY_HLT), INTERRUPT_SELF),
	TRIAL("interrupt window, open at entry", NULL, INTERRUPT_WINDOW, code_nops, 0, PRIMARY_ON(INTERRUPT_WINDOW_EXITING), INTERRUPTS_ENABLED),
	TRIAL("interrupt window, after STI", NULL, INTERRUPT_WINDOW, code_sti, 0, PRIMARY_ON(INTERRUPT_WINDOW_EXITING)),
	TRIAL("interrupt window, blocked by STI at entry", NULL, INTERRUPT_WINDOW, code_after_one, 0, PRIMARY_ON(INTERRUPT_WINDOW_EXITING), INTERRUPTS_ENABLED, WRITE(GUEST_INTERRUPTIBILITY, BLOCKING_BY_STI)),
	TRIAL("interrupt window, blocked by MOV SS at entry", NULL, INTERRUPT_WINDOW, code_after_one, 0, PRIMARY_ON(INTERRUPT_WINDOW_EXITING), INTERRUPTS_ENABLED, WRITE(GUEST_INTERRUPTIBILITY, BLOCKING_BY_MOV_SS)),
	TRIAL("interrupt window, wakes from HLT", "vmx-activity-hlt, vmx-preemption-timer", INTERRUPT_WINDOW, code_nops, 0, PRIMARY_ON(INTERRUPT_WINDOW_EXITING), INTERRUPTS_ENABLED, WRITE(GUEST_ACTIVITY, ACTIVITY_HLT)),
	ENDS("interrupt window, closed", NULL, code_nops, PRIMARY_ON(INTERRUPT_WINDOW_EXITING)),
	TRIAL("NMI window, open at entry", "vmx-vnmi-pending, vmx-vnmi", NMI_WINDOW, code_nops, 0, VIRTUAL_NMIS, PRIMARY_ON(NMI_WINDOW_EXITING)),
	TRIAL("NMI window, after IRET", "vmx-vnmi-pending, vmx-vnmi", NMI_WINDOW, code_iret, 0, VIRTUAL_NMIS, PRIMARY_ON(NMI_WINDOW_EXITING), WRITE(GUEST_INTERRUPTIBILITY, BLOCKING_BY_NMI), THEN_CLEAR(GUEST_INTERRUPTIBILITY, BLOCKING_BY_NMI)),
	ENDS("NMI window, blocked", "vmx-vnmi-pending, vmx-vnmi", code_nops, VIRTUAL_NMIS, PRIMARY_ON(NMI_WINDOW_EXITING), WRITE(GUEST_INTERRUPTIBILITY, BLOCKING_BY_NMI), THEN_SET(GUEST_INTERRUPTIBILITY, BLOCKING_BY_NMI)),

	TRIAL("monitor trap flag, first instruction", "vmx-mtf", MONITOR_TRAP_FLAG, code_after_one, 0, PRIMARY_ON(MONITOR_TRAP_FLAG)),
	GOES_ON("monitor trap flag, off again", "vmx-mtf", VMCALL, PRIMARY_OFF(MONITOR_TRAP_FLAG)),
	TRIAL("monitor trap flag, HLT", "vmx-mtf, vmx-preemption-timer", MONITOR_TRAP_FLAG, code_halted, 0, PRIMARY_ON(MONITOR_TRAP_FLAG), PRIMARY_OFF(HLT_EXITING), THEN(GUEST_ACTIVITY, ACTIVITY_HLT)),
	{{"monitor trap flag, a fault is delivered first", "vmx-mtf", EXITS(MONITOR_TRAP_FLAG)}, &code_ud, 0, VECTOR_UD, {PRIMARY_ON(MONITOR_TRAP_FLAG), ALL_BUT(VECTOR_UD)}},
	{{"monitor trap flag, an event is injected", "vmx-mtf", EXITS(MONITOR_TRAP_FLAG)}, &code_nops, 0, 0x20, {PRIMARY_ON(MONITOR_TRAP_FLAG), INJECT(EXTERNAL(0x20)), INTERRUPTS_ENABLED}},
	TRIAL("monitor trap flag, injected as an event", "vmx-mtf", MONITOR_TRAP_FLAG, code_nops, 0, INJECT(PENDING_MTF)),
	TRIAL("monitor trap flag, exits have priority", "vmx-mtf", CPUID, code_cpuid, 0, PRIMARY_ON(MONITOR_TRAP_FLAG)),

	TRIAL("timer, 0 at entry", "vmx-preemption-timer", PREEMPTION_TIMER, code_nops, 0, WRITE(PREEMPTION_TIMER, 0)),
	/* Bochs 2.7 holds back the interrupts of a hypervisor while its guest has them disabled: KVM, whose own
	   timer stands for that of its guests, would never stop one that spins. */
	TRIAL("timer, counts to 0", "vmx-preemption-timer", PREEMPTION_TIMER, code_spin, 0, INTERRUPTS_ENABLED, WRITE(PREEMPTION_TIMER, 0x100)),
	TRIAL("timer, 0 saved", "vmx-exit-save-preemption-timer", PREEMPTION_TIMER, code_spin, 0, INTERRUPTS_ENABLED, SET(EXIT_CONTROLS, EXIT_SAVE_PREEMPTION_TIMER), WRITE(PREEMPTION_TIMER, 0x100), THEN(PREEMPTION_TIMER, 0)),
	TRIAL("timer, saved while it counts", "vmx-exit-save-preemption-timer", CPUID, code_counts, 0, SET(EXIT_CONTROLS, EXIT_SAVE_PREEMPTION_TIMER), WRITE(PREEMPTION_TIMER, BIT(30)), THEN_CLEAR(PREEMPTION_TIMER, BIT(30)), THEN_SET(PREEMPTION_TIMER, BIT(29))),
	TRIAL("timer, not saved", "vmx-preemption-timer", CPUID, code_counts, 0, WRITE(PREEMPTION_TIMER, BIT(30)), THEN(PREEMPTION_TIMER, BIT(30))),
	ENDS("timer, not active", "vmx-preemption-timer", code_nops, NO_TIMER, WRITE(PREEMPTION_TIMER, 0)),
	TRIAL("timer, wakes from HLT", "vmx-preemption-timer, vmx-activity-hlt", PREEMPTION_TIMER, code_nops, 0, WRITE(PREEMPTION_TIMER, 0x100), WRITE(GUEST_ACTIVITY, ACTIVITY_HLT), THEN(GUEST_ACTIVITY, ACTIVITY_HLT)),
	TRIAL("timer, ends the shutdown state", "vmx-preemption-timer, vmx-activity-shutdown", PREEMPTION_TIMER, code_nops, 0, WRITE(PREEMPTION_TIMER, 0x100), WRITE(GUEST_ACTIVITY, ACTIVITY_SHUTDOWN), THEN(GUEST_ACTIVITY, ACTIVITY_SHUTDOWN)),
	{{"timer, 0 after an event is injected", "vmx-preemption-timer", EXITS(PREEMPTION_TIMER)}, &code_nops, 0, 0x20, {WRITE(PREEMPTION_TIMER, 0), INJECT(EXTERNAL(0x20)), INTERRUPTS_ENABLED}},

	REACHES("injection, external interrupt", NULL, 0x20, code_nops, INJECT(EXTERNAL(0x20)), INTERRUPTS_ENABLED, THEN_STORED_RIP(TRIAL_DATA, FRAME_RIP, 0), THEN_CLEAR(ENTRY_INTERRUPTION, INTERRUPTION_VALID), THEN_CLEAR(GUEST_RFLAGS, EFLAGS_IF)),
	REACHES("injection, NMI", "vmx-vnmi", VECTOR_NMI, code_nops, VIRTUAL_NMIS, INJECT(NMI), THEN(GUEST_INTERRUPTIBILITY, BLOCKING_BY_NMI)),
	REACHES("injection, invalid opcode although it is in the bitmap", NULL, VECTOR_UD, code_nops, INJECT(EXCEPTION(VECTOR_UD)), THEN_STORED_RIP(TRIAL_DATA, FRAME_RIP, 0)),
	REACHES("injection, general protection with an error code", NULL, VECTOR_GP, code_nops, INJECT(EXCEPTION(VECTOR_GP) | WITH_CODE), WRITE(ENTRY_ERROR_CODE, 0x1234), THEN_STORED(TRIAL_DATA, FRAME_CODE, 0x1234)),
	REACHES("injection, software interrupt", NULL, 0x20, code_nops, INJECT(SOFTWARE(0x20)), THEN_STORED_RIP(TRIAL_DATA, FRAME_RIP, 2)),
	REACHES("injection, breakpoint", NULL, VECTOR_BP, code_nops, INJECT(SOFTWARE_EXCEPTION), WRITE(ENTRY_INSTRUCTION_LENGTH, 1), THEN_STORED_RIP(TRIAL_DATA, FRAME_RIP, 1)),
	REACHES("injection, privileged software exception", NULL, VECTOR_DB, code_nops, INJECT(EVENT(5, VECTOR_DB)), WRITE(ENTRY_INSTRUCTION_LENGTH, 1), THEN_STORED_RIP(TRIAL_DATA, FRAME_RIP, 1)),
	REACHES("injection, wakes from HLT", "vmx-activity-hlt, vmx-preemption-timer", 0x20, code_nops, INJECT(EXTERNAL(0x20)), INTERRUPTS_ENABLED, WRITE(GUEST_ACTIVITY, ACTIVITY_HLT), THEN(GUEST_ACTIVITY, 0)),
	TRIAL("injection, general protection while an interrupt is delivered", NULL, EXCEPTION, code_nops, 0, INJECT(EXTERNAL(0x20)), INTERRUPTS_ENABLED, NO_IDT, INTERRUPTED(EXCEPTION(VECTOR_GP) | WITH_CODE), DELIVERING(EXTERNAL(0x20))),
	TRIAL("injection, general protection while a software interrupt is delivered", NULL, EXCEPTION, code_nops, 0, INJECT(SOFTWARE(0x20)), NO_IDT, INTERRUPTED(EXCEPTION(VECTOR_GP) | WITH_CODE), THEN(EXIT_ERROR_CODE, CODE_OF(0x20)), DELIVERING(SOFTWARE(0x20))),
	TRIAL("injection, general protection while general protection is delivered is double fault", NULL, EXCEPTION, code_nops, 0, INJECT(EXCEPTION(VECTOR_GP) | WITH_CODE), ALL_BUT(VECTOR_GP), NO_IDT, INTERRUPTED(EXCEPTION(VECTOR_DF) | WITH_CODE), THEN(EXIT_ERROR_CODE, 0)),
};
/* clang-format on */

const unsigned selftest_events_count = COUNT_OF(selftest_events);
