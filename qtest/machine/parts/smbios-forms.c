/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The forms of SMBIOS structures, with the values that QEMU's machines have. */
#include <string.h>

#include "qtest/machine/parts/smbios-internal.h"

const char smbios_product[] = "product";
const char smbios_version[] = "version";

#define TEXT(name, at, value)                                           \
    {                                                                   \
        .key = name, .kind = SMBIOS_TEXT, .offset = at, .preset = value \
    }
#define COUNTED(name, at, value)                                                        \
    {                                                                                   \
        .key = name, .kind = SMBIOS_TEXT, .offset = at, .preset = value, .counts = true \
    }
#define NUMBER(name, at, width)                                         \
    {                                                                   \
        .key = name, .kind = SMBIOS_NUMBER, .offset = at, .size = width \
    }
#define NUMBER_TWICE(name, at, too, width)                                           \
    {                                                                                \
        .key = name, .kind = SMBIOS_NUMBER, .offset = at, .size = width, .copy = too \
    }
#define FLAG(name, at, bits)                                         \
    {                                                                \
        .key = name, .kind = SMBIOS_FLAG, .offset = at, .mask = bits \
    }

/* Offsets and lengths: DSP0134, section 7.(type + 1).  Bytes follow the header.  Texts are in the
 * order of offsets, which is the order of their numbers. */
/* clang-format off */
static const SmbiosForm forms[] = {
    { SMBIOS_FIRMWARE, 24, 0x0000, false,
      "\0\0\0\xe8\0\0\x08\0\0\0\0\0\0\0\0\x14\0\0\xff\xff",
      { TEXT("vendor", 4, NULL), TEXT("version", 5, NULL), TEXT("date", 8, NULL),
        { .key = "release", .kind = SMBIOS_RELEASE, .offset = 0x14 },
        FLAG("uefi", 0x13, 1 << 3), FLAG("vm", 0x13, 1 << 4) } },
    { SMBIOS_SYSTEM, 27, 0x0100, false,
      "\0\0\0\0" "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0" "\x06\0\0",
      { TEXT("manufacturer", 4, "QEMU"), TEXT("product", 5, smbios_product),
        TEXT("version", 6, smbios_version), TEXT("serial", 7, NULL), TEXT("sku", 0x19, NULL),
        TEXT("family", 0x1a, NULL) } },
    { SMBIOS_BOARD, 15, 0x0200, false,
      "\0\0\0\0\0\x01\0\x00\x03\x0a\0",
      { TEXT("manufacturer", 4, "QEMU"), TEXT("product", 5, smbios_product),
        TEXT("version", 6, smbios_version), TEXT("serial", 7, NULL), TEXT("asset", 8, NULL),
        TEXT("location", 0xa, NULL) } },
    { SMBIOS_CHASSIS, 22, 0x0300, false,
      "\0\x01\0\0\0\x03\x03\x03\x02\0\0\0\0\0\0\0\0\0",
      { TEXT("manufacturer", 4, "QEMU"), TEXT("version", 6, smbios_version),
        TEXT("serial", 7, NULL), TEXT("asset", 8, NULL), TEXT("sku", 0x15, NULL) } },
    { SMBIOS_PROCESSOR, 48, 0x0400, false, /* 42 bytes with an entry point of 32 bits */
      "\0\x03\xfe\0" "\0\0\0\0\0\0\0\0" "\0\0\0\0\xd0\x07\xd0\x07\x41\x01"
      "\xff\xff\xff\xff\xff\xff\0\0\0\0\0\0\x02\0\x01\0\0\0\0\0\0\0",
      { COUNTED("sock_pfx", 4, "CPU"), TEXT("manufacturer", 7, "QEMU"),
        TEXT("version", 0x10, smbios_version), TEXT("serial", 0x20, NULL),
        TEXT("asset", 0x21, NULL), TEXT("part", 0x22, NULL), NUMBER("max-speed", 0x14, 2),
        NUMBER("current-speed", 0x16, 2), NUMBER("processor-family", 0x28, 2),
        NUMBER("processor-id", 8, 8) } },
    { SMBIOS_CONNECTOR, 9, 0x0000, true,
      "\0\0\0\0\0",
      { TEXT("internal_reference", 4, NULL), TEXT("external_reference", 6, NULL),
        NUMBER("connector_type", 7, 1), NUMBER("port_type", 8, 1) } },
    { SMBIOS_SLOT, 17, 0x0900, true,
      "\0\0\0\0\0\0\0\0\0\xff\0\xff\xff",
      { TEXT("slot_designation", 4, NULL), NUMBER("slot_type", 5, 1),
        NUMBER("slot_data_bus_width", 6, 1), NUMBER("current_usage", 7, 1),
        NUMBER("slot_length", 8, 1), NUMBER("slot_id", 9, 2),
        NUMBER("slot_characteristics1", 0xb, 1), NUMBER("slot_characteristics2", 0xc, 1),
        { .key = "pci_device", .kind = SMBIOS_FUNCTION, .offset = 0xd } } },
    { SMBIOS_STRINGS, 5, 0x0e00, false, "\0", { { 0 } } },
    { SMBIOS_MEMORY_ARRAY, 23, 0x1000, false,
      "\x01\x03\x06\0\0\0\0\xfe\xff\0\0\0\0\0\0\0\0\0\0", { { 0 } } },
    { SMBIOS_MEMORY_DEVICE, 40, 0x1100, false,
      "\x00\x10\xfe\xff\xff\xff\xff\xff\0\0\x09\0\0\0\x07\x02\0\0\0\0\0\0\0\0"
      "\0\0\0\0\0\0\0\0\0\0\0\0",
      { COUNTED("loc_pfx", 0x10, "DIMM"), TEXT("bank", 0x11, NULL),
        TEXT("manufacturer", 0x17, "QEMU"), TEXT("serial", 0x18, NULL),
        TEXT("asset", 0x19, NULL), TEXT("part", 0x1a, NULL),
        NUMBER_TWICE("speed", 0x15, 0x20, 2) } },
    { SMBIOS_MEMORY_MAP, 31, 0x1300, false,
      "\0\0\0\0\0\0\0\0\x00\x10\x01\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", { { 0 } } },
    { SMBIOS_BOOT, 11, 0x2000, false, "\0\0\0\0\0\0\0", { { 0 } } },
    { SMBIOS_ONBOARD, 11, 0x2900, true,
      "\0\x81\x01\0\0\0\0",
      { TEXT("designation", 4, NULL),
        { .key = "kind", .kind = SMBIOS_DEVICE, .offset = 5 }, NUMBER("instance", 6, 1),
        { .key = "pcidev", .kind = SMBIOS_FUNCTION, .offset = 7 } } },
    { SMBIOS_END, 4, 0x7f00, false, "", { { 0 } } },
};
/* clang-format on */

const SmbiosForm *smbios_form(uint32_t type)
{
    for (size_t i = 0; i < G_N_ELEMENTS(forms); i++) {
        if (forms[i].type == type) {
            return &forms[i];
        }
    }
    return NULL;
}

SmbiosStructure *smbios_structure_new(const SmbiosForm *form)
{
    SmbiosStructure *structure = g_new0(SmbiosStructure, 1);

    structure->form = form;
    structure->bytes[0] = form->type;
    structure->bytes[1] = form->length;
    memcpy(structure->bytes + SMBIOS_HEADER, form->bytes, form->length - SMBIOS_HEADER);
    return structure;
}

void smbios_structure_free(void *structure)
{
    SmbiosStructure *s = structure;

    for (size_t i = 0; i < SMBIOS_FIELDS_MAX; i++) {
        g_free(s->texts[i]);
    }
    g_free(s);
}
