# What checks rootmode: included by the Makefile, whose variables it uses.

# Unit tests: the kernel's own sources, compiled for the host, each test against an archive of them.
# What a test defines itself comes before the archive, and so takes the place of the real thing.
HOST_CC ?= gcc
UNIT := $(BUILD)/unit
UNIT_SANITIZE := -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
HOST_CFLAGS := -std=c17 -D_DEFAULT_SOURCE -O1 -g $(WARNINGS)
# cmocka hands every test a state that few need.
UNIT_CFLAGS := $(HOST_CFLAGS) -Wno-unused-parameter $(UNIT_SANITIZE) -Itests/unit/fake -I.

# Not string.c and panic.c, whose functions are libc's on the host, nor main.c.
HOST_SOURCES := $(filter-out kernel/main.c kernel/string.c kernel/panic.c,$(wildcard kernel/*.c)) \
	arch/x86_64/clock.c arch/x86_64/serial.c $(addprefix arch/x86_64/vmx/,plan.c predict.c survey.c controls.c enter.c evidence.c)
UNIT_HELPERS := $(filter-out tests/unit/test_%.c,$(wildcard tests/unit/*.c))
UNIT_OBJECTS := $(patsubst %,$(UNIT)/%.o,$(HOST_SOURCES) $(UNIT_HELPERS))
UNIT_TESTS := $(patsubst tests/unit/%.c,$(UNIT)/%,$(wildcard tests/unit/test_*.c))

-include $(UNIT_OBJECTS:.o=.d) $(UNIT_TESTS:%=%.d)

$(UNIT)/%.c.o: %.c Makefile tests/tests.mk
	@mkdir -p $(@D)
	$(Q)$(HOST_CC) $(UNIT_CFLAGS) -MMD -MP -c $< -o $@

$(UNIT)/sources.a: $(UNIT_OBJECTS)
	$(Q)rm -f $@ && ar rcs $@ $^

$(UNIT)/test_%: tests/unit/test_%.c $(UNIT)/sources.a Makefile tests/tests.mk
	@echo '  UNIT $<'
	$(Q)$(HOST_CC) $(UNIT_CFLAGS) -MMD -MP -MF $@.d $< $(UNIT)/sources.a -lcmocka -o $@

.PHONY: test-unit
test-unit: ## unit tests of the pure parts, on the host, under ASan and UBSan
	$(Q)$(MAKE) -j$$(nproc) $(UNIT_TESTS)
	$(Q)tests/unit/run $(UNIT_TESTS)
