# Stress test: many boots on an overloaded host. Included by the Makefile, whose variables it uses.

N ?= 50
TESTS += test-stress

.PHONY: stress
stress: $(ISO) rootmode-check ## boot N=50 machines with mixed CPU counts on an overloaded host; each must end with its verdict
	$(Q)tools/stress --boots $(N) --iso $(ISO) --keep $(BUILD)/stress

.PHONY: test-stress
test-stress: ## the stress run that 'make test' includes
	$(Q)$(MAKE) stress N=50
