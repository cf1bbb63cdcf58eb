/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A fixture of tests that build SMBIOS structures for a machine of one processor and 2 GiB. */
#ifndef OB_TESTS_MACHINE_SMBIOS_FIXTURE_H
#define OB_TESTS_MACHINE_SMBIOS_FIXTURE_H

#include <glib.h>

#include "hw-api/device/bytes.h"
#include "qtest/machine/parts/smbios.h"

#define GIB (UINT64_C(1) << 30)

typedef struct SmbiosFixture {
    ObSmbios *given;
    ObSmbiosMachine machine;
    GByteArray *anchor, *tables;
    char text[512];
    HwError error;
} SmbiosFixture;

/* The id "known" is the PCI function at bus 1, device 5, function 0. */
void smbios_set_up(SmbiosFixture *f, gconstpointer data);
void smbios_tear_down(SmbiosFixture *f, gconstpointer data);

/* Builds what must be possible. */
void smbios_build(SmbiosFixture *f);

/* Gives a field that must be taken. */
void smbios_give(SmbiosFixture *f, uint32_t type, const char *key, const char *value);

/* The size of the structure with its strings. */
uint32_t smbios_whole(const uint8_t *structure);

/* The structure of this type, or NULL; `index` counts those of its type. */
const uint8_t *smbios_find(const SmbiosFixture *f, uint8_t type, uint32_t index);

/* The structure's string of this number. */
const char *smbios_string(const uint8_t *structure, uint8_t number);

/* All structures must be those of a golden file. */
void smbios_bytes_expect(const SmbiosFixture *f, const char *file);

#define SMBIOS_TEST(path, function) \
    g_test_add("/smbios/" path, SmbiosFixture, NULL, smbios_set_up, function, smbios_tear_down)

#endif
