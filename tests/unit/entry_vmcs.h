/* A VMCS for the tests of arch/x86_64/vmx/guest/entry_check.h. Each test program includes it once.
 */
#ifndef TESTS_UNIT_ENTRY_VMCS_H
#define TESTS_UNIT_ENTRY_VMCS_H

#include "arch/x86_64/registers.h"
#include "arch/x86_64/vmx/guest/controls.h"
#include "arch/x86_64/vmx/guest/entry_check.h"
#include "arch/x86_64/vmx/vmcs_fields.h"
#include "tests/unit/bochs_models.h"
#include "tests/unit/unit.h"

/* The current VMCS: fields by their encoding. */
static struct {
	uint32_t field;
	uint64_t value;
} vmcs[128];

static uint64_t *field_at(uint32_t field)
{
	size_t i = 0;

	while (vmcs[i].field != field && vmcs[i].field != 0)
		i++;
	assert_true(i + 1 < COUNT_OF(vmcs));
	vmcs[i].field = field;
	return &vmcs[i].value;
}

/* An odd number is the upper half of a field. */
static uint64_t read_field(uint32_t field)
{
	assert_int_equal(field & 1, 0);
	return *field_at(field);
}

static struct vmx_evidence evidence;

static const struct entry_view view = {read_field, &evidence};

static uint32_t settle(enum controls_field field, uint32_t wanted)
{
	uint32_t denied,
		value = controls_settle(field, controls_allowed(field, &evidence), wanted, &denied);

	assert_int_equal(denied, 0);
	return value;
}

static void fill_controls(void)
{
	bool ept = controls_ept(&evidence);

	*field_at(PIN_CONTROLS) = settle(CONTROLS_PIN, PIN_NMI_EXITING);
	*field_at(PRIMARY_CONTROLS) =
		settle(CONTROLS_PRIMARY, PRIMARY_HLT_EXITING | (ept ? PRIMARY_SECONDARY : 0));
	*field_at(SECONDARY_CONTROLS) = ept ? settle(CONTROLS_SECONDARY, SECONDARY_EPT) : 0;
	*field_at(EXIT_CONTROLS) = settle(CONTROLS_EXIT, EXIT_HOST_64BIT);
	*field_at(ENTRY_CONTROLS) = settle(CONTROLS_ENTRY, ENTRY_IA32E_GUEST);
	*field_at(EPT_POINTER) = ept ? controls_ept_pointer(&evidence, 0x200000) : 0;
}

/* Makes the VMCS a valid one for a 64-bit guest on a CPU of the model. */
static void fill(const struct bochs_model *model)
{
	memset(vmcs, 0, sizeof(vmcs));
	evidence = bochs_evidence(model);
	fill_controls();
	*field_at(HOST_CR0) = *field_at(GUEST_CR0) = 0x80010031;
	*field_at(HOST_CR4) = *field_at(GUEST_CR4) = 0x2020;
	*field_at(HOST_CR3) = *field_at(GUEST_CR3) = 0x100000;
	*field_at(HOST_CS_SELECTOR) = 0x08;
	*field_at(HOST_TR_SELECTOR) = 0x10;
	*field_at(HOST_RIP) = 0xFFFFFFFF80000000;
	*field_at(GUEST_CS_RIGHTS) = 0xA09B;
	*field_at(GUEST_TR_RIGHTS) = 0x8B;
	*field_at(GUEST_RFLAGS) = 2;
	*field_at(VMCS_LINK_POINTER) = UINT64_MAX;
}

static const struct bochs_model *const newest = &bochs_models[COUNT_OF(bochs_models) - 1];

#endif
