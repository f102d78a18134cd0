/*
 * The output of QEMU's scripts/kvm/vmxcap, which names each control and how it may be set. Pure;
 * the bytes are not trusted.
 */
#ifndef CHECK_VMXCAP_H
#define CHECK_VMXCAP_H

#include "tools/check/name_list.h"

/* Returns whether text is such an output, and adds what it says. */
bool vmxcap_read(struct bytes text, struct name_list *list);

#endif
