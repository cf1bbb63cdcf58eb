/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Memory for the machine's RAM: of this process alone, of a file, or of a memfd. */
#ifndef OB_MEMORY_BACKEND_H
#define OB_MEMORY_BACKEND_H

#include "qtest/host/options/object-types.h"

typedef struct ObMemoryBackend {
    uint8_t *memory;
    uint64_t size;
    bool is_file; /* a file or other processes have the bytes, too */
    bool discard; /* at the end the file's bytes are not kept */
} ObMemoryBackend;

/* Maps the memory of an object of a type memory-backend-*.  Returns NULL and sets `error` on
 * failure. */
ObMemoryBackend *ob_memory_backend_new(const ObObjectType *type, const ObKeyval *values,
                                       HwError *error);
void ob_memory_backend_free(ObMemoryBackend *backend); /* NULL is allowed */

#endif
