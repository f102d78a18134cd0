/*
 * Guest trials: the VM-exit instruction-information field. SDM vol. 3C 27.2.4 "Information for VM
 * Exits Due to Instruction Execution". Bits that the SDM leaves undefined are not compared, such as
 * the scaling of an operand without an index.
 */
#include "arch/x86_64/vmx/selftest/selftest_trial_rows.h"

#define ADDRESS_SIZE_64 (2u << 7)
#define OPERAND_SIZE_32 (1u << 11)
#define OPERAND_SIZE_64 (2u << 11)
#define SEGMENT_DS      (3u << 15)
#define NO_INDEX        BIT(22)
#define BASE_RSI        ((uint32_t)RSI << 23)
#define TO_REGISTER(n)  ((uint32_t)(n) << 3)
#define SECOND(n)       ((uint32_t)(n) << 28)

/* Bits of a memory operand: size of the address, memory or register, segment, index and base. */
#define ADDRESS_BITS (7u << 7)
#define MEMORY_BITS  (ADDRESS_BITS | BIT(10) | 7u << 15 | BIT(22) | 0x1Fu << 23)
#define AT_RSI       (ADDRESS_SIZE_64 | SEGMENT_DS | NO_INDEX | BASE_RSI)

/* Those of the bits in the mask must be set that are set in value, and no other. */
#define THEN_BITS(value, mask) \
	THEN_SET(EXIT_INSTRUCTION, value), THEN_CLEAR(EXIT_INSTRUCTION, (mask) & ~(value))
#define DESCRIPTOR_TABLES SECONDARY_ON(DESCRIPTOR_TABLE_EXITING)

/* Port 80H is that of POST codes. */
#define POST      0x80
#define POST_PORT ((uint32_t)POST << EXIT_IO_PORT_SHIFT)

/* clang-format off */
const struct guest_trial selftest_information[] = {
	TRIAL("instruction information, VMCLEAR", NULL, VMCLEAR, code_vmclear, 0, THEN_BITS(AT_RSI, MEMORY_BITS)),
	TRIAL("instruction information, VMPTRST", NULL, VMPTRST, code_vmptrst, 0, THEN_BITS(AT_RSI, MEMORY_BITS)),
	TRIAL("instruction information, VMREAD", NULL, VMREAD, code_vmread, 8, THEN_BITS(AT_RSI | SECOND(RCX), MEMORY_BITS | SECOND(15))),
	TRIAL("instruction information, VMWRITE", NULL, VMWRITE, code_vmwrite, 0, THEN_BITS(AT_RSI | SECOND(RCX), MEMORY_BITS | SECOND(15))),
	TRIAL("instruction information, INVEPT", "vmx-invept", INVEPT, code_invept, 0, THEN_BITS(AT_RSI | SECOND(RAX), MEMORY_BITS | SECOND(15))),
	TRIAL("instruction information, INVPCID", "vmx-invpcid-exit", INVPCID, code_invpcid, 0, SECONDARY_ON(INVPCID), PRIMARY_ON(INVLPG_EXITING), THEN_BITS(AT_RSI | SECOND(RAX), MEMORY_BITS | SECOND(15))),
	TRIAL("instruction information, SGDT", "vmx-desc-exit", GDTR_IDTR, code_sgdt, 0, DESCRIPTOR_TABLES, THEN_BITS(AT_RSI | SECOND(0), MEMORY_BITS | SECOND(3))),
	TRIAL("instruction information, SIDT", "vmx-desc-exit", GDTR_IDTR, code_sidt, 0x20, DESCRIPTOR_TABLES, THEN_BITS(AT_RSI | SECOND(1), MEMORY_BITS | SECOND(3))),
	TRIAL("instruction information, LGDT", "vmx-desc-exit", GDTR_IDTR, code_lgdt, 0, DESCRIPTOR_TABLES, THEN_BITS(AT_RSI | SECOND(2), MEMORY_BITS | SECOND(3))),
	TRIAL("instruction information, LIDT", "vmx-desc-exit", GDTR_IDTR, code_lidt, 0, DESCRIPTOR_TABLES, THEN_BITS(AT_RSI | SECOND(3), MEMORY_BITS | SECOND(3))),
	TRIAL("instruction information, STR", "vmx-desc-exit", LDTR_TR, code_str, 0, DESCRIPTOR_TABLES, THEN_BITS(AT_RSI | SECOND(1), MEMORY_BITS | SECOND(3))),
	TRIAL("instruction information, LTR", "vmx-desc-exit", LDTR_TR, code_ltr, 0, DESCRIPTOR_TABLES, THEN_BITS(AT_RSI | SECOND(3), MEMORY_BITS | SECOND(3))),
	TRIAL("instruction information, RDRAND", "vmx-rdrand-exit", RDRAND, code_rdrand, 0, SECONDARY_ON(RDRAND_EXITING), THEN_BITS(TO_REGISTER(RCX) | OPERAND_SIZE_32, TO_REGISTER(15) | 3u << 11)),
	TRIAL("instruction information, RDSEED", "vmx-rdseed-exit", RDSEED, code_rdseed, 0, SECONDARY_ON(RDSEED_EXITING), THEN_BITS(TO_REGISTER(RDX) | OPERAND_SIZE_64, TO_REGISTER(15) | 3u << 11)),
	TRIAL("instruction information, INS", "vmx-ins-outs", IO, code_ins, POST_PORT | EXIT_IO_IN | EXIT_IO_STRING, PASS(RDX, POST), THEN_BITS(ADDRESS_SIZE_64, ADDRESS_BITS)),
	TRIAL("instruction information, REP OUTS", "vmx-ins-outs", IO, code_rep_outs, POST_PORT | EXIT_IO_STRING | EXIT_IO_REP | 1, PASS(RDX, POST), PASS(RCX, 2), THEN_BITS(ADDRESS_SIZE_64 | SEGMENT_DS, ADDRESS_BITS | 7u << 15)),
};
/* clang-format on */

const unsigned selftest_information_count = COUNT_OF(selftest_information);
