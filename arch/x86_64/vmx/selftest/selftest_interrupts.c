/*
 * Guest trials: virtual interrupts, posted ones, and the virtual APIC's registers. SDM vol. 3C 29.1
 * "Virtual APIC State", SDM vol. 3C 29.2 "Evaluation and Delivery of Virtual Interrupts", SDM vol.
 * 3C 29.4 "Virtualizing Memory-Mapped APIC Accesses", SDM vol. 3C 29.5 "Virtualizing MSR-Based APIC
 * Accesses", SDM vol. 3C 29.6 "Posted-Interrupt Processing"
 */
#include "arch/x86_64/vmx/selftest/selftest_trial_rows.h"

/* The interrupt that is pending, and its bits in the VISR, in an EOI-exit bitmap and in the PIR. */
#define VECTOR         0x20
#define VECTOR_BIT     BIT(0) /* of the second doubleword */
#define VISR_1         0x110
#define PENDING        WRITE(GUEST_INTERRUPT_STATUS, VECTOR)
#define IN_SERVICE     WRITE(GUEST_INTERRUPT_STATUS, VECTOR << 8)
#define THEN_STATUS(n) THEN(GUEST_INTERRUPT_STATUS, n)
#define TAKEN          THEN_STATUS(VECTOR << 8), THEN_STORED(TRIAL_VIRTUAL_APIC, VISR_1, VECTOR_BIT)

#define NEEDS "vmx-apicv-vid, vmx-flexpriority, vmx-intr-exit"
#define VIRTUAL                                                                    \
	SET(PIN_CONTROLS, PIN_EXTERNAL_INTERRUPT_EXITING), PRIMARY_ON(TPR_SHADOW), \
		SECONDARY_ON(VIRTUAL_INTERRUPTS)
#define X2APIC SET(SECONDARY_CONTROLS, SECONDARY_VIRTUAL_INTERRUPTS | SECONDARY_VIRTUALIZE_X2APIC)
#define VIRTUAL_X2APIC \
	SET(PIN_CONTROLS, PIN_EXTERNAL_INTERRUPT_EXITING), PRIMARY_ON(TPR_SHADOW), X2APIC
#define POSTED                                                                     \
	SET(PIN_CONTROLS, PIN_EXTERNAL_INTERRUPT_EXITING | PIN_POSTED_INTERRUPTS), \
		PRIMARY_ON(TPR_SHADOW), SECONDARY_ON(VIRTUAL_INTERRUPTS),          \
		SET(EXIT_CONTROLS, EXIT_ACKNOWLEDGE_INTERRUPT)
#define REGISTERS                                       \
	PRIMARY_ON(TPR_SHADOW), SET(SECONDARY_CONTROLS, \
	                            SECONDARY_VIRTUALIZE_APIC_ACCESSES | SECONDARY_APIC_REGISTERS)
#define INTERRUPTS_ENABLED SET(GUEST_RFLAGS, EFLAGS_IF)
#define VTPR(value)        STORE(TRIAL_VIRTUAL_APIC, 0x80, value)

/* x2APIC registers by MSR, and the register that the guest writes in memory. */
#define X2APIC_ID       0x802
#define X2APIC_EOI      0x80B
#define X2APIC_SELF_IPI 0x83F
#define COMMAND         0x300

/* clang-format off */
const struct guest_trial selftest_interrupts[] = {
	REACHES("virtual interrupt, pending at entry", NEEDS, VECTOR, code_nops, VIRTUAL, PENDING, INTERRUPTS_ENABLED, TAKEN),
	ENDS("virtual interrupt, disabled by the guest", NEEDS, code_nops, VIRTUAL, PENDING, THEN_STATUS(VECTOR)),
	REACHES("virtual interrupt, after STI", NEEDS, VECTOR, code_sti, VIRTUAL, PENDING, TAKEN),
	ENDS("virtual interrupt, masked by the TPR", NEEDS, code_nops, VIRTUAL, PENDING, INTERRUPTS_ENABLED, VTPR(VECTOR), THEN_STATUS(VECTOR)),
	REACHES("virtual interrupt, after the TPR is lowered", NEEDS, VECTOR, code_after_cr8, VIRTUAL, PENDING, INTERRUPTS_ENABLED, VTPR(VECTOR), THEN_STATUS(VECTOR << 8)),
	REACHES("virtual interrupt, wakes from HLT", NEEDS ", vmx-activity-hlt", VECTOR, code_nops, VIRTUAL, PENDING, INTERRUPTS_ENABLED, WRITE(GUEST_ACTIVITY, ACTIVITY_HLT), THEN_STATUS(VECTOR << 8)),
	ENDS("virtual interrupt, EOI", NEEDS ", vmx-apicv-x2apic, vmx-msr-bitmap", code_wrmsr, VIRTUAL_X2APIC, IN_SERVICE, STORE(TRIAL_VIRTUAL_APIC, VISR_1, VECTOR_BIT), PASS(RCX, X2APIC_EOI), THEN_STATUS(0), THEN_STORED(TRIAL_VIRTUAL_APIC, VISR_1, 0)),
	TRIAL("virtual interrupt, EOI that exits", NEEDS ", vmx-apicv-x2apic, vmx-msr-bitmap", VIRTUALIZED_EOI, code_after_wrmsr, VECTOR, VIRTUAL_X2APIC, IN_SERVICE, WRITE_HIGH(EOI_EXIT_BITMAP0, VECTOR_BIT), PASS(RCX, X2APIC_EOI), THEN_STATUS(0)),
	REACHES("virtual interrupt, sent to itself", NEEDS ", vmx-apicv-x2apic, vmx-msr-bitmap", VECTOR, code_after_wrmsr, VIRTUAL_X2APIC, INTERRUPTS_ENABLED, PASS(RCX, X2APIC_SELF_IPI), PASS(RAX, VECTOR), THEN_STATUS(VECTOR << 8)),
	/* The descriptor is at the start of its page, and the first word has the requests for vectors 0 to 63. */
	REACHES("posted interrupt, notified", NEEDS ", vmx-posted-intr", VECTOR, code_nops, POSTED, STORE_HIGH(TRIAL_POSTED, 0, VECTOR_BIT), INTERRUPTS_ENABLED, INTERRUPT_SELF, THEN_STATUS(VECTOR << 8)),
	REACHES("posted interrupt, taken from the descriptor", NEEDS ", vmx-posted-intr", VECTOR, code_nops, POSTED, STORE_HIGH(TRIAL_POSTED, 0, VECTOR_BIT), INTERRUPTS_ENABLED, INTERRUPT_SELF, THEN_STORED(TRIAL_POSTED, 0, 0)),
	TRIAL("external interrupt, not the notification of posted ones", NEEDS ", vmx-posted-intr", EXTERNAL_INTERRUPT, code_nops, 0, POSTED, WRITE(POSTED_INTERRUPT_VECTOR, TRIAL_VECTOR - 1), INTERRUPTS_ENABLED, INTERRUPT_SELF, THEN(EXIT_INTERRUPTION, EXTERNAL(TRIAL_VECTOR))),

	ENDS("APIC access, register read from the virtual-APIC page", "vmx-apicv-xapic, vmx-apicv-register, vmx-flexpriority", code_apic_read, REGISTERS, STORE(TRIAL_VIRTUAL_APIC, 0x20, 0x12000000), THEN_HOLDS(RAX, 0x12000000)),
	TRIAL("APIC write, exit after the write", "vmx-apicv-xapic, vmx-apicv-register, vmx-flexpriority", APIC_WRITE, code_after_apic_write, COMMAND, REGISTERS, PASS(RAX, 0x4400), THEN_STORED(TRIAL_VIRTUAL_APIC, COMMAND, 0x4400)),
	ENDS("x2APIC, register read from the virtual-APIC page", "vmx-apicv-x2apic, vmx-apicv-register, vmx-flexpriority, vmx-msr-bitmap", code_rdmsr, PRIMARY_ON(TPR_SHADOW), SET(SECONDARY_CONTROLS, SECONDARY_VIRTUALIZE_X2APIC | SECONDARY_APIC_REGISTERS), STORE(TRIAL_VIRTUAL_APIC, 0x20, 0x12), PASS(RCX, X2APIC_ID), THEN_HOLDS(RAX, 0x12)),
};
/* clang-format on */

const unsigned selftest_interrupts_count = COUNT_OF(selftest_interrupts);
