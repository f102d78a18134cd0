# rootmode-check, the Linux program. Included by the Makefile, whose variables it uses.

HOST_CC ?= gcc

CHECK := $(BUILD)/check
CHECK_CFLAGS ?= -O2 -g -fstack-protector-strong -D_FORTIFY_SOURCE=2
CHECK_STRICT := -std=c17 -D_GNU_SOURCE $(WARNINGS) $(NO_PATHS) -I.
CHECK_SANITIZE := -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer

# The kernel's pure sources, as an archive: the linker takes only what is used.
CHECK_SHARED := $(filter kernel/record/%.c kernel/report/%.c,$(SOURCES)) \
	$(addprefix kernel/lib/,bytes.c crc32.c number.c qr.c qr_check.c ranges.c text.c version.c) \
	$(addprefix arch/x86_64/vmx/,plan.c consistency.c predict.c survey.c)
# Static, because a host may lack both libraries.
CHECK_LIBRARIES := -Wl,-Bstatic -lz -llzma -Wl,-Bdynamic
CHECK_OWN := $(wildcard tools/check/*.c)

# Variants: plain is installed, sanitized is tested, and fake uses simulated hardware of the tests.
CHECK_PLAIN := $(CHECK_SHARED:%=$(CHECK)/plain/%.o) $(CHECK_OWN:%=$(CHECK)/plain/%.o)
CHECK_SHARED_SANITIZED := $(CHECK_SHARED:%=$(CHECK)/sanitized/%.o)
CHECK_OWN_SANITIZED := $(CHECK_OWN:%=$(CHECK)/sanitized/%.o)
CHECK_HARDWARE := $(CHECK)/sanitized/tools/check/hardware.c.o
CHECK_FAKE := $(CHECK)/sanitized/tests/check/fake_hardware.c.o
CHECK_JSON_TEST := $(CHECK)/sanitized/tests/check/json_strings.c.o

-include $(CHECK_PLAIN:.o=.d) $(CHECK_SHARED_SANITIZED:.o=.d) $(CHECK_OWN_SANITIZED:.o=.d) \
	$(CHECK_FAKE:.o=.d) $(CHECK_JSON_TEST:.o=.d)

$(CHECK)/plain/%.c.o: %.c tools/check/check.mk
	@mkdir -p $(@D)
	$(Q)$(HOST_CC) $(CHECK_STRICT) $(CHECK_CFLAGS) $(DEFINES) -MMD -MP -c $< -o $@

$(CHECK)/sanitized/%.c.o: %.c tools/check/check.mk
	@mkdir -p $(@D)
	$(Q)$(HOST_CC) $(CHECK_STRICT) $(CHECK_SANITIZE) $(DEFINES) -MMD -MP -c $< -o $@

$(CHECK)/shared-plain.a: $(CHECK_SHARED:%=$(CHECK)/plain/%.o)
	$(Q)rm -f $@ && ar rcs $@ $^

$(CHECK)/shared-sanitized.a: $(CHECK_SHARED_SANITIZED)
	$(Q)rm -f $@ && ar rcs $@ $^

$(CHECK)/rootmode-check: $(CHECK_OWN:%=$(CHECK)/plain/%.o) $(CHECK)/shared-plain.a
	@echo '  LD   $@'
	$(Q)$(HOST_CC) $(CHECK_CFLAGS) $^ $(CHECK_LIBRARIES) -o $@

$(CHECK)/rootmode-check-static: $(CHECK_OWN:%=$(CHECK)/plain/%.o) $(CHECK)/shared-plain.a
	@echo '  LD   $@'
	$(Q)$(HOST_CC) $(CHECK_CFLAGS) -static $^ -lz -llzma -o $@

$(CHECK)/rootmode-check-sanitized: $(CHECK_OWN_SANITIZED) $(CHECK)/shared-sanitized.a
	$(Q)$(HOST_CC) $(CHECK_SANITIZE) $^ $(CHECK_LIBRARIES) -o $@

$(CHECK)/rootmode-check-fake: $(filter-out $(CHECK_HARDWARE),$(CHECK_OWN_SANITIZED)) $(CHECK_FAKE) \
		$(CHECK)/shared-sanitized.a
	$(Q)$(HOST_CC) $(CHECK_SANITIZE) $^ $(CHECK_LIBRARIES) -o $@

$(CHECK)/json-strings: $(CHECK_JSON_TEST) $(CHECK)/sanitized/tools/check/json.c.o
	$(Q)$(HOST_CC) $(CHECK_SANITIZE) $^ -o $@

.PHONY: rootmode-check
rootmode-check: $(CHECK)/rootmode-check ## build the Linux program: build/check/rootmode-check

.PHONY: rootmode-check-static
rootmode-check-static: $(CHECK)/rootmode-check-static ## the same for any x86-64 Linux, with no library to install

.PHONY: test-check
test-check: ## run the tests of rootmode-check, with ASan and UBSan
	$(Q)$(MAKE) $(CHECK)/rootmode-check $(CHECK)/rootmode-check-sanitized $(CHECK)/rootmode-check-fake \
		$(CHECK)/json-strings
	$(Q)$(PYTEST) -n $(JOBS) tests/check --build $(BUILD)
