/* The XML of virsh capabilities and virsh domcapabilities. Pure; the bytes are not trusted. */
#ifndef CHECK_NAME_LIBVIRT_H
#define CHECK_NAME_LIBVIRT_H

#include "tools/check/name_list.h"

/* Adds what the XML in text says, if there is any. */
void name_libvirt_read(struct bytes text, struct name_list *list, struct vmx_evidence *evidence);

#endif
