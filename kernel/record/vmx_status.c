#include "kernel/record/vmx_status.h"

#include "kernel/lib/order.h"
#include "kernel/record/vmx_names.h"

void vmx_status_order(int *order, struct vmx_status a, struct vmx_status b)
{
	order_by(order, a.kind, b.kind);
	order_by(order, a.number, b.number);
	order_by(order, a.error_code, b.error_code);
}

const char *vmx_status_key(enum vmx_status_kind kind)
{
	static const char *const keys[] = {
		[VMX_NOT_TRIED] = "not-tried",
		[VMX_SUCCEEDED] = "succeeded",
		[VMX_FAIL_INVALID] = "fail-invalid",
		[VMX_FAIL_VALID] = "fail-valid",
		[VMX_FAULTED] = "fault",
		[VMX_NO_EFFECT] = "no-effect",
		[VMX_EXITED] = "exit",
		[VMX_ENTRY_FAILED] = "entry-failed",
		[VMX_WRONG_VALUE] = "wrong-value",
	};

	return keys[kind];
}

void vmx_status_print(struct vmx_status status, struct text *to)
{
	switch ((enum vmx_status_kind)status.kind) {
	case VMX_SUCCEEDED:
		text_print(to, "success");
		break;
	case VMX_FAIL_INVALID:
		text_print(to, "VMfailInvalid");
		break;
	case VMX_FAIL_VALID:
		text_print(to, "VMfailValid %u (%s)", status.number, vmx_error_name(status.number));
		break;
	case VMX_FAULTED:
		text_print(to, "fault, vector %u", status.number);
		break;
	case VMX_NO_EFFECT:
		text_print(to, "no flag changed");
		break;
	case VMX_EXITED:
		text_print(to, "VM exit %u (%s)", status.number, vmx_exit_name(status.number));
		break;
	case VMX_ENTRY_FAILED:
		text_print(to, "VM exit %u (%s), entry failed", status.number,
		           vmx_exit_name(status.number));
		break;
	case VMX_WRONG_VALUE:
		text_print(to, "success with a wrong value");
		break;
	case VMX_NOT_TRIED:
		text_print(to, "not tried");
		break;
	}
}
