/* The valid VMCSs that the self-test's VM entries start from, as changes to that in 64-bit mode. */
#include "arch/x86_64/registers.h"
#include "arch/x86_64/vmx/guest/controls.h"
#include "arch/x86_64/vmx/selftest/selftest_entry.h"

#include <stddef.h>

#define RIGHTS_USER_CODE64 0xA0FB
#define RIGHTS_USER_DATA   0xF3
#define RIGHTS_CODE32      0xC09B

/* Changes the same field of each data segment, or of these and CS. */
#define DATA_SEGMENTS(how, ES_field, value)                                           \
	how(ES_field, value), how((ES_field) + 4, value), how((ES_field) + 6, value), \
		how((ES_field) + 8, value), how((ES_field) + 10, value)
#define CODE_AND_DATA(how, ES_field, value) \
	DATA_SEGMENTS(how, ES_field, value), how((ES_field) + 2, value)

/* Outside IA-32e mode, IA32_EFER must say so. The guest's code page is not mapped there. */
#define LEGACY                                                          \
	CLEAR(ENTRY_CONTROLS, ENTRY_IA32E_GUEST), WRITE(GUEST_EFER, 0), \
		WRITE(GUEST_CS_RIGHTS, RIGHTS_CODE32)
#define V86_SELECTOR 0x100

static const struct entry_change none[] = {{0}};
static const struct entry_change usable[] = {
	DATA_SEGMENTS(WRITE, GUEST_ES_RIGHTS, RIGHTS_DATA16),
	{0},
};
static const struct entry_change user[] = {
	WRITE(GUEST_CS_RIGHTS, RIGHTS_USER_CODE64),
	WRITE(GUEST_CS_SELECTOR, 3),
	WRITE(GUEST_SS_RIGHTS, RIGHTS_USER_DATA),
	WRITE(GUEST_SS_SELECTOR, 3),
	{0},
};
static const struct entry_change protected[] = {LEGACY, CLEAR(GUEST_CR4, CR4_PAE), {0}};
static const struct entry_change pae[] = {LEGACY, {0}};
static const struct entry_change v86[] = {
	LEGACY,
	CLEAR(GUEST_CR4, CR4_PAE),
	SET(GUEST_RFLAGS, EFLAGS_VM),
	CODE_AND_DATA(WRITE, GUEST_ES_SELECTOR, V86_SELECTOR),
	CODE_AND_DATA(WRITE, GUEST_ES_BASE, V86_SELECTOR << 4),
	CODE_AND_DATA(WRITE, GUEST_ES_LIMIT, 0xFFFF),
	CODE_AND_DATA(WRITE, GUEST_ES_RIGHTS, RIGHTS_USER_DATA),
	{0},
};
static const struct entry_change posted[] = {
	SET(PIN_CONTROLS, PIN_EXTERNAL_INTERRUPT_EXITING | PIN_POSTED_INTERRUPTS),
	SET(PRIMARY_CONTROLS, PRIMARY_TPR_SHADOW),
	SET(SECONDARY_CONTROLS, SECONDARY_VIRTUAL_INTERRUPTS),
	SET(EXIT_CONTROLS, EXIT_ACKNOWLEDGE_INTERRUPT),
	{0},
};

const struct entry_change *const entry_bases[BASE_COUNT] = {
	[BASE_LONG] = none,           [BASE_USABLE] = usable, [BASE_USER] = user,
	[BASE_PROTECTED] = protected, [BASE_PAE] = pae,       [BASE_V86] = v86,
	[BASE_POSTED] = posted,
};
