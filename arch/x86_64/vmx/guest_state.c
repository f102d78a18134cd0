/* What the VMCS holds before the first entry: controls, the guest's state, the host's state. */
#include "arch/x86_64/descriptors.h"
#include "arch/x86_64/instructions.h"
#include "arch/x86_64/registers.h"
#include "arch/x86_64/vmx/controls.h"
#include "arch/x86_64/vmx/guest.h"
#include "arch/x86_64/vmx/plan.h"
#include "arch/x86_64/vmx/vmcs.h"
#include "kernel/caps.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

#define TIMER_TICKS (1ull << 31) /* of the time-stamp counter, for a guest between two exits */

/* Access rights: SDM vol. 3C 24.4.1 "Guest Register State" */
enum {
	RIGHTS_CODE64 = 0xA09B,
	RIGHTS_CODE16 = 0x9B,
	RIGHTS_DATA16 = 0x93,
	RIGHTS_BUSY_TSS = 0x8B,
	RIGHTS_UNUSABLE = 0x10000,
};

/* Segment registers as the VMCS orders them. */
enum { ES, CS, SS, DS, FS, GS, LDTR, TR, SEGMENT_COUNT };

struct setting {
	uint32_t field;
	uint64_t value;
};

struct segment {
	uint16_t selector;
	uint32_t rights;
	uint32_t limit;
	uint64_t base;
};

/* What is the same for every guest. Every exception exits, for none is expected. */
static const struct setting common[] = {
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
	{GUEST_DEBUGCTL, 0},
	{GUEST_INTERRUPTIBILITY, 0},
	{GUEST_ACTIVITY, 0},
	{GUEST_PENDING_DEBUG, 0},
	{GUEST_SYSENTER_CS, 0},
	{GUEST_SYSENTER_ESP, 0},
	{GUEST_SYSENTER_EIP, 0},
	{GUEST_GDTR_BASE, 0},
	{GUEST_GDTR_LIMIT, 0},
	{GUEST_IDTR_BASE, 0},
	{GUEST_IDTR_LIMIT, 0},
	{GUEST_DR7, DR7_INITIAL},
	{GUEST_RFLAGS, EFLAGS_ALWAYS},
	{GUEST_RSP, 0},
};

static const struct segment long_segments[SEGMENT_COUNT] = {
	[ES] = {0, RIGHTS_UNUSABLE, 0, 0},
	[CS] = {SELECTOR_CODE, RIGHTS_CODE64, 0xFFFFFFFF, 0},
	[SS] = {0, RIGHTS_UNUSABLE, 0, 0},
	[DS] = {0, RIGHTS_UNUSABLE, 0, 0},
	[FS] = {0, RIGHTS_UNUSABLE, 0, 0},
	[GS] = {0, RIGHTS_UNUSABLE, 0, 0},
	[LDTR] = {0, RIGHTS_UNUSABLE, 0, 0},
	[TR] = {SELECTOR_TSS, RIGHTS_BUSY_TSS, 0x67, 0},
};

static const struct segment real_segments[SEGMENT_COUNT] = {
	[ES] = {0, RIGHTS_DATA16, 0xFFFF, 0},
	[CS] = {GUEST_CODE >> 4, RIGHTS_CODE16, 0xFFFF, GUEST_CODE},
	[SS] = {0, RIGHTS_DATA16, 0xFFFF, 0},
	[DS] = {0, RIGHTS_DATA16, 0xFFFF, 0},
	[FS] = {0, RIGHTS_DATA16, 0xFFFF, 0},
	[GS] = {0, RIGHTS_DATA16, 0xFFFF, 0},
	[LDTR] = {0, RIGHTS_UNUSABLE, 0, 0},
	[TR] = {0, RIGHTS_BUSY_TSS, 0xFFFF, 0},
};

static bool write(uint32_t field, uint64_t value, struct vmx_proof *proof)
{
	struct vmx_answer answer = vmcs_write(field, value);

	if (vmcs_done(answer))
		return true;
	proof->reason = REASON_VMCS;
	proof->what = "VMWRITE";
	proof->answer = answer;
	proof->seen = field;
	return false;
}

static bool write_all(const struct setting *settings, size_t count, struct vmx_proof *proof)
{
	for (size_t i = 0; i < count; i++) {
		if (!write(settings[i].field, settings[i].value, proof))
			return false;
	}
	return true;
}

/* A control field: of the controls required none may be missing; optional ones may. */
static bool write_controls(enum controls_field field, uint32_t required, uint32_t optional,
			   struct cpu *cpu)
{
	static const uint32_t vmcs_fields[CONTROLS_COUNT] = {
		[CONTROLS_PIN] = PIN_CONTROLS,     [CONTROLS_PRIMARY] = PRIMARY_CONTROLS,
		[CONTROLS_EXIT] = EXIT_CONTROLS,   [CONTROLS_ENTRY] = ENTRY_CONTROLS,
		[CONTROLS_SECONDARY] = SECONDARY_CONTROLS,
	};
	uint64_t allowed = controls_allowed(field, &cpu->evidence);
	uint32_t wanted = required | (optional & (uint32_t)(allowed >> VMX_ALLOWED1_SHIFT));
	uint32_t denied, value = controls_settle(field, allowed, wanted, &denied);

	if (denied != 0) {
		cpu->proof.reason = REASON_VM_CONTROLS;
		cpu->proof.what = caps_control_name(controls_msr(field, false), denied);
		return false;
	}
	return write(vmcs_fields[field], value, &cpu->proof);
}

/* IA32_EFER goes by the VMCS where that can be done both ways; else the guest has the host's NXE. */
static bool can_load_efer(const struct vmx_evidence *evidence)
{
	uint64_t entry = controls_allowed(CONTROLS_ENTRY, evidence) >> VMX_ALLOWED1_SHIFT;
	uint64_t leave = controls_allowed(CONTROLS_EXIT, evidence) >> VMX_ALLOWED1_SHIFT;

	return entry & ENTRY_LOAD_EFER && leave & EXIT_LOAD_EFER;
}

static bool write_execution_controls(const struct guest *guest, struct cpu *cpu)
{
	struct vmx_proof *proof = &cpu->proof;
	uint64_t misc = cpu->evidence.msr[IA32_VMX_MISC - VMX_MSR_FIRST].value;

	proof->timer = controls_allowed(CONTROLS_PIN, &cpu->evidence) >> VMX_ALLOWED1_SHIFT &
		       PIN_PREEMPTION_TIMER;
	if (!write_controls(CONTROLS_PIN, PIN_NMI_EXITING, PIN_PREEMPTION_TIMER, cpu) ||
	    !write_controls(CONTROLS_PRIMARY,
			    PRIMARY_HLT_EXITING | PRIMARY_IO_EXITING |
				    (guest->ept ? PRIMARY_SECONDARY : 0),
			    0, cpu))
		return false;
	if (proof->timer &&
	    !write(PREEMPTION_TIMER, TIMER_TICKS >> (misc & VMX_MISC_TIMER_RATE), proof))
		return false;
	if (!guest->ept)
		return true;
	return write_controls(CONTROLS_SECONDARY,
			      SECONDARY_EPT | (guest->real_mode ? SECONDARY_UNRESTRICTED : 0), 0, cpu) &&
	       write(EPT_POINTER, controls_ept_pointer(&cpu->evidence, guest_memory_ept_root()), proof);
}

static bool write_segments(const struct segment segments[SEGMENT_COUNT], struct vmx_proof *proof)
{
	for (unsigned i = 0; i < SEGMENT_COUNT; i++) {
		if (!write(GUEST_ES_SELECTOR + 2 * i, segments[i].selector, proof) ||
		    !write(GUEST_ES_RIGHTS + 2 * i, segments[i].rights, proof) ||
		    !write(GUEST_ES_LIMIT + 2 * i, segments[i].limit, proof) ||
		    !write(GUEST_ES_BASE + 2 * i, segments[i].base, proof))
			return false;
	}
	return true;
}

/* SDM vol. 3C 26.3.1.1 "Checks on Guest Control Registers, Debug Registers, and MSRs" */
uint64_t guest_state_cr0(const struct guest *guest, const struct vmx_evidence *evidence)
{
	uint64_t fixed = evidence->msr[IA32_VMX_CR0_FIXED0 - VMX_MSR_FIRST].value;
	uint64_t protected = CR0_PE | CR0_PG;

	return (guest->real_mode ? fixed & ~protected : fixed | protected) | CR0_NE | CR0_ET;
}

uint64_t guest_state_cr4(const struct guest *guest, const struct vmx_evidence *evidence)
{
	uint64_t fixed = evidence->msr[IA32_VMX_CR4_FIXED0 - VMX_MSR_FIRST].value;

	return guest->real_mode ? fixed : fixed | CR4_PAE;
}

static bool write_guest(const struct guest *guest, struct cpu *cpu)
{
	const struct setting settings[] = {
		{GUEST_CR0, guest_state_cr0(guest, &cpu->evidence)},
		{GUEST_CR3, guest->real_mode ? 0 : guest_memory_cr3(guest->ept)},
		{GUEST_CR4, guest_state_cr4(guest, &cpu->evidence)},
		{GUEST_RIP, guest->origin + guest->start},
	};

	return write_all(common, COUNT(common), &cpu->proof) &&
	       write_all(settings, COUNT(settings), &cpu->proof) &&
	       write_segments(guest->real_mode ? real_segments : long_segments, &cpu->proof);
}

/* SDM vol. 3A 7.2.3 "TSS Descriptor in 64-bit mode" */
static uint64_t tss_base(uint64_t gdt_base)
{
	const uint64_t *descriptor = (const uint64_t *)(gdt_base + SELECTOR_TSS);

	return (descriptor[0] >> 16 & 0xFFFFFF) | (descriptor[0] >> 56) << 24 | descriptor[1] << 32;
}

/* The CPU comes back to what it is now. SDM vol. 3C 24.5 "Host-State Area" */
static bool write_host(struct vmx_proof *proof)
{
	struct table_pointer gdt, idt;

	sgdt(&gdt);
	sidt(&idt);
	const struct setting settings[] = {
		{HOST_CR0, read_cr0()},
		{HOST_CR3, read_cr3()},
		{HOST_CR4, read_cr4()},
		{HOST_ES_SELECTOR, 0},
		{HOST_CS_SELECTOR, SELECTOR_CODE},
		{HOST_SS_SELECTOR, 0},
		{HOST_DS_SELECTOR, 0},
		{HOST_FS_SELECTOR, 0},
		{HOST_GS_SELECTOR, 0},
		{HOST_TR_SELECTOR, SELECTOR_TSS},
		{HOST_FS_BASE, rdmsr(IA32_FS_BASE)},
		{HOST_GS_BASE, rdmsr(IA32_GS_BASE)},
		{HOST_TR_BASE, tss_base(gdt.base)},
		{HOST_GDTR_BASE, gdt.base},
		{HOST_IDTR_BASE, idt.base},
		{HOST_SYSENTER_CS, rdmsr(IA32_SYSENTER_CS)},
		{HOST_SYSENTER_ESP, rdmsr(IA32_SYSENTER_ESP)},
		{HOST_SYSENTER_EIP, rdmsr(IA32_SYSENTER_EIP)},
		{HOST_RIP, (uint64_t)guest_exit},
	};

	return write_all(settings, COUNT(settings), proof);
}

static bool write_entry_and_exit_controls(const struct guest *guest, struct cpu *cpu)
{
	bool efer = can_load_efer(&cpu->evidence);

	if (!write_controls(CONTROLS_EXIT, EXIT_HOST_64BIT | (efer ? EXIT_LOAD_EFER : 0), 0, cpu) ||
	    !write_controls(CONTROLS_ENTRY,
			    (guest->real_mode ? 0 : ENTRY_IA32E_GUEST) | (efer ? ENTRY_LOAD_EFER : 0),
			    0, cpu))
		return false;
	return !efer ||
	       (write(GUEST_EFER, guest->real_mode ? 0 : EFER_LME | EFER_LMA, &cpu->proof) &&
		write(HOST_EFER, rdmsr(IA32_EFER), &cpu->proof));
}

bool guest_state_write(const struct guest *guest, struct cpu *cpu)
{
	return write_execution_controls(guest, cpu) && write_entry_and_exit_controls(guest, cpu) &&
	       write_guest(guest, cpu) && write_host(&cpu->proof);
}
