/* The SDM's names of VM-instruction errors and of VM-exit reasons. Pure. */
#ifndef KERNEL_VMX_NAMES_H
#define KERNEL_VMX_NAMES_H

/* SDM vol. 3C 30.4 "VM Instruction Error Numbers": the name, and the usual cause. */
const char *vmx_error_name(unsigned error);
const char *vmx_error_sentence(unsigned error);

/* SDM vol. 3D Appendix C "VMX Basic Exit Reasons" */
const char *vmx_exit_name(unsigned reason);

#endif
