/* Stopping every other CPU, for a panic. */
#ifndef ARCH_X86_64_STOP_H
#define ARCH_X86_64_STOP_H

/* In the NMI handler: if a panic elsewhere wants this CPU to stop, leaves VMX operation and halts. */
void stop_if_wanted(void);

#endif
