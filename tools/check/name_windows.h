/* What Windows and Sysinternals' Coreinfo say about VMX, by names. Pure. */
#ifndef CHECK_NAME_WINDOWS_H
#define CHECK_NAME_WINDOWS_H

#include "tools/check/name_list.h"

/*
 * Reads a line of systeminfo or msinfo32, in several languages, of Win32_Processor (wmic,
 * Get-CimInstance), of Get-ComputerInfo, or of Coreinfo.
 */
void name_windows_read(struct bytes line, struct name_list *list, struct vmx_evidence *evidence);

/*
 * Drops what a hypervisor under Windows, as virtualization-based security is one, makes
 * Win32_Processor and Coreinfo say although the CPU has it. Call it after the last line.
 */
void name_windows_conclude(struct name_list *list);

#endif
