# Stress test: many boots on an overloaded host. Included by the Makefile, whose variables it uses.

N ?= 50
SOAK_BOOTS ?= 1000
TESTS += test-stress

.PHONY: stress
stress: $(ISO) rootmode-check ## boot N=50 machines of mixed kinds on an overloaded host; each must end with its verdict
	$(Q)tools/stress --boots $(N) --iso $(ISO) --keep $(BUILD)/stress

.PHONY: soak
soak: $(ISO) rootmode-check ## the same with SOAK_BOOTS=1000 and changing load; takes an hour
	$(Q)tools/stress --boots $(SOAK_BOOTS) --seed 2 --busy 0,2,8,1,4 --iso $(ISO) --keep $(BUILD)/soak

.PHONY: test-stress
test-stress: ## the stress run that 'make test' includes
	$(Q)$(MAKE) stress N=12
