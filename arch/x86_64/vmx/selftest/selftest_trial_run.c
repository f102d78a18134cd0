/* Runs the guest trials on the calling CPU. */
#include "arch/x86_64/instructions.h"
#include "arch/x86_64/register_instructions.h"
#include "arch/x86_64/registers.h"
#include "arch/x86_64/vmx/guest/controls.h"
#include "arch/x86_64/vmx/selftest/selftest_host.h"
#include "arch/x86_64/vmx/selftest/selftest_trial.h"
#include "arch/x86_64/vmx/vmcs.h"
#include "kernel/lib/count.h"
#include "kernel/lib/string.h"
#include "kernel/record/caps.h"
#include "kernel/machine/memory.h"
#include "kernel/machine/progress.h"

/* The limit between two exits, in ticks of the time-stamp counter: some 0.3 ms at 3 GHz. */
#define TIMER_TICKS (1ull << 20)

enum {
	PATIENCE = 8, /* interrupts, or expirations of the timer, that no trial expects */
};

/* A guest on its way through its trials. */
struct trial_run {
	struct cpu *cpu;
	struct selftest_host host;
	struct trial_memory memory;
	struct guest guest;
	const struct trial_exit *exit; /* where it exits next */
	bool good;                     /* it did what all trials demanded, so it can go on */
	unsigned changes;              /* since it began */
	struct undo {
		const struct trial_change *change;
		uint32_t field;
		uint64_t before;
	} undo[TRIAL_UNDO];
};

static uint64_t page(const struct trial_run *run, enum trial_page page)
{
	return run->memory.phys + page * PAGE_SIZE;
}

/*
 * Writes what a control may activate, and the guest's tables. A VMWRITE to a field that the CPU
 * lacks fails, harmlessly.
 */
static void write_fields(const struct trial_run *run)
{
	const struct vmx_evidence *evidence = &run->cpu->evidence;
	uint64_t also = (caps_has_named("vmx-secondary-ctls", evidence) ? PRIMARY_SECONDARY : 0) |
	                (caps_has_named("vmx-msr-bitmap", evidence) ? PRIMARY_MSR_BITMAPS : 0);
	const struct vmcs_setting settings[] = {
		{PRIMARY_CONTROLS, vmcs_value(PRIMARY_CONTROLS) | also},
		{IO_BITMAP_A, page(run, TRIAL_IO_A)},
		{IO_BITMAP_B, page(run, TRIAL_IO_B)},
		{MSR_BITMAP, page(run, TRIAL_MSR_BITMAP)},
		{VIRTUAL_APIC_PAGE, page(run, TRIAL_VIRTUAL_APIC)},
		{APIC_ACCESS_PAGE, page(run, TRIAL_APIC)},
		{EXIT_MSR_STORE, page(run, TRIAL_AREAS)},
		{EXIT_MSR_LOAD, page(run, TRIAL_AREAS)},
		{ENTRY_MSR_LOAD, page(run, TRIAL_AREAS)},
		{PML_ADDRESS, page(run, TRIAL_AREAS)},
		{VIRTUALIZATION_EXCEPTION, page(run, TRIAL_AREAS)},
		{EPTP_LIST, page(run, TRIAL_EPTP_LIST)},
		{VMREAD_BITMAP, page(run, TRIAL_VMREAD_BITMAP)},
		{VMWRITE_BITMAP, page(run, TRIAL_VMWRITE_BITMAP)},
		{POSTED_INTERRUPT_DESCRIPTOR, page(run, TRIAL_POSTED)},
		{POSTED_INTERRUPT_VECTOR, TRIAL_VECTOR},
		{EOI_EXIT_BITMAP0, 0},
		{EOI_EXIT_BITMAP1, 0},
		{EOI_EXIT_BITMAP2, 0},
		{EOI_EXIT_BITMAP3, 0},
		{XSS_EXITING_BITMAP, 0},
		{GUEST_S_CET, 0},
		{GUEST_SSP, 0},
		{GUEST_SSP_TABLE, 0},
		{HOST_S_CET, 0},
		{HOST_SSP, 0},
		{HOST_SSP_TABLE, 0},
		{CR3_TARGET3, run->memory.cr3},
		{ENTRY_INSTRUCTION_LENGTH, 2},
		{HOST_PAT, rdmsr(IA32_PAT)},
		{GUEST_CS_SELECTOR, SELECTOR_CODE},
		{GUEST_IDTR_BASE, TRIAL_IDT},
		{GUEST_IDTR_LIMIT, TRIAL_GDT - TRIAL_IDT - 1},
		{GUEST_TR_BASE, TRIAL_TASK},
		{GUEST_GDTR_BASE, TRIAL_GDT},
		{GUEST_GDTR_LIMIT, 0xFF},
	};

	for (unsigned i = 0; i < COUNT_OF(settings); i++)
		vmcs_write(settings[i].field, settings[i].value);
}

/*
 * Makes everything anew. Restores the host first: a guest that went wrong may have changed it. The
 * shadow VMCS may still be active when its region is overwritten: see vmcs_begin().
 */
static void begin_all(struct trial_run *run)
{
	selftest_host_restore(&run->host);
	vmcs_clear(trial_memory_phys(run->cpu) + TRIAL_SHADOW * PAGE_SIZE);
	run->memory = trial_memory_fill(run->cpu);
	vmcs_clear(page(run, TRIAL_SHADOW));
	run->changes = 0;
	selftest_write_good(&run->guest, run->cpu);
	write_fields(run);
	run->good = true;
}

/* Undoes the changes, the last one first. */
static void undo_changes(struct trial_run *run)
{
	while (run->changes > 0) {
		const struct undo *undo = &run->undo[--run->changes];
		uint64_t *place = trial_place(undo->change, run->guest.registers, &run->memory);

		if (place != NULL)
			*place = undo->before;
		else
			vmcs_write(undo->field, undo->before);
	}
}

/* Writes the state that the guest before this one, or its exit, changed. */
static void begin_guest(struct trial_run *run, const struct trial_code *code)
{
	const struct vmx_evidence *evidence = &run->cpu->evidence;
	uint64_t misc = evidence->msr[IA32_VMX_MISC - VMX_MSR_FIRST].value;
	const struct vmcs_setting settings[] = {
		{GUEST_RIP, TRIAL_ADDRESS(TRIAL_CODE) + code->start},
		{GUEST_RSP, TRIAL_STACK_TOP},
		{GUEST_RFLAGS, EFLAGS_ALWAYS},
		{GUEST_CR0, run->guest.cr0},
		{GUEST_CR3, run->memory.cr3},
		{GUEST_CR4, run->guest.cr4},
		{GUEST_DR7, DR7_INITIAL},
		{GUEST_INTERRUPTIBILITY, 0},
		{GUEST_ACTIVITY, 0},
		{GUEST_PENDING_DEBUG, 0},
		{ENTRY_INTERRUPTION, 0},
		{GUEST_EFER, EFER_LME | EFER_LMA},
		{PREEMPTION_TIMER, TIMER_TICKS >> (misc & VMX_MISC_TIMER_RATE)},
		{EPT_POINTER, controls_ept_pointer(evidence, page(run, TRIAL_EPT_PML4))},
		{PML_INDEX, TRIAL_PML_LAST},
		{GUEST_INTERRUPT_STATUS, 0},
	};

	undo_changes(run);
	memset(run->memory.at + TRIAL_VIRTUAL_APIC * PAGE_SIZE, 0, PAGE_SIZE);
	for (unsigned i = 0; i < COUNT_OF(settings); i++)
		vmcs_write(settings[i].field, settings[i].value);
	for (unsigned i = 0; i < REGISTER_COUNT; i++) {
		if (i != RSP)
			run->guest.registers[i] = 0;
	}
	run->guest.registers[RBX] = run->memory.cr3;
	run->guest.registers[RSI] = TRIAL_ADDRESS(TRIAL_DATA);
	run->guest.registers[RDI] = TRIAL_ADDRESS(TRIAL_APIC);
	run->guest.registers[R8] = run->memory.in_2m;
	run->guest.registers[R9] = run->memory.in_1g;
	run->exit = code->exits;
}

static uint64_t after_change(uint64_t before, enum trial_how action, uint64_t value)
{
	if (action == TRIAL_CLEAR)
		return before & ~value;
	return action == TRIAL_SET ? before | value : value;
}

static void change_one(struct trial_run *run, const struct trial_change *change, uint32_t field)
{
	enum trial_how action = change->how & TRIAL_ACTION;
	uint64_t value = trial_value(change, run->exit, &run->memory);
	uint64_t *place = trial_place(change, run->guest.registers, &run->memory);
	uint64_t before = place != NULL ? *place : vmcs_value(field);

	run->undo[run->changes++] = (struct undo){change, field, before};
	if (place != NULL)
		*place = after_change(before, action, value);
	else
		vmcs_write(field, after_change(before, action, value));
}

static void change(struct trial_run *run, const struct trial_change *change)
{
	unsigned fields = trial_fields_of(change);

	for (unsigned i = 0; i < fields && run->changes < TRIAL_UNDO; i++)
		change_one(run, change, change->field + 2 * i);
}

static bool sends_interrupt(const struct guest_trial *trial)
{
	for (unsigned i = 0; i < TRIAL_CHANGES; i++) {
		if (trial->change[i].how & TRIAL_IPI)
			return true;
	}
	return false;
}

static void make_changes(struct trial_run *run, const struct guest_trial *trial)
{
	for (unsigned i = 0; i < TRIAL_CHANGES; i++) {
		enum trial_how action = trial->change[i].how & TRIAL_ACTION;

		if (trial->change[i].how & TRIAL_IPI)
			apic_send_wake(run->cpu->found.apic_id);
		else if (action != TRIAL_NOTHING && action < TRIAL_EXPECT)
			change(run, &trial->change[i]);
	}
}

/* Takes the interrupt that a trial sent, and ends it if the VM exit has acknowledged it. */
static void take_interrupt(void)
{
	if (apic_in_service(TRIAL_VECTOR))
		apic_end_of_interrupt();
	sti_cli();
}

/* Runs the guest to its next exit. The host takes interrupts that no trial expects. */
static struct vmx_status run_guest(struct trial_run *run, const struct guest_trial *trial)
{
	bool awaits_timer = trial->check.expected.number == EXIT_REASON_PREEMPTION_TIMER;

	run->guest.patience = awaits_timer ? 0 : PATIENCE;
	for (unsigned patience = PATIENCE;;) {
		struct vmx_status status = guest_run(&run->guest);

		if (status.kind != VMX_EXITED || status.number != EXIT_REASON_EXTERNAL_INTERRUPT ||
		    trial->check.expected.number == EXIT_REASON_EXTERNAL_INTERRUPT ||
		    patience-- == 0)
			return status;
		sti_cli();
	}
}

/* Moves the guest past the exit, for the next trial. */
static void advance(struct trial_run *run, unsigned reason)
{
	if (trial_has_length(reason))
		vmcs_write(GUEST_RIP, vmcs_value(GUEST_RIP) + run->exit->length);
	run->exit++;
}

static void try_trial(struct trial_run *run, const struct guest_trial *trial)
{
	struct trial_view view = {vmcs_value, run->guest.registers, run->memory};
	struct selftest_seen *seen = selftest_seen(&trial->check, run->cpu);

	progress_made();
	if (trial->code != NULL) {
		if (!run->good)
			begin_all(run);
		begin_guest(run, trial->code);
	} else if (!run->good) {
		seen->kind = ITEM_NOT_REACHED;
		return;
	}
	make_changes(run, trial);
	vmcs_invalidate_translations(&run->cpu->evidence); /* the changes may be in page tables */
	*seen = trial_judge(trial, run->exit, run_guest(run, trial), &view);
	run->good = seen->kind == ITEM_NONE && vmx_status_same(seen->status, trial->check.expected);
	if (sends_interrupt(trial))
		take_interrupt();
	if (run->good)
		advance(run, trial->check.expected.number);
}

/* MSRs that the trials change and no VM exit restores. A CPU may lack some of them. */
static const uint32_t kept_msrs[] = {IA32_KERNEL_GS_BASE, IA32_XSS, IA32_PERF_GLOBAL_CTRL};

void selftest_try_guests(struct cpu *cpu)
{
	struct trial_run run = {.cpu = cpu, .host = selftest_host_read()};
	struct {
		uint64_t value;
		raw_status_t failed;
	} kept[COUNT_OF(kept_msrs)];

	for (unsigned i = 0; i < COUNT_OF(kept_msrs); i++)
		kept[i].failed = rdmsr_safe(kept_msrs[i], &kept[i].value);
	for (unsigned table = 0; table < trial_table_count; table++) {
		for (unsigned n = 0; n < *trial_tables[table].count; n++) {
			const struct guest_trial *trial = &trial_tables[table].first[n];

			if (selftest_is_needed(&trial->check, &cpu->evidence))
				try_trial(&run, trial);
		}
	}
	for (unsigned i = 0; i < COUNT_OF(kept_msrs); i++) {
		if (!kept[i].failed)
			wrmsr_safe(kept_msrs[i], kept[i].value);
	}
}
