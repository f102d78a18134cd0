/* The self-test's table of VMX instructions: SDM vol. 3C 30.3 "VMX Instructions". */
#include "arch/x86_64/vmx/selftest/selftest_run.h"
#include "arch/x86_64/vmx/vmcs_fields.h"

#define SUCCESS       {VMX_SUCCEEDED, 0, 0}
#define INVALID       {VMX_FAIL_INVALID, 0, 0}
#define VALID(error)  {VMX_FAIL_VALID, error, 0}
#define FAULT(vector) {VMX_FAULTED, vector, 0}
#define UNDEFINED     FAULT(6)
#define GENERAL       FAULT(13)
#define NO_SUCH_FIELD 0x4FFE

static const uint64_t bad_ept_pointer[2] = {7};
static const uint64_t reserved_bits[2] = {0x10000};
static const uint64_t not_canonical[2] = {1, 0x8000000000000000};

/* clang-format off */
const struct instruction_trial selftest_instructions[] = {
	{{"VMXON, IA32_FEATURE_CONTROL unlocked", "IA32_FEATURE_CONTROL unlocked", GENERAL}, PHASE_UNLOCKED, TRY_VMXON, VMXON_REGION, 0, NULL},

	/* Outside VMX operation each but VMXON is undefined, and with CR4.VMXE clear VMXON, too. */
	{{"VMXON, CR4.VMXE clear", NULL, UNDEFINED}, PHASE_VMXE_CLEAR, TRY_VMXON, VMXON_REGION, 0, NULL},
	{{"VMXOFF, CR4.VMXE clear", NULL, UNDEFINED}, PHASE_VMXE_CLEAR, TRY_VMXOFF, NO_OPERAND, 0, NULL},
	{{"VMCLEAR, CR4.VMXE clear", NULL, UNDEFINED}, PHASE_VMXE_CLEAR, TRY_VMCLEAR, OWN_VMCS, 0, NULL},
	{{"VMXOFF outside VMX operation", NULL, UNDEFINED}, PHASE_OUTSIDE, TRY_VMXOFF, NO_OPERAND, 0, NULL},
	{{"VMCLEAR outside VMX operation", NULL, UNDEFINED}, PHASE_OUTSIDE, TRY_VMCLEAR, OWN_VMCS, 0, NULL},
	{{"VMPTRLD outside VMX operation", NULL, UNDEFINED}, PHASE_OUTSIDE, TRY_VMPTRLD, OWN_VMCS, 0, NULL},
	{{"VMPTRST outside VMX operation", NULL, UNDEFINED}, PHASE_OUTSIDE, TRY_VMPTRST, NO_OPERAND, 0, NULL},
	{{"VMREAD outside VMX operation", NULL, UNDEFINED}, PHASE_OUTSIDE, TRY_VMREAD, NO_OPERAND, GUEST_RIP, NULL},
	{{"VMWRITE outside VMX operation", NULL, UNDEFINED}, PHASE_OUTSIDE, TRY_VMWRITE, NO_OPERAND, GUEST_RIP, NULL},
	{{"VMLAUNCH outside VMX operation", NULL, UNDEFINED}, PHASE_OUTSIDE, TRY_VMLAUNCH, NO_OPERAND, 0, NULL},
	{{"VMRESUME outside VMX operation", NULL, UNDEFINED}, PHASE_OUTSIDE, TRY_VMRESUME, NO_OPERAND, 0, NULL},
	{{"VMCALL outside VMX operation", SELFTEST_BARE, UNDEFINED}, PHASE_OUTSIDE, TRY_VMCALL, NO_OPERAND, 0, NULL},
	{{"INVEPT outside VMX operation", "vmx-invept", UNDEFINED}, PHASE_OUTSIDE, TRY_INVEPT, NO_OPERAND, 2, NULL},
	{{"INVVPID outside VMX operation", "vmx-invvpid", UNDEFINED}, PHASE_OUTSIDE, TRY_INVVPID, NO_OPERAND, 2, NULL},

	{{"VMXON, CR0.NE clear", NULL, GENERAL}, PHASE_OUTSIDE, TRY_VMXON_WITHOUT_NE, VMXON_REGION, 0, NULL},
	{{"VMXON, misaligned region", NULL, INVALID}, PHASE_OUTSIDE, TRY_VMXON, MISALIGNED, 0, NULL},
	{{"VMXON, region beyond physical addresses", NULL, INVALID}, PHASE_OUTSIDE, TRY_VMXON, TOO_WIDE, 0, NULL},
	{{"VMXON, wrong revision identifier", NULL, INVALID}, PHASE_OUTSIDE, TRY_VMXON, WRONG_REVISION, 0, NULL},
	{{"VMXON, bit 31 of the region set", NULL, INVALID}, PHASE_OUTSIDE, TRY_VMXON, SHADOW_BIT, 0, NULL},
	{{"VMXON, good region", NULL, SUCCESS}, PHASE_OUTSIDE, TRY_VMXON, VMXON_REGION, 0, NULL},

	/* Without a current VMCS there is nowhere to put an error number. */
	{{"VMXON in VMX root operation, no VMCS", NULL, INVALID}, PHASE_NO_VMCS, TRY_VMXON, VMXON_REGION, 0, NULL},
	{{"clearing CR0.NE in VMX operation", NULL, GENERAL}, PHASE_NO_VMCS, TRY_CLEAR_NE, NO_OPERAND, 0, NULL},
	{{"clearing CR4.VMXE in VMX operation", NULL, GENERAL}, PHASE_NO_VMCS, TRY_CLEAR_VMXE, NO_OPERAND, 0, NULL},
	{{"VMCLEAR, misaligned, no VMCS", NULL, INVALID}, PHASE_NO_VMCS, TRY_VMCLEAR, MISALIGNED, 0, NULL},
	{{"VMCLEAR, VMXON region, no VMCS", NULL, INVALID}, PHASE_NO_VMCS, TRY_VMCLEAR, VMXON_REGION, 0, NULL},
	{{"VMPTRLD, misaligned, no VMCS", NULL, INVALID}, PHASE_NO_VMCS, TRY_VMPTRLD, MISALIGNED, 0, NULL},
	{{"VMPTRLD, VMXON region, no VMCS", NULL, INVALID}, PHASE_NO_VMCS, TRY_VMPTRLD, VMXON_REGION, 0, NULL},
	{{"VMPTRST, no VMCS", NULL, SUCCESS}, PHASE_NO_VMCS, TRY_VMPTRST, NO_OPERAND, 0, NULL},
	{{"VMREAD, no VMCS", NULL, INVALID}, PHASE_NO_VMCS, TRY_VMREAD, NO_OPERAND, GUEST_RIP, NULL},
	{{"VMWRITE, no VMCS", NULL, INVALID}, PHASE_NO_VMCS, TRY_VMWRITE, NO_OPERAND, GUEST_RIP, NULL},
	{{"VMLAUNCH, no VMCS", NULL, INVALID}, PHASE_NO_VMCS, TRY_VMLAUNCH, NO_OPERAND, 0, NULL},
	{{"VMRESUME, no VMCS", NULL, INVALID}, PHASE_NO_VMCS, TRY_VMRESUME, NO_OPERAND, 0, NULL},
	{{"VMCALL, no VMCS", SELFTEST_BARE, INVALID}, PHASE_NO_VMCS, TRY_VMCALL, NO_OPERAND, 0, NULL},
	{{"INVEPT, no such type, no VMCS", "vmx-invept", INVALID}, PHASE_NO_VMCS, TRY_INVEPT, NO_OPERAND, 3, NULL},
	{{"INVVPID, no such type, no VMCS", "vmx-invvpid", INVALID}, PHASE_NO_VMCS, TRY_INVVPID, NO_OPERAND, 4, NULL},

	{{"VMXON in VMX root operation", NULL, VALID(15)}, PHASE_CLEAR, TRY_VMXON, VMXON_REGION, 0, NULL},
	{{"VMCLEAR, misaligned", NULL, VALID(2)}, PHASE_CLEAR, TRY_VMCLEAR, MISALIGNED, 0, NULL},
	{{"VMCLEAR, beyond physical addresses", NULL, VALID(2)}, PHASE_CLEAR, TRY_VMCLEAR, TOO_WIDE, 0, NULL},
	{{"VMCLEAR, VMXON region", NULL, VALID(3)}, PHASE_CLEAR, TRY_VMCLEAR, VMXON_REGION, 0, NULL},
	{{"VMPTRLD, misaligned", NULL, VALID(9)}, PHASE_CLEAR, TRY_VMPTRLD, MISALIGNED, 0, NULL},
	{{"VMPTRLD, beyond physical addresses", NULL, VALID(9)}, PHASE_CLEAR, TRY_VMPTRLD, TOO_WIDE, 0, NULL},
	{{"VMPTRLD, VMXON region", NULL, VALID(10)}, PHASE_CLEAR, TRY_VMPTRLD, VMXON_REGION, 0, NULL},
	{{"VMPTRLD, wrong revision identifier", NULL, VALID(11)}, PHASE_CLEAR, TRY_VMPTRLD, WRONG_REVISION, 0, NULL},
	{{"VMPTRLD, shadow bit without shadowing", "!vmx-shadow-vmcs", VALID(11)}, PHASE_CLEAR, TRY_VMPTRLD, SHADOW_BIT, 0, NULL},
	{{"VMPTRLD, good region", NULL, SUCCESS}, PHASE_CLEAR, TRY_VMPTRLD, OWN_VMCS, 0, NULL},
	{{"VMPTRST", NULL, SUCCESS}, PHASE_CLEAR, TRY_VMPTRST, OWN_VMCS, 0, NULL},
	{{"VMREAD, no such field", NULL, VALID(12)}, PHASE_CLEAR, TRY_VMREAD, NO_OPERAND, NO_SUCH_FIELD, NULL},
	{{"VMREAD, encoding wider than 32 bits", NULL, VALID(12)}, PHASE_CLEAR, TRY_VMREAD, WIDE_NUMBER, GUEST_RIP, NULL},
	{{"VMWRITE, no such field", NULL, VALID(12)}, PHASE_CLEAR, TRY_VMWRITE, NO_OPERAND, NO_SUCH_FIELD, NULL},
	{{"VMWRITE, encoding wider than 32 bits", NULL, VALID(12)}, PHASE_CLEAR, TRY_VMWRITE, WIDE_NUMBER, GUEST_RIP, NULL},
	{{"VMWRITE, read-only field", "!vmx-vmwrite-vmexit-fields", VALID(13)}, PHASE_CLEAR, TRY_VMWRITE, NO_OPERAND, EXIT_REASON, NULL},
	{{"VMWRITE, VM-exit field", "vmx-vmwrite-vmexit-fields", SUCCESS}, PHASE_CLEAR, TRY_VMWRITE, NO_OPERAND, EXIT_REASON, NULL},
	{{"VMREAD, read-only field", NULL, SUCCESS}, PHASE_CLEAR, TRY_VMREAD, NO_OPERAND, EXIT_REASON, NULL},
	{{"VMRESUME, VMCS not launched", NULL, VALID(5)}, PHASE_CLEAR, TRY_VMRESUME, NO_OPERAND, 0, NULL},
	/* VMCALL, which must say VALID(1) here, is not tried: Bochs 2.7 ends with a panic of its own. */
	{{"INVEPT, type 0", "vmx-invept", VALID(28)}, PHASE_CLEAR, TRY_INVEPT, NO_OPERAND, 0, NULL},
	{{"INVEPT, no such type", "vmx-invept", VALID(28)}, PHASE_CLEAR, TRY_INVEPT, NO_OPERAND, 3, NULL},
	{{"INVEPT, single context, bad EPT pointer", "vmx-invept-single-context", VALID(28)}, PHASE_CLEAR, TRY_INVEPT, NO_OPERAND, 1, bad_ept_pointer},
	{{"INVEPT, all contexts", "vmx-invept-all-context", SUCCESS}, PHASE_CLEAR, TRY_INVEPT, NO_OPERAND, 2, NULL},
	{{"INVVPID, no such type", "vmx-invvpid", VALID(28)}, PHASE_CLEAR, TRY_INVVPID, NO_OPERAND, 4, NULL},
	{{"INVVPID, reserved bits in the descriptor", "vmx-invvpid-all-context", VALID(28)}, PHASE_CLEAR, TRY_INVVPID, NO_OPERAND, 2, reserved_bits},
	{{"INVVPID, one address, VPID 0", "vmx-invvpid-single-addr", VALID(28)}, PHASE_CLEAR, TRY_INVVPID, NO_OPERAND, 0, NULL},
	{{"INVVPID, address not canonical", "vmx-invvpid-single-addr", VALID(28)}, PHASE_CLEAR, TRY_INVVPID, NO_OPERAND, 0, not_canonical},
	{{"INVVPID, single context, VPID 0", "vmx-invvpid-single-context", VALID(28)}, PHASE_CLEAR, TRY_INVVPID, NO_OPERAND, 1, NULL},
	{{"INVVPID, all contexts", "vmx-invvpid-all-context", SUCCESS}, PHASE_CLEAR, TRY_INVVPID, NO_OPERAND, 2, NULL},

	{{"VMLAUNCH, VMCS launched", NULL, VALID(4)}, PHASE_LAUNCHED, TRY_VMLAUNCH, NO_OPERAND, 0, NULL},
	{{"VMCLEAR of the current VMCS", NULL, SUCCESS}, PHASE_LAUNCHED, TRY_VMCLEAR, OWN_VMCS, 0, NULL},
	{{"VMRESUME after it", NULL, INVALID}, PHASE_LAUNCHED, TRY_VMRESUME, NO_OPERAND, 0, NULL},
	{{"VMPTRLD after it", NULL, SUCCESS}, PHASE_LAUNCHED, TRY_VMPTRLD, OWN_VMCS, 0, NULL},
	{{"VMRESUME, VMCS cleared", NULL, VALID(5)}, PHASE_LAUNCHED, TRY_VMRESUME, NO_OPERAND, 0, NULL},
};
/* clang-format on */

const unsigned selftest_instruction_count =
	sizeof(selftest_instructions) / sizeof(selftest_instructions[0]);

_Static_assert(sizeof(selftest_instructions) / sizeof(selftest_instructions[0]) <= SELFTEST_MAX / 2,
               "the record has room");
