/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The reason why a stream is refused, and the place. */
#ifndef OB_VM_REFUSAL_H
#define OB_VM_REFUSAL_H

#include <stddef.h>
#include <stdint.h>

#include "hw-api/hw-api.h"
#include "qtest/stream/codec/format.h"

typedef enum ObVmReason {
    OB_VM_ACCEPTED,
    OB_VM_TRUNCATED,
    OB_VM_NO_STREAM, /* magic */
    OB_VM_STREAM_VERSION,
    OB_VM_NO_CONFIGURATION,
    OB_VM_BAD_CONFIGURATION,
    OB_VM_CAPABILITY, /* a capability that changes the format is on */
    OB_VM_UNKNOWN_TYPE,
    OB_VM_UNKNOWN_ID, /* PART or END without START */
    OB_VM_UNKNOWN_SECTION,
    OB_VM_BAD_NAME,
    OB_VM_SECTION_VERSION,
    OB_VM_DUPLICATE,
    OB_VM_ORDER,
    OB_VM_BACKGROUND_SNAPSHOT,
    OB_VM_FOOTER_MISSING,
    OB_VM_FOOTER_ID,
    OB_VM_BAD_LENGTH,
    OB_VM_BAD_RAM,
    OB_VM_XBZRLE_PAGES,
    OB_VM_COMPRESSED_PAGES,
    OB_VM_MULTIFD_PAGES,
    OB_VM_RDMA_PAGES,
    OB_VM_POSTCOPY,
    OB_VM_COLO,
    OB_VM_BLOCK_MIGRATION,
    OB_VM_DIRTY_BITMAPS,
    OB_VM_VFIO,
    OB_VM_TLS,
    OB_VM_BAD_COMMAND,
    OB_VM_TOO_LARGE,
    OB_VM_REFUSED_PAYLOAD, /* a callback of the reader's user refused its part */
} ObVmReason;

typedef struct ObVmRefusal {
    ObVmReason reason;
    int error;                        /* errno value, whose text QEMU prints after "load of
                                       * migration failed: " */
    char sentence[512];               /* QEMU's own sentence if QEMU has one */
    char section[OB_VM_NAME_MAX + 1]; /* "" outside sections */
    uint32_t instance;
    char field[OB_VM_NAME_MAX + 1]; /* name of the field at `offset` */
    uint64_t offset;                /* the refused bytes', from the stream's start */
} ObVmRefusal;

/* Writes "SENTENCE (section 'tpm-crb' 0, footer, byte 271234)".  Returns the same as snprintf. */
int ob_vm_refusal_format(const ObVmRefusal *refusal, char *text, size_t capacity);

#endif
