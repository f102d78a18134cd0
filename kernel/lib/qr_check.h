/* The error correction of a QR code of level L: Reed-Solomon codes over GF(256). Pure. */
#ifndef KERNEL_QR_CHECK_H
#define KERNEL_QR_CHECK_H

#include <stdint.h>

/* Return how many codewords a version has, in all and of data. */
uint32_t qr_codewords(uint32_t version);
uint32_t qr_data_codewords(uint32_t version);

/* Adds the codewords of error correction to those of data, and puts all in the order of the code.
 */
void qr_add_check(uint32_t version, uint8_t *codewords);

#endif
