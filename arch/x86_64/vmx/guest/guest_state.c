/* Fills the VMCS before the first VM entry: the controls and the guest's state. */
#include "arch/x86_64/registers.h"
#include "arch/x86_64/vmx/guest/controls.h"
#include "arch/x86_64/vmx/guest/guest.h"
#include "arch/x86_64/vmx/guest/vmcs_controls.h"
#include "arch/x86_64/vmx/guest/vmcs_host.h"
#include "arch/x86_64/vmx/vmcs.h"
#include "kernel/lib/count.h"

/* The limit between two exits, in ticks of the time-stamp counter: some 20 ms at 3 GHz. */
#define TIMER_TICKS (1ull << 26)

/* Segment registers in the order of their VMCS fields. */
enum { ES, CS, SS, DS, FS, GS, LDTR, TR, SEGMENT_COUNT };

/*
 * The selector is base / 16, as in real mode; 64-bit mode ignores it. Rights of 0 mean an unusable
 * segment, which a 64-bit guest may have in every register except CS and TR.
 */
struct segment {
	uint32_t rights;
	uint32_t limit;
	uint64_t base;
};

static const struct segment long_segments[SEGMENT_COUNT] = {
	[CS] = {RIGHTS_CODE64, 0xFFFFFFFF, 0},
	[TR] = {RIGHTS_BUSY_TSS, 0x67, 0},
};

static const struct segment real_segments[SEGMENT_COUNT] = {
	[ES] = {RIGHTS_DATA16, 0xFFFF, 0},   [CS] = {RIGHTS_CODE16, 0xFFFF, GUEST_CODE},
	[SS] = {RIGHTS_DATA16, 0xFFFF, 0},   [DS] = {RIGHTS_DATA16, 0xFFFF, 0},
	[FS] = {RIGHTS_DATA16, 0xFFFF, 0},   [GS] = {RIGHTS_DATA16, 0xFFFF, 0},
	[TR] = {RIGHTS_BUSY_TSS, 0xFFFF, 0},
};

/*
 * The fields that are the same for every guest. Every exception exits, because none is expected: a
 * guest without an IDT would otherwise end in a triple fault, which hides the cause. CR0 and CR4
 * need no masks, because no guest writes them. The link pointer must be all ones without VMCS
 * shadowing.
 */
static const struct vmcs_setting constants[] = {
	{EXCEPTION_BITMAP, 0xFFFFFFFF},
	{PAGE_FAULT_ERROR_CODE_MASK, 0},
	{PAGE_FAULT_ERROR_CODE_MATCH, 0},
	{CR3_TARGET_COUNT, 0},
	{EXIT_MSR_STORE_COUNT, 0},
	{EXIT_MSR_LOAD_COUNT, 0},
	{ENTRY_MSR_LOAD_COUNT, 0},
	{ENTRY_INTERRUPTION, 0},
	{CR0_MASK, 0},
	{CR4_MASK, 0},
	{CR0_SHADOW, 0},
	{CR4_SHADOW, 0},
	{VMCS_LINK_POINTER, UINT64_MAX},
	{GUEST_RFLAGS, EFLAGS_ALWAYS},
	{GUEST_RSP, 0},
	{GUEST_DR7, DR7_INITIAL},
	{GUEST_DEBUGCTL, 0},
	{GUEST_PENDING_DEBUG, 0},
	{GUEST_ACTIVITY, 0},
	{GUEST_INTERRUPTIBILITY, 0},
	{GUEST_SYSENTER_CS, 0},
	{GUEST_SYSENTER_ESP, 0},
	{GUEST_SYSENTER_EIP, 0},
	{GUEST_GDTR_BASE, 0},
	{GUEST_GDTR_LIMIT, 0},
	{GUEST_IDTR_BASE, 0},
	{GUEST_IDTR_LIMIT, 0},
};

/*
 * RDMSR and WRMSR always exit because "use MSR bitmaps" is clear. The preemption timer counts down
 * by 1 every 2^n ticks of the time-stamp counter, with n in IA32_VMX_MISC: SDM vol. 3C 25.5.1
 * "VMX-Preemption Timer".
 */
static bool write_controls(const struct guest *guest, struct cpu *cpu)
{
	const struct vmx_evidence *evidence = &cpu->evidence;
	uint64_t misc = evidence->msr[IA32_VMX_MISC - VMX_MSR_FIRST].value;
	uint64_t timer_ticks = TIMER_TICKS >> (misc & VMX_MISC_TIMER_RATE);
	uint64_t ept_pointer = controls_ept_pointer(evidence, guest_memory_ept_root());
	bool timer = cpu->proof.timer, efer = controls_efer(evidence);
	const uint32_t required[] = {
		[CONTROLS_PIN] = PIN_NMI_EXITING | (timer ? PIN_PREEMPTION_TIMER : 0),
		[CONTROLS_PRIMARY] = PRIMARY_HLT_EXITING | PRIMARY_IO_EXITING |
	                             (guest->ept ? PRIMARY_SECONDARY : 0),
		[CONTROLS_EXIT] = EXIT_HOST_64BIT | (efer ? EXIT_LOAD_EFER : 0),
		[CONTROLS_ENTRY] =
			(guest->real_mode ? 0 : ENTRY_IA32E_GUEST) | (efer ? ENTRY_LOAD_EFER : 0),
		[CONTROLS_SECONDARY] =
			SECONDARY_EPT | (guest->real_mode ? SECONDARY_UNRESTRICTED : 0),
	};

	for (unsigned i = 0; i < COUNT_OF(required); i++) {
		if ((i != CONTROLS_SECONDARY || guest->ept) && !vmcs_require(i, required[i], cpu))
			return false;
	}
	return (!timer || vmcs_set(PREEMPTION_TIMER, timer_ticks, &cpu->proof)) &&
	       (!guest->ept || vmcs_set(EPT_POINTER, ept_pointer, &cpu->proof));
}

static bool write_segments(const struct segment segments[SEGMENT_COUNT], struct vmx_proof *proof)
{
	for (unsigned i = 0; i < SEGMENT_COUNT; i++) {
		const struct segment *segment = &segments[i];
		uint32_t rights = segment->rights != 0 ? segment->rights : RIGHTS_UNUSABLE;

		if (!vmcs_set(GUEST_ES_SELECTOR + 2 * i, segment->base >> 4, proof) ||
		    !vmcs_set(GUEST_ES_RIGHTS + 2 * i, rights, proof) ||
		    !vmcs_set(GUEST_ES_LIMIT + 2 * i, segment->limit, proof) ||
		    !vmcs_set(GUEST_ES_BASE + 2 * i, segment->base, proof))
			return false;
	}
	return true;
}

/* A real-mode guest has no paging, so its CR3 is not used. */
static bool write_registers(const struct guest *guest, bool efer, struct vmx_proof *proof)
{
	return vmcs_set(GUEST_CR0, guest->cr0, proof) &&
	       vmcs_set(GUEST_CR3, guest->real_mode ? 0 : guest_memory_cr3(guest->ept), proof) &&
	       vmcs_set(GUEST_CR4, guest->cr4, proof) &&
	       vmcs_set(GUEST_RIP, guest->origin + guest->start, proof) &&
	       (!efer || vmcs_set(GUEST_EFER, guest->real_mode ? 0 : EFER_LME | EFER_LMA, proof)) &&
	       write_segments(guest->real_mode ? real_segments : long_segments, proof);
}

bool guest_state_write(const struct guest *guest, struct cpu *cpu)
{
	const struct vmx_evidence *evidence = &cpu->evidence;

	cpu->proof.timer = controls_allow(CONTROLS_PIN, PIN_PREEMPTION_TIMER, evidence);
	return write_controls(guest, cpu) &&
	       vmcs_set_all(constants, COUNT_OF(constants), &cpu->proof) &&
	       write_registers(guest, controls_efer(evidence), &cpu->proof) &&
	       vmcs_set_host((uint64_t)guest_exit, evidence, &cpu->proof);
}
