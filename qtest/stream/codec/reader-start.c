/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sections that come in parts: RAM's begins, and some are refused by their names. */
#include "qtest/stream/codec/reader-internal.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

/* Sections that a capability or a device adds, and that nobody reads here. */
static const struct {
    const char *name;
    ObVmReason reason;
    const char *sentence;
} iterables[] = {
    { "block", OB_VM_BLOCK_MIGRATION, "Block migration is not supported" },
    { "dirty-bitmap", OB_VM_DIRTY_BITMAPS, "Migration of dirty bitmaps is not supported" },
    { "vfio", OB_VM_VFIO, "Migration of VFIO devices is not supported" },
};

static bool iterable_read(ObVmReader *reader)
{
    const char *last = strrchr(reader->name, '/');
    const char *name = last ? last + 1 : reader->name;

    for (size_t i = 0; i < G_N_ELEMENTS(iterables); i++) {
        if (strcmp(name, iterables[i].name) == 0) {
            return ob_vm_refuse(reader, iterables[i].reason, EOPNOTSUPP,
                                "%s: section '%s' %" PRIu32, iterables[i].sentence, reader->name,
                                reader->section.instance);
        }
    }
    return ob_vm_read_iterable(reader);
}

bool ob_vm_read_start(ObVmReader *reader)
{
    if (strcmp(reader->name, OB_VM_RAM) != 0 || reader->section.instance != 0) {
        return iterable_read(reader);
    }
    if (reader->devices_begun) {
        return ob_vm_refuse(reader, OB_VM_ORDER, EINVAL,
                            "Section 'ram' comes after sections of devices");
    }
    if (reader->section.version > OB_VM_RAM_VERSION) {
        return ob_vm_refuse(reader, OB_VM_SECTION_VERSION, EINVAL,
                            "savevm: unsupported version %" PRIu32 " for 'ram' v%u",
                            reader->section.version, OB_VM_RAM_VERSION);
    }
    if (reader->section.version < OB_VM_RAM_VERSION) {
        return ob_vm_refuse(reader, OB_VM_SECTION_VERSION, EINVAL,
                            "ram: version %" PRIu32 " is too old, expected %u",
                            reader->section.version, OB_VM_RAM_VERSION);
    }
    return ob_vm_section_note(reader) && ob_vm_section_begin(reader) &&
           ob_vm_ram_begin(reader, OB_VM_START);
}
