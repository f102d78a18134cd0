/*
 * The VMX capabilities of every CPU model of Bochs 2.7 that has VMX and 64-bit mode. Made from the
 * REPORT blocks of
 *
 *     tools/run --vehicle bochs --model NAME --cpus 1 --cmdline exit=debug
 *
 * of a kernel whose vmx_msr_exists() had been changed to say yes to every MSR of a CPU with VMX, so
 * that the table says what a model has, and not what the kernel thinks it has: MSRs that are not
 * here faulted. Of IA32_VMX_PROCBASED_CTLS3 and IA32_VMX_EXIT_CTLS2 Bochs 2.7 knows nothing.
 */
#ifndef TESTS_UNIT_BOCHS_MODELS_H
#define TESTS_UNIT_BOCHS_MODELS_H

#include "kernel/vmx_record.h"

struct bochs_model {
	const char *name;
	bool smx;
	struct msr_reading msr[VMX_MSR_COUNT];
};

static const struct bochs_model
	bochs_models[] =
		{
			{
				.name = "bx_generic",
				.smx = false,
				.msr =
					{
						[0x00] = {0x00D810000000002B, MSR_READ},
						[0x01] = {0x0000003F00000016, MSR_READ},
						[0x02] = {0xF7F9FFFE0401E172, MSR_READ},
						[0x03] = {0x0003EFFF00036DFF, MSR_READ},
						[0x04] = {0x00001FFF000011FF, MSR_READ},
						[0x05] = {0x00000000000401E0, MSR_READ},
						[0x06] = {0x0000000080000021, MSR_READ},
						[0x07] = {0x00000000FFFFFFFF, MSR_READ},
						[0x08] = {0x0000000000002000, MSR_READ},
						[0x09] = {0x00000000000027FF, MSR_READ},
						[0x0A] = {0x0000000000000034, MSR_READ},
						[0x0B] = {0x0000004900000000, MSR_READ},
						[0x0D] = {0x0000003F00000016, MSR_READ},
						[0x0E] = {0xF7F9FFFE04006172, MSR_READ},
						[0x0F] = {0x0003EFFF00036DFB, MSR_READ},
						[0x10] = {0x00001FFF000011FB, MSR_READ},
					},
			},
			{
				.name = "core2_penryn_t9600",
				.smx = true,
				.msr =
					{
						[0x00] = {0x00D810000000002B, MSR_READ},
						[0x01] = {0x0000003F00000016, MSR_READ},
						[0x02] = {0xF7F9FFFE0401E172, MSR_READ},
						[0x03] = {0x0003FFFF00036DFF, MSR_READ},
						[0x04] = {0x00003FFF000011FF, MSR_READ},
						[0x05] = {0x00000000000401E0, MSR_READ},
						[0x06] = {0x0000000080000021, MSR_READ},
						[0x07] = {0x00000000FFFFFFFF, MSR_READ},
						[0x08] = {0x0000000000002000, MSR_READ},
						[0x09] = {0x00000000000467FF, MSR_READ},
						[0x0A] = {0x0000000000000034, MSR_READ},
						[0x0B] = {0x0000004100000000, MSR_READ},
						[0x0D] = {0x0000003F00000016, MSR_READ},
						[0x0E] = {0xF7F9FFFE04006172, MSR_READ},
						[0x0F] = {0x0003FFFF00036DFB, MSR_READ},
						[0x10] = {0x00003FFF000011FB, MSR_READ},
					},
			},
			{
				.name = "corei5_lynnfield_750",
				.smx = true,
				.msr =
					{
						[0x00] = {0x00D810000000002B, MSR_READ},
						[0x01] = {0x0000007F00000016, MSR_READ},
						[0x02] = {0xF7F9FFFE0401E172, MSR_READ},
						[0x03] = {0x007FFFFF00036DFF, MSR_READ},
						[0x04] = {0x0000FFFF000011FF, MSR_READ},
						[0x05] = {0x00000000000401E0, MSR_READ},
						[0x06] = {0x0000000080000021, MSR_READ},
						[0x07] = {0x00000000FFFFFFFF, MSR_READ},
						[0x08] = {0x0000000000002000, MSR_READ},
						[0x09] = {0x00000000000067FF, MSR_READ},
						[0x0A] = {0x0000000000000034, MSR_READ},
						[0x0B] = {0x0000007F00000000, MSR_READ},
						[0x0C] = {0x00000F0106114141, MSR_READ},
						[0x0D] = {0x0000007F00000016, MSR_READ},
						[0x0E] = {0xF7F9FFFE04006172, MSR_READ},
						[0x0F] = {0x007FFFFF00036DFB, MSR_READ},
						[0x10] = {0x0000FFFF000011FB, MSR_READ},
					},
			},
			{
				.name = "corei5_arrandale_m520",
				.smx = true,
				.msr =
					{
						[0x00] = {0x00D810000000002B, MSR_READ},
						[0x01] = {0x0000007F00000016, MSR_READ},
						[0x02] = {0xF7F9FFFE0401E172, MSR_READ},
						[0x03] = {0x007FFFFF00036DFF, MSR_READ},
						[0x04] = {0x0000FFFF000011FF, MSR_READ},
						[0x05] = {0x00000000000401E0, MSR_READ},
						[0x06] = {0x0000000080000021, MSR_READ},
						[0x07] = {0x00000000FFFFFFFF, MSR_READ},
						[0x08] = {0x0000000000002000, MSR_READ},
						[0x09] = {0x00000000000067FF, MSR_READ},
						[0x0A] = {0x0000000000000034, MSR_READ},
						[0x0B] = {0x000000FF00000000, MSR_READ},
						[0x0C] = {0x00000F0106114141, MSR_READ},
						[0x0D] = {0x0000007F00000016, MSR_READ},
						[0x0E] = {0xF7F9FFFE04006172, MSR_READ},
						[0x0F] = {0x007FFFFF00036DFB, MSR_READ},
						[0x10] = {0x0000FFFF000011FB, MSR_READ},
					},
			},
			{
				.name = "corei7_sandy_bridge_2600k",
				.smx = false,
				.msr =
					{
						[0x00] = {0x00D810000000002B, MSR_READ},
						[0x01] = {0x0000007F00000016, MSR_READ},
						[0x02] = {0xF7F9FFFE0401E172, MSR_READ},
						[0x03] = {0x007FFFFF00036DFF, MSR_READ},
						[0x04] = {0x0000FFFF000011FF, MSR_READ},
						[0x05] = {0x00000000000401E0, MSR_READ},
						[0x06] = {0x0000000080000021, MSR_READ},
						[0x07] = {0x00000000FFFFFFFF, MSR_READ},
						[0x08] = {0x0000000000002000, MSR_READ},
						[0x09] = {0x00000000000627FF, MSR_READ},
						[0x0A] = {0x0000000000000034, MSR_READ},
						[0x0B] = {0x000000FF00000000, MSR_READ},
						[0x0C] = {0x00000F0106114141, MSR_READ},
						[0x0D] = {0x0000007F00000016, MSR_READ},
						[0x0E] = {0xF7F9FFFE04006172, MSR_READ},
						[0x0F] = {0x007FFFFF00036DFB, MSR_READ},
						[0x10] = {0x0000FFFF000011FB, MSR_READ},
					},
			},
			{
				.name = "corei7_ivy_bridge_3770k",
				.smx = false,
				.msr =
					{
						[0x00] = {0x00D810000000002B, MSR_READ},
						[0x01] = {0x0000007F00000016, MSR_READ},
						[0x02] = {0xF7F9FFFE0401E172, MSR_READ},
						[0x03] = {0x007FFFFF00036DFF, MSR_READ},
						[0x04] = {0x0000FFFF000011FF, MSR_READ},
						[0x05] = {0x00000000000401E0, MSR_READ},
						[0x06] = {0x0000000080000021, MSR_READ},
						[0x07] = {0x00000000FFFFFFFF, MSR_READ},
						[0x08] = {0x0000000000002000, MSR_READ},
						[0x09] = {0x00000000001727FF, MSR_READ},
						[0x0A] = {0x0000000000000034, MSR_READ},
						[0x0B] = {0x000008FF00000000, MSR_READ},
						[0x0C] = {0x00000F0106114141, MSR_READ},
						[0x0D] = {0x0000007F00000016, MSR_READ},
						[0x0E] = {0xF7F9FFFE04006172, MSR_READ},
						[0x0F] = {0x007FFFFF00036DFB, MSR_READ},
						[0x10] = {0x0000FFFF000011FB, MSR_READ},
					},
			},
			{
				.name = "corei7_haswell_4770",
				.smx = false,
				.msr =
					{
						[0x00] = {0x00D810000000002B, MSR_READ},
						[0x01] = {0x0000007F00000016, MSR_READ},
						[0x02] = {0xF7F9FFFE0401E172, MSR_READ},
						[0x03] = {0x007FFFFF00036DFF, MSR_READ},
						[0x04] = {0x0000FFFF000011FF, MSR_READ},
						[0x05] = {0x00000000200401E0, MSR_READ},
						[0x06] = {0x0000000080000021, MSR_READ},
						[0x07] = {0x00000000FFFFFFFF, MSR_READ},
						[0x08] = {0x0000000000002000, MSR_READ},
						[0x09] = {0x00000000001727FF, MSR_READ},
						[0x0A] = {0x0000000000000034, MSR_READ},
						[0x0B] = {0x00047FFF00000000, MSR_READ},
						[0x0C] = {0x00000F0106334141, MSR_READ},
						[0x0D] = {0x0000007F00000016, MSR_READ},
						[0x0E] = {0xF7F9FFFE04006172, MSR_READ},
						[0x0F] = {0x007FFFFF00036DFB, MSR_READ},
						[0x10] = {0x0000FFFF000011FB, MSR_READ},
						[0x11] = {0x0000000000000001, MSR_READ},
					},
			},
			{
				.name = "broadwell_ult",
				.smx = false,
				.msr =
					{
						[0x00] = {0x00D810000000002B, MSR_READ},
						[0x01] = {0x0000007F00000016, MSR_READ},
						[0x02] = {0xF7F9FFFE0401E172, MSR_READ},
						[0x03] = {0x007FFFFF00036DFF, MSR_READ},
						[0x04] = {0x0000FFFF000011FF, MSR_READ},
						[0x05] = {0x00000000200401E0, MSR_READ},
						[0x06] = {0x0000000080000021, MSR_READ},
						[0x07] = {0x00000000FFFFFFFF, MSR_READ},
						[0x08] = {0x0000000000002000, MSR_READ},
						[0x09] = {0x00000000003727FF, MSR_READ},
						[0x0A] = {0x0000000000000034, MSR_READ},
						[0x0B] = {0x00057FFF00000000, MSR_READ},
						[0x0C] = {0x00000F0106334141, MSR_READ},
						[0x0D] = {0x0000007F00000016, MSR_READ},
						[0x0E] = {0xF7F9FFFE04006172, MSR_READ},
						[0x0F] = {0x007FFFFF00036DFB, MSR_READ},
						[0x10] = {0x0000FFFF000011FB, MSR_READ},
						[0x11] = {0x0000000000000001, MSR_READ},
					},
			},
			{
				.name = "corei7_skylake_x",
				.smx = false,
				.msr =
					{
						[0x00] = {0x00D810000000002B, MSR_READ},
						[0x01] = {0x0000007F00000016, MSR_READ},
						[0x02] = {0xF7F9FFFE0401E172, MSR_READ},
						[0x03] = {0x007FFFFF00036DFF, MSR_READ},
						[0x04] = {0x0000FFFF000011FF, MSR_READ},
						[0x05] = {0x00000000600401E0, MSR_READ},
						[0x06] = {0x0000000080000021, MSR_READ},
						[0x07] = {0x00000000FFFFFFFF, MSR_READ},
						[0x08] = {0x0000000000002000, MSR_READ},
						[0x09] = {0x00000000003727FF, MSR_READ},
						[0x0A] = {0x0000000000000034, MSR_READ},
						[0x0B] = {0x02177FFF00000000, MSR_READ},
						[0x0C] = {0x00000F0106334141, MSR_READ},
						[0x0D] = {0x0000007F00000016, MSR_READ},
						[0x0E] = {0xF7F9FFFE04006172, MSR_READ},
						[0x0F] = {0x007FFFFF00036DFB, MSR_READ},
						[0x10] = {0x0000FFFF000011FB, MSR_READ},
						[0x11] = {0x0000000000000001, MSR_READ},
					},
			},
			{
				.name = "corei3_cnl",
				.smx = false,
				.msr =
					{
						[0x00] = {0x00D810000000002B, MSR_READ},
						[0x01] = {0x0000007F00000016, MSR_READ},
						[0x02] = {0xF7F9FFFE0401E172, MSR_READ},
						[0x03] = {0x007FFFFF00036DFF, MSR_READ},
						[0x04] = {0x0000FFFF000011FF, MSR_READ},
						[0x05] = {0x00000000600401E0, MSR_READ},
						[0x06] = {0x0000000080000021, MSR_READ},
						[0x07] = {0x00000000FFFFFFFF, MSR_READ},
						[0x08] = {0x0000000000002000, MSR_READ},
						[0x09] = {0x0000000000772FFF, MSR_READ},
						[0x0A] = {0x0000000000000034, MSR_READ},
						[0x0B] = {0x02157CFF00000000, MSR_READ},
						[0x0C] = {0x00000F0106334141, MSR_READ},
						[0x0D] = {0x0000007F00000016, MSR_READ},
						[0x0E] = {0xF7F9FFFE04006172, MSR_READ},
						[0x0F] = {0x007FFFFF00036DFB, MSR_READ},
						[0x10] = {0x0000FFFF000011FB, MSR_READ},
						[0x11] = {0x0000000000000001, MSR_READ},
					},
			},
			{
				.name = "corei7_icelake_u",
				.smx = false,
				.msr =
					{
						[0x00] = {0x00D8100000000004, MSR_READ},
						[0x01] = {0x0000007F00000016, MSR_READ},
						[0x02] = {0xFFF9FFFE0401E172, MSR_READ},
						[0x03] = {0x007FFFFF00036DFF, MSR_READ},
						[0x04] = {0x0000FFFF000011FF, MSR_READ},
						[0x05] = {0x00000000600401E0, MSR_READ},
						[0x06] = {0x0000000080000021, MSR_READ},
						[0x07] = {0x00000000FFFFFFFF, MSR_READ},
						[0x08] = {0x0000000000002000, MSR_READ},
						[0x09] = {0x0000000000772FFF, MSR_READ},
						[0x0A] = {0x0000000000000034, MSR_READ},
						[0x0B] = {0x02977FFF00000000, MSR_READ},
						[0x0C] = {0x00000F0106334141, MSR_READ},
						[0x0D] = {0x0000007F00000016, MSR_READ},
						[0x0E] = {0xFFF9FFFE04006172, MSR_READ},
						[0x0F] = {0x007FFFFF00036DFB, MSR_READ},
						[0x10] = {0x0000FFFF000011FB, MSR_READ},
						[0x11] = {0x0000000000000001, MSR_READ},
					},
			},
			{
				.name = "tigerlake",
				.smx = false,
				.msr =
					{
						[0x00] = {0x01D8100000000004, MSR_READ},
						[0x01] = {0x0000007F00000016, MSR_READ},
						[0x02] = {0xFFF9FFFE0401E172, MSR_READ},
						[0x03] = {0x107FFFFF00036DFF, MSR_READ},
						[0x04] = {0x0010FFFF000011FF, MSR_READ},
						[0x05] = {0x00000000600401E0, MSR_READ},
						[0x06] = {0x0000000080000021, MSR_READ},
						[0x07] = {0x00000000FFFFFFFF, MSR_READ},
						[0x08] = {0x0000000000002000, MSR_READ},
						[0x09] = {0x0000000000F72FFF, MSR_READ},
						[0x0A] = {0x0000000000000034, MSR_READ},
						[0x0B] = {0x02977FFF00000000, MSR_READ},
						[0x0C] = {0x00000F0106B34141, MSR_READ},
						[0x0D] = {0x0000007F00000016, MSR_READ},
						[0x0E] = {0xFFF9FFFE04006172, MSR_READ},
						[0x0F] = {0x107FFFFF00036DFB, MSR_READ},
						[0x10] = {0x0010FFFF000011FB, MSR_READ},
						[0x11] = {0x0000000000000001, MSR_READ},
					},
			},
};

/* What there is to read on a CPU of the model, unlocked, as the kernel finds it before VMX. */
static inline struct vmx_evidence bochs_evidence(const struct bochs_model *model)
{
	struct vmx_evidence evidence = {
		.vendor = "GenuineIntel",
		.signature = 0x50654,
		.vmx = true,
		.smx = model->smx,
		.physical_address_bits = 40,
		.cr0 = 0x80010011,
		.cr4 = 0x20,
		.feature_control = {0, MSR_READ},
	};

	for (unsigned i = 0; i < VMX_MSR_COUNT; i++)
		evidence.msr[i] = model->msr[i];
	return evidence;
}

#endif
