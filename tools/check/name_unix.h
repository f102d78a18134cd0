/* What the kernels of OpenBSD, NetBSD and macOS print about the first CPU. Pure. */
#ifndef CHECK_NAME_UNIX_H
#define CHECK_NAME_UNIX_H

#include "tools/check/name_list.h"

/* Reads what follows "cpu0: " in the messages of OpenBSD or NetBSD. */
void name_bsd_cpu0(struct bytes value, struct name_list *list, struct vmx_evidence *evidence);

/* Reads a line of macOS's sysctl, "machdep.cpu.features: FPU VME ...". */
void name_macos_read(struct bytes line, struct name_list *list, struct vmx_evidence *evidence);

#endif
