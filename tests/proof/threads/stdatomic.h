/*
 * In place of the compiler's header, for proofs about threads: CBMC 6.6 refuses its own atomic
 * functions there, because they take pointers. Each of these is one indivisible step. A store and a
 * change are a full fence, too, as XCHG and a locked instruction are.
 */
#ifndef TESTS_PROOF_THREADS_STDATOMIC_H
#define TESTS_PROOF_THREADS_STDATOMIC_H

#include <stdbool.h>

void __CPROVER_atomic_begin(void);
void __CPROVER_atomic_end(void);

#define FENCE() __CPROVER_fence("RRfence", "RWfence", "WRfence", "WWfence")

#define atomic_load(at)                            \
	({                                         \
		__CPROVER_atomic_begin();          \
		__typeof__(*(at)) loaded_ = *(at); \
		__CPROVER_atomic_end();            \
		loaded_;                           \
	})

#define atomic_store(at, value)           \
	({                                \
		FENCE();                  \
		__CPROVER_atomic_begin(); \
		*(at) = (value);          \
		__CPROVER_atomic_end();   \
		FENCE();                  \
	})

#define atomic_fetch_add(at, value)             \
	({                                      \
		FENCE();                        \
		__CPROVER_atomic_begin();       \
		__typeof__(*(at)) old_ = *(at); \
		*(at) = old_ + (value);         \
		__CPROVER_atomic_end();         \
		FENCE();                        \
		old_;                           \
	})

#define atomic_compare_exchange_weak(at, expected, value) \
	({                                                \
		FENCE();                                  \
		__CPROVER_atomic_begin();                 \
		bool same_ = *(at) == *(expected);        \
		if (same_)                                \
			*(at) = (value);                  \
		else                                      \
			*(expected) = *(at);              \
		__CPROVER_atomic_end();                   \
		FENCE();                                  \
		same_;                                    \
	})

#define atomic_init(at, value) (*(at) = (value))

#endif
