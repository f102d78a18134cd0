#include "kernel/record/proof.h"

#include "arch/x86_64/vmx/vmx_exits.h"
#include "kernel/lib/order.h"
#include "kernel/record/vmx_names.h"

bool proof_fail(struct vmx_proof *proof, enum reason reason, const char *what,
                struct vmx_status status)
{
	proof->reason = reason;
	proof->what = what;
	proof->status = status;
	return false;
}

static const char *guest_name(enum proof_guest guest, bool ept)
{
	if (guest == PROOF_REAL)
		return "real mode";
	return ept ? "64-bit with EPT" : "64-bit without EPT";
}

static const char *what_exits(enum proof_guest guest, bool ept)
{
	if (guest == PROOF_REAL)
		return "CPUID, HLT, I/O, VMCALL";
	return ept ? "CPUID, HLT, I/O, MSR, EPT violation, VMCALL" : "CPUID, HLT, I/O, MSR, VMCALL";
}

void proof_print(const struct vmx_proof *proof, enum proof_guest guest, struct text *to)
{
	if (guest == PROOF_REAL && !proof->real_mode) {
		text_print(to, "guest: real mode: skipped, no unrestricted guest");
		return;
	}
	text_print(to, "guest: %s: %s: %u exits", guest_name(guest, proof->ept),
	           what_exits(guest, proof->ept), proof->exits[guest]);
	if (guest < proof->guest || (proof->reason == REASON_NONE && !proof->running))
		text_print(to, ", all as expected");
	else if (guest > proof->guest)
		text_print(to, ", not run");
	else
		text_print(to, proof->running ? ", then it hung" : ", then it failed");
}

/*
 * Prints the value as it was seen and as it was expected, with the guest's RIP. With these, a
 * reader finds the instruction in the guest without a debugger.
 */
static void print_exit(const struct vmx_proof *proof, struct text *to)
{
	bool reasons = strcmp(proof->what, "the exit reason") == 0;

	text_print(to, "%s is %#lx", proof->what, proof->seen);
	if (reasons)
		text_print(to, " (%s)", vmx_exit_name((uint16_t)proof->seen));
	text_print(to, ", expected %#lx", proof->expected);
	if (reasons)
		text_print(to, " (%s)", vmx_exit_name((uint16_t)proof->expected));
	text_print(to, ", at guest RIP %#lx, exit qualification %#lx", proof->rip,
	           proof->qualification);
	if (proof->interruption & INTERRUPTION_VALID)
		text_print(to, ", exception vector %u", proof->interruption & INTERRUPTION_VECTOR);
}

static void print_entry(const struct vmx_proof *proof, struct text *to)
{
	text_print(to, "%s: ", proof->what);
	vmx_status_print(proof->status, to);
	if (proof->status.kind == VMX_FAIL_VALID)
		text_print(to, ": %s", vmx_error_sentence(proof->status.number));
	if (proof->status.kind == VMX_ENTRY_FAILED)
		text_print(to, ", exit qualification %#lx", proof->qualification);
	text_print(to, "; %s", proof->check != NULL ? proof->check : "no known check explains it");
}

static void print_vmcs(const struct vmx_proof *proof, struct text *to)
{
	text_print(to, "%s: ", proof->what);
	vmx_status_print(proof->status, to);
	if (proof->status.kind == VMX_FAIL_VALID)
		text_print(to, ": %s", vmx_error_sentence(proof->status.number));
	if (proof->status.kind == VMX_SUCCEEDED)
		text_print(to, ", but %#lx, expected %#lx", proof->seen, proof->expected);
	else
		text_print(to, ", field or value %#lx", proof->seen);
}

void proof_print_failure(const struct vmx_proof *proof, struct text *to)
{
	text_print(to, "guest, %s: ", guest_name(proof->guest, proof->ept));
	if (proof->reason == REASON_VM_EXIT)
		print_exit(proof, to);
	else if (proof->reason == REASON_VM_ENTRY)
		print_entry(proof, to);
	else if (proof->reason == REASON_VM_CONTROLS)
		text_print(to, "the CPU does not support the control %s", proof->what);
	else
		print_vmcs(proof, to);
}

static void order_failure(int *order, const struct vmx_proof *a, const struct vmx_proof *b)
{
	order_by(order, a->guest, b->guest);
	order_by_address(order, a->what, b->what);
	order_by_address(order, a->check, b->check);
	vmx_status_order(order, a->status, b->status);
	order_by(order, a->expected, b->expected);
	order_by(order, a->seen, b->seen);
	order_by(order, a->rip, b->rip);
	order_by(order, a->qualification, b->qualification);
	order_by(order, a->interruption, b->interruption);
}

/*
 * The failure counts only if there is one: fields that an earlier, failed proof left behind must
 * not split a group of CPUs that are all well now.
 */
void proof_order(int *order, const struct vmx_proof *a, const struct vmx_proof *b)
{
	order_by(order, a->tried, b->tried);
	order_by(order, a->running, b->running);
	order_by(order, a->ept, b->ept);
	order_by(order, a->timer, b->timer);
	order_by(order, a->real_mode, b->real_mode);
	order_by_bytes(order, a->exits, b->exits, sizeof(a->exits));
	order_by(order, a->cycles, b->cycles);
	order_by(order, a->reason, b->reason);
	if (*order == 0 && (a->reason != REASON_NONE || a->running))
		order_failure(order, a, b);
}
