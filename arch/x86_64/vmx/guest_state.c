/* What the VMCS holds before the first entry: the guest's state, and the host's for the way back.
 */
#include "arch/x86_64/descriptors.h"
#include "arch/x86_64/instructions.h"
#include "arch/x86_64/registers.h"
#include "arch/x86_64/vmx/controls.h"
#include "arch/x86_64/vmx/guest.h"
#include "arch/x86_64/vmx/vmcs.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

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

/* A segment register's selector follows from its base. */
struct segment {
	uint32_t rights;
	uint32_t limit;
	uint64_t base;
};

static const uint32_t zeros[] = {
	PAGE_FAULT_ERROR_CODE_MASK,
	PAGE_FAULT_ERROR_CODE_MATCH,
	CR3_TARGET_COUNT,
	EXIT_MSR_STORE_COUNT,
	EXIT_MSR_LOAD_COUNT,
	ENTRY_MSR_LOAD_COUNT,
	ENTRY_INTERRUPTION,
	CR0_MASK,
	CR4_MASK,
	CR0_SHADOW,
	CR4_SHADOW,
	GUEST_DEBUGCTL,
	GUEST_INTERRUPTIBILITY,
	GUEST_ACTIVITY,
	GUEST_PENDING_DEBUG,
	GUEST_SYSENTER_CS,
	GUEST_SYSENTER_ESP,
	GUEST_SYSENTER_EIP,
	GUEST_GDTR_BASE,
	GUEST_GDTR_LIMIT,
	GUEST_IDTR_BASE,
	GUEST_IDTR_LIMIT,
	GUEST_RSP,
	HOST_ES_SELECTOR,
	HOST_SS_SELECTOR,
	HOST_DS_SELECTOR,
	HOST_FS_SELECTOR,
	HOST_GS_SELECTOR,
};

/* What is the same for every guest. Every exception exits, for none is expected. */
static const struct setting constants[] = {
	{EXCEPTION_BITMAP, 0xFFFFFFFF},    {VMCS_LINK_POINTER, UINT64_MAX},
	{GUEST_DR7, DR7_INITIAL},          {GUEST_RFLAGS, EFLAGS_ALWAYS},
	{HOST_CS_SELECTOR, SELECTOR_CODE}, {HOST_TR_SELECTOR, SELECTOR_TSS},
	{HOST_RIP, (uint64_t)guest_exit},
};

static const struct segment long_segments[SEGMENT_COUNT] = {
	[ES] = {RIGHTS_UNUSABLE, 0, 0},   [CS] = {RIGHTS_CODE64, 0xFFFFFFFF, 0},
	[SS] = {RIGHTS_UNUSABLE, 0, 0},   [DS] = {RIGHTS_UNUSABLE, 0, 0},
	[FS] = {RIGHTS_UNUSABLE, 0, 0},   [GS] = {RIGHTS_UNUSABLE, 0, 0},
	[LDTR] = {RIGHTS_UNUSABLE, 0, 0}, [TR] = {RIGHTS_BUSY_TSS, 0x67, 0},
};

static const struct segment real_segments[SEGMENT_COUNT] = {
	[ES] = {RIGHTS_DATA16, 0xFFFF, 0}, [CS] = {RIGHTS_CODE16, 0xFFFF, GUEST_CODE},
	[SS] = {RIGHTS_DATA16, 0xFFFF, 0}, [DS] = {RIGHTS_DATA16, 0xFFFF, 0},
	[FS] = {RIGHTS_DATA16, 0xFFFF, 0}, [GS] = {RIGHTS_DATA16, 0xFFFF, 0},
	[LDTR] = {RIGHTS_UNUSABLE, 0, 0},  [TR] = {RIGHTS_BUSY_TSS, 0xFFFF, 0},
};

static bool write_all(const struct setting *settings, size_t count, struct vmx_proof *proof)
{
	for (size_t i = 0; i < count; i++) {
		if (!vmcs_set(settings[i].field, settings[i].value, proof))
			return false;
	}
	return true;
}

static bool write_constants(struct vmx_proof *proof)
{
	for (size_t i = 0; i < COUNT(zeros); i++) {
		if (!vmcs_set(zeros[i], 0, proof))
			return false;
	}
	return write_all(constants, COUNT(constants), proof);
}

static bool write_segments(const struct segment segments[SEGMENT_COUNT], struct vmx_proof *proof)
{
	for (unsigned i = 0; i < SEGMENT_COUNT; i++) {
		const struct setting settings[] = {
			{GUEST_ES_SELECTOR + 2 * i, segments[i].base >> 4},
			{GUEST_ES_RIGHTS + 2 * i, segments[i].rights},
			{GUEST_ES_LIMIT + 2 * i, segments[i].limit},
			{GUEST_ES_BASE + 2 * i, segments[i].base},
		};

		if (!write_all(settings, COUNT(settings), proof))
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

	return write_all(settings, COUNT(settings), &cpu->proof) &&
	       write_segments(guest->real_mode ? real_segments : long_segments, &cpu->proof);
}

/* The CPU comes back to what it is now. SDM vol. 3C 24.5 "Host-State Area" */
static bool write_host(struct vmx_proof *proof)
{
	const struct descriptors *tables = descriptors_loaded();
	const struct setting settings[] = {
		{HOST_CR0, read_cr0()},
		{HOST_CR3, read_cr3()},
		{HOST_CR4, read_cr4()},
		{HOST_FS_BASE, rdmsr(IA32_FS_BASE)},
		{HOST_GS_BASE, rdmsr(IA32_GS_BASE)},
		{HOST_TR_BASE, (uint64_t)&tables->tss},
		{HOST_GDTR_BASE, (uint64_t)tables->gdt},
		{HOST_IDTR_BASE, descriptors_idt()},
		{HOST_SYSENTER_CS, rdmsr(IA32_SYSENTER_CS)},
		{HOST_SYSENTER_ESP, rdmsr(IA32_SYSENTER_ESP)},
		{HOST_SYSENTER_EIP, rdmsr(IA32_SYSENTER_EIP)},
	};

	return write_all(settings, COUNT(settings), proof);
}

static bool write_efer(const struct guest *guest, struct vmx_proof *proof)
{
	return vmcs_set(GUEST_EFER, guest->real_mode ? 0 : EFER_LME | EFER_LMA, proof) &&
	       vmcs_set(HOST_EFER, rdmsr(IA32_EFER), proof);
}

bool guest_state_write(const struct guest *guest, struct cpu *cpu)
{
	return guest_controls_write(guest, cpu) && write_constants(&cpu->proof) &&
	       write_guest(guest, cpu) && write_host(&cpu->proof) &&
	       (!controls_efer(&cpu->evidence) || write_efer(guest, &cpu->proof));
}
