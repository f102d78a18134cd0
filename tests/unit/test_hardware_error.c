/* The names of hardware errors, and the exceptions from which an instruction may recover. */
#include "arch/x86_64/hardware_error.h"
#include "arch/x86_64/recovery.h"
#include "tests/unit/unit.h"

static void port_b_names_the_source_of_an_nmi(void **state)
{
	assert_null(hardware_error_nmi_source(0x00));
	assert_null(hardware_error_nmi_source(0x3F));
	assert_non_null(strstr(hardware_error_nmi_source(0x80), "SERR#"));
	assert_null(strstr(hardware_error_nmi_source(0x80), "IOCHK#"));
	assert_non_null(strstr(hardware_error_nmi_source(0x7F), "IOCHK#"));
	assert_non_null(strstr(hardware_error_nmi_source(0xC0), "SERR#"));
	assert_non_null(strstr(hardware_error_nmi_source(0xC0), "IOCHK#"));
}

static void only_an_instructions_own_faults_are_recovered(void **state)
{
	static const uint8_t own[] = {VECTOR_UD, VECTOR_SS, VECTOR_GP, VECTOR_PF, VECTOR_AC};

	for (unsigned vector = 0; vector < 256; vector++)
		assert_int_equal(recovery_applies(vector),
		                 memchr(own, (int)vector, sizeof(own)) != NULL);
}

int main(void)
{
	static const struct CMUnitTest rules[] = {
		cmocka_unit_test(port_b_names_the_source_of_an_nmi),
		cmocka_unit_test(only_an_instructions_own_faults_are_recovered),
	};

	return unit_run(rules, COUNT_OF(rules));
}
