/* The length of an array. Pure. */
#ifndef KERNEL_COUNT_H
#define KERNEL_COUNT_H

#define COUNT_OF(array) ((unsigned)(sizeof(array) / sizeof((array)[0])))

#endif
