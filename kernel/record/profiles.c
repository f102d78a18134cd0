#include "kernel/record/profiles.h"

#include "kernel/record/caps.h"

#define NEEDS(...) ((const char *const[]){__VA_ARGS__, NULL})

/* What rootmode's own guests use: see arch/x86_64/vmx/guest/controls.h. */
static const struct profile own = {"rootmode", NULL,
                                   NEEDS("vmx-nmi-exit", "vmx-hlt-exit", "vmx-io-exit",
                                         "host-address-space-size", "vmx-entry-ia32e-mode")};

static const struct profile kvm = {
	"kvm", NULL,
	NEEDS("vmx-intr-exit", "vmx-nmi-exit", "vmx-hlt-exit", "vmx-io-exit", "vmx-movdr-exit",
              "vmx-tsc-offset", "vmx-mwait-exit", "vmx-monitor-exit", "vmx-invlpg-exit",
              "vmx-rdpmc-exit", "vmx-vintr-pending", "vmx-cr8-load-exit", "vmx-cr8-store-exit",
              "vmx-exit-ack-intr", "host-address-space-size", "vmx-entry-ia32e-mode")};
static const struct profile kvm_ept = {"kvm-ept", &kvm,
                                       NEEDS("vmx-secondary-ctls", "vmx-ept", "vmx-page-walk-4",
                                             "ept-write-back", "vmx-invept",
                                             "vmx-invept-all-context")};
static const struct profile kvm_unrestricted = {"kvm-unrestricted", &kvm_ept,
                                                NEEDS("vmx-unrestricted-guest")};
static const struct profile kvm_apicv = {"kvm-apicv", &kvm_ept,
                                         NEEDS("vmx-flexpriority", "vmx-apicv-xapic",
                                               "vmx-apicv-register", "vmx-apicv-vid",
                                               "vmx-posted-intr")};

static const struct profile hyper_v = {"hyper-v", NULL, NEEDS("vmx-secondary-ctls", "vmx-ept")};
static const struct profile hvci = {"hvci", &hyper_v, NEEDS("vmx-mbec")};

/* Memory introspection, by single steps and by views of memory that a guest switches itself. */
static const struct profile introspection = {"introspection", &hyper_v,
                                             NEEDS("vmx-mtf", "vmx-ept-execonly")};
static const struct profile introspection_ve = {
	"introspection-ve", &introspection,
	NEEDS("vmx-vmfunc", "vmx-eptp-switching", "ept-violation-ve")};

const struct profile *const profiles[] = {
	&own,     &kvm,  &kvm_ept,       &kvm_unrestricted, &kvm_apicv,
	&hyper_v, &hvci, &introspection, &introspection_ve,
};
const size_t profiles_count = sizeof(profiles) / sizeof(profiles[0]);

const char *profile_lacks(const struct profile *profile, const struct vmx_evidence *evidence,
                          unsigned n)
{
	for (; profile != NULL; profile = profile->includes) {
		for (const char *const *need = profile->needs; *need != NULL; need++) {
			if (!caps_has_named(*need, evidence) && n-- == 0)
				return *need;
		}
	}
	return NULL;
}
