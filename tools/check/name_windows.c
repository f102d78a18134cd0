#include "tools/check/name_windows.h"
#include "kernel/lib/count.h"

#include "tools/check/lines.h"
#include "tools/check/name_caps.h"

#include <stddef.h>

enum fact { FACT_VMX, FACT_FIRMWARE, FACT_SLAT };

/*
 * The labels of systeminfo and msinfo32. Parts of them with ASCII characters only, where there are
 * some, because the encoding differs: UTF-8, UTF-16 (in which load() keeps no others) or the
 * console's code page. The languages are those of which public examples were found.
 */
static const struct {
	const char *label;
	enum fact fact;
} labels[] = {
	{"VM Monitor Mode Extensions", FACT_VMX},
	{"Virtualization Enabled In Firmware", FACT_FIRMWARE},
	{"Virtualization Enabled in Firmware", FACT_FIRMWARE}, /* msinfo32 */
	{"Virtualisation Enabled in Firmware", FACT_FIRMWARE}, /* in British English */
	{"Second Level Address Translation", FACT_SLAT},
	{"berwachungsmodus", FACT_VMX}, /* German */
	{"Virtualisierung in Firmware aktiviert", FACT_FIRMWARE},
	{"bersetzung der zweiten Ebene", FACT_SLAT},
	{"Extensions de mode du moniteur", FACT_VMX}, /* French */
	{"Extensions du mode de moniteur", FACT_VMX},
	{"dans le microprogramme", FACT_FIRMWARE},
	{"adresse de second niveau", FACT_SLAT},
	{"Extensiones de modo de monitor de VM", FACT_VMX}, /* Spanish */
	{"n en el firmware", FACT_FIRMWARE},
	{"de Modo de Monitor VM", FACT_VMX}, /* Portuguese */
	{"Habilitada no Firmware", FACT_FIRMWARE},
	{"de Segundo N", FACT_SLAT},
	{"Расширения режима мониторинга виртуальной машины", FACT_VMX}, /* Russian */
	{"Виртуализация включена во встроенном ПО", FACT_FIRMWARE},
	{"Преобразование адресов второго уровня", FACT_SLAT},
	{"虚拟机监视器模式扩展", FACT_VMX}, /* Chinese */
	{"固件中已启用虚拟化", FACT_FIRMWARE},
	{"二级地址转换", FACT_SLAT},
	{"VM モニター モード拡張機能", FACT_VMX}, /* Japanese */
	{"ファームウェアで仮想化が有効になっています", FACT_FIRMWARE},
	{"第 2 レベルのアドレス変換", FACT_SLAT},
};

/* That one was detected, and the lines above are therefore missing. */
static const char *const hypervisor_detected[] = {
	"A hypervisor has been detected",   "Un hyperviseur a",
	"un hipervisor. No se mostrar",     "已检测到虚拟机监控程序",
	"ハイパーバイザーが検出されました",
};

static const char *const yes[] = {"Yes", "Ja", "Oui",  "Sim",  "\xC2\xA0:Oui",
                                  "Да",  "是", "はい", "TRUE", "True"};
static const char *const no[] = {"No", "Nein", "Non", "Нет", "否", "いいえ", "FALSE", "False"};

static struct bytes last_word(struct bytes line)
{
	size_t start = line.size;

	while (start > 0 && line.at[start - 1] != ' ' && line.at[start - 1] != ':')
		start--;
	return bytes_from(line, start);
}

static bool is_accented(uint8_t c)
{
	return c == '?' || c >= 0x80;
}

/* The Spanish yes and the Portuguese no have an accent, in any encoding. */
static enum name_answer answer_of(struct bytes word)
{
	for (size_t i = 0; i < COUNT_OF(yes); i++) {
		if (bytes_equal(word, yes[i]))
			return NAME_YES;
	}
	for (size_t i = 0; i < COUNT_OF(no); i++) {
		if (bytes_equal(word, no[i]))
			return NAME_NO;
	}
	if (word.size >= 2 && word.at[0] == 'S' && is_accented(word.at[1]))
		return NAME_YES;
	if (word.size >= 3 && word.at[0] == 'N' && is_accented(word.at[1]) &&
	    word.at[word.size - 1] == 'o')
		return NAME_NO;
	return NAME_UNSEEN;
}

static void set_fact(enum fact fact, enum name_answer answer, struct name_list *list)
{
	if (fact == FACT_VMX)
		list->listed = answer;
	else if (fact == FACT_FIRMWARE)
		list->firmware = answer;
	else if (answer == NAME_YES)
		name_caps_add(&list->caps, "vmx-ept");
}

static void read_labels(struct bytes line, struct name_list *list, struct vmx_evidence *evidence)
{
	enum name_answer answer = answer_of(last_word(line));

	for (size_t i = 0; answer != NAME_UNSEEN && i < COUNT_OF(labels); i++) {
		if (!lines_have(line, labels[i].label))
			continue;
		list->format = "systeminfo";
		list->raw |= labels[i].fact == FACT_VMX;
		set_fact(labels[i].fact, answer, list);
	}
	for (size_t i = 0; i < COUNT_OF(hypervisor_detected); i++) {
		if (!lines_have(line, hypervisor_detected[i]))
			continue;
		list->format = "systeminfo";
		evidence->hypervisor = true;
	}
}

/*
 * Properties, "NAME : VALUE" or "NAME=VALUE". Get-ComputerInfo leaves its own empty where it cannot
 * know, Win32_Processor says False then.
 */
static const struct {
	const char *name;
	const char *format;
	enum fact fact;
	bool masked;
} properties[] = {
	{"HyperVRequirementVMMonitorModeExtensions", "Get-ComputerInfo", FACT_VMX, false},
	{"HyperVRequirementVirtualizationFirmwareEnabled", "Get-ComputerInfo", FACT_FIRMWARE,
         false},
	{"HyperVRequirementSecondLevelAddressTranslation", "Get-ComputerInfo", FACT_SLAT, false},
	{"VMMonitorModeExtensions", "Win32_Processor", FACT_VMX, true},
	{"VirtualizationFirmwareEnabled", "Win32_Processor", FACT_FIRMWARE, true},
	{"SecondLevelAddressTranslationExtensions", "Win32_Processor", FACT_SLAT, true},
};

/* Returns whether line is this property, and what it says. */
static bool take_property(struct bytes line, const char *name, enum name_answer *answer)
{
	struct bytes rest;

	if (!bytes_skip(line, name, &rest))
		return false;
	rest = lines_trim(rest);
	if (!bytes_skip(rest, ":", &rest) && !bytes_skip(rest, "=", &rest))
		return false;
	*answer = answer_of(lines_trim(rest));
	return true;
}

static void read_properties(struct bytes line, struct name_list *list,
                            struct vmx_evidence *evidence)
{
	enum name_answer answer;

	for (size_t i = 0; i < COUNT_OF(properties); i++) {
		if (!take_property(line, properties[i].name, &answer))
			continue;
		list->format = properties[i].format;
		list->masked |= properties[i].masked;
		list->raw |= properties[i].fact == FACT_VMX && answer != NAME_UNSEEN;
		if (answer != NAME_UNSEEN)
			set_fact(properties[i].fact, answer, list);
	}
	if (take_property(line, "HyperVisorPresent", &answer) ||
	    take_property(line, "HypervisorPresent", &answer)) {
		evidence->hypervisor |= answer == NAME_YES;
		list->no_hypervisor |= answer == NAME_NO;
	}
}

/* "VMX             *       Supports Intel hardware-assisted virtualization"; "-": it does not. */
static void read_coreinfo(struct bytes line, struct name_list *list, struct vmx_evidence *evidence)
{
	struct bytes rest = line, name = bytes_take_word(&rest), mark = bytes_take_word(&rest);
	bool has = bytes_equal(mark, "*");

	if (!has && !bytes_equal(mark, "-"))
		return;
	rest = lines_trim(rest);
	if (bytes_equal(name, "HYPERVISOR") && bytes_equal(rest, "Hypervisor is present")) {
		evidence->hypervisor |= has;
		list->no_hypervisor |= !has;
	} else if (bytes_equal(name, "VMX") &&
	           bytes_equal(rest, "Supports Intel hardware-assisted virtualization")) {
		list->format = "Coreinfo";
		list->masked = list->raw = true;
		list->listed = has ? NAME_YES : NAME_NO;
	} else if (bytes_equal(name, "EPT") && has) {
		name_caps_add(&list->caps, "vmx-ept");
	} else if (bytes_equal(name, "URG") && has) {
		name_caps_add(&list->caps, "vmx-unrestricted-guest");
	} else if (bytes_equal(name, "X64") && has) {
		list->long_mode = LONG_MODE_YES;
	}
}

void name_windows_read(struct bytes line, struct name_list *list, struct vmx_evidence *evidence)
{
	read_labels(line, list, evidence);
	read_properties(line, list, evidence);
	read_coreinfo(line, list, evidence);
}

void name_windows_conclude(struct name_list *list)
{
	if (!list->masked)
		return;
	if (list->listed == NAME_NO && !list->no_hypervisor)
		list->listed = NAME_UNSEEN;
	if (list->firmware == NAME_NO && list->listed != NAME_YES)
		list->firmware = NAME_UNSEEN;
}
