# Benchmarks. Included by the Makefile, whose variables it uses.

BENCH := $(BUILD)/bench
BENCH_CFLAGS := -std=c17 -D_DEFAULT_SOURCE -O2 -g $(WARNINGS) -I.
BENCH_OBJECTS := $(HOST_SOURCES:%=$(BENCH)/%.o)

-include $(BENCH_OBJECTS:.o=.d) $(BENCH)/scale.d

$(BENCH)/%.c.o: %.c Makefile tools/bench.mk
	@mkdir -p $(@D)
	$(Q)$(HOST_CC) $(BENCH_CFLAGS) $(DEFINES) -MMD -MP -c $< -o $@

$(BENCH)/sources.a: $(BENCH_OBJECTS)
	$(Q)rm -f $@ && ar rcs $@ $^

$(BENCH)/scale: tests/bench/scale.c $(BENCH)/sources.a
	@echo '  HOST $<'
	$(Q)$(HOST_CC) $(BENCH_CFLAGS) -MMD -MP -MF $@.d $< $(BENCH)/sources.a -o $@

.PHONY: bench
bench: $(KERNEL) $(ISO) $(BENCH)/scale rootmode-check ## measure the speed in emulated ticks, and print the tables of docs/performance.md
	@tools/bench --build $(BUILD)

.PHONY: bench-update
bench-update: $(KERNEL) $(ISO) $(BENCH)/scale rootmode-check ## the same, and update docs/performance.md
	@tools/bench --build $(BUILD) --update

.PHONY: bench-logs
bench-logs: rootmode-check ## measure rootmode-log over 10,000 made logs: seconds and memory
	$(Q)/usr/bin/python3 tests/check/bench-logs
