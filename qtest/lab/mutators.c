/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/lab/mutators.h"

#define EXPORTED __attribute__((visibility("default")))

/* The interface of libFuzzer: https://llvm.org/docs/LibFuzzer.html.  The last function is libFuzzer's,
 * and AFL++ does not have it. */
size_t LLVMFuzzerCustomMutator(uint8_t *bytes, size_t size, size_t capacity, unsigned seed);
size_t LLVMFuzzerCustomCrossOver(const uint8_t *first, size_t first_size, const uint8_t *second,
                                 size_t second_size, uint8_t *out, size_t capacity, unsigned seed);
__attribute__((weak)) size_t LLVMFuzzerMutate(uint8_t *bytes, size_t size, size_t capacity);

const ObLabTarget *ob_lab_mutated;

EXPORTED size_t LLVMFuzzerCustomMutator(uint8_t *bytes, size_t size, size_t capacity, unsigned seed)
{
    ObRandom random = ob_random_from(seed);

    return ob_lab_mutate(ob_lab_mutated, &random, bytes, size, capacity, LLVMFuzzerMutate);
}

EXPORTED size_t LLVMFuzzerCustomCrossOver(const uint8_t *first, size_t first_size,
                                          const uint8_t *second, size_t second_size, uint8_t *out,
                                          size_t capacity, unsigned seed)
{
    ObRandom random = ob_random_from(seed);

    return ob_lab_cross(&random, first, first_size, second, second_size, out, capacity);
}
