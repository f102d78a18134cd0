/*
 * Reports in which a label and an answer say whether the CPU has VMX: cpuid without -r, HWiNFO,
 * Intel's Processor Identification Utility, HAXM's checktool, virt-host-validate, ESXi. Pure.
 */
#ifndef CHECK_NAME_REPORTS_H
#define CHECK_NAME_REPORTS_H

#include "tools/check/name_list.h"

/* Adds what a line says, if it has one of the labels. */
void name_reports_read(struct bytes line, struct name_list *list, struct vmx_evidence *evidence);

/* Stores the vendor string, if none is known, by how a name of the CPU or its maker begins. */
void name_vendor_by_maker(struct bytes name, struct vmx_evidence *evidence);

#endif
