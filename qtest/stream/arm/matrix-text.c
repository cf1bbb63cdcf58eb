/* SPDX-License-Identifier: GPL-2.0-or-later */
/* migration.matrix as a string in the library; the build generates the included file. */
#include "qtest/stream/arm/matrix.h"

const char ob_matrix_text[] =
#include "migration-matrix.inc"
    ;
const size_t ob_matrix_text_size = sizeof(ob_matrix_text) - 1;
