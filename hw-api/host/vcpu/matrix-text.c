/* SPDX-License-Identifier: GPL-2.0-or-later */
/* migration.matrix in the library: each of its lines is a string of the generated file. */
#include "hw-api/host/vcpu/matrix.h"

const char hw_matrix_text[] =
#include "migration-matrix.inc"
    ;
const size_t hw_matrix_text_size = sizeof(hw_matrix_text) - 1;
