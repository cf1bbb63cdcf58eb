/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A guest has read a function's configuration space: a new class that shows another is refused. */
#include <glib.h>
#include <string.h>

#include "hw-api/device/error.h"
#include "hw-api/device/bytes.h"
#include "hw-api/ext/draft/pci.h"
#include "hw-api/host/reload/reload-internal.h"

static const HwPciFunction function = {
    .vendor = 0x10,
    .device = 0x20,
    .subsystem_vendor = 0x30,
    .subsystem = 0x40,
    .class_code = 0x50,
    .revision = 0x60,
    .interrupt_pin = HW_PCI_INTA,
    .msix_bar = 4,
    .msi_vectors = 2,
    .msix_vectors = 8,
    .flags = HW_PCI_EXPRESS,
};
static const HwPciCapability capabilities[] = {
    { .name = "first", .id = 9, .offset = 0x40, .word_count = 3 },
    { .name = "second", .id = 0xb, .offset = 0x100, .extended_version = 1, .word_count = 4 },
};
static const HwPciBar bars[] = { { 0, 0, 0x1000 }, { 5, HW_PCI_BAR_IO, 0x100 } };

/* A class that a row may change. */
typedef struct Next {
    HwPciCapability capabilities[2];
    HwPciBar bars[2];
    HwPciFunction function;
    HwDeviceClass cls;
} Next;

static void next_make(Next *next)
{
    memcpy(next->capabilities, capabilities, sizeof(capabilities));
    memcpy(next->bars, bars, sizeof(bars));
    next->function = function;
    next->function.capabilities = (HwPciCapabilities)HW_TABLE(next->capabilities);
    next->function.bars = (HwPciBars)HW_TABLE(next->bars);
    next->cls = (HwDeviceClass) { .name = "lamp", .pci = &next->function };
}

/* One is added to a member of the new class. */
#define ROW(path_, member_, sentence_)                                   \
    {                                                                    \
        path_, offsetof(Next, member_), sizeof(((Next *)NULL)->member_), \
            "lamp: " sentence_ ", as it was"                             \
    }

static const struct {
    const char *path;
    size_t offset, size;
    const char *sentence;
} rows[] = {
    ROW("vendor", function.vendor, "PCI function: vendor is 0x11, expected 0x10"),
    ROW("device", function.device, "PCI function: device is 0x21, expected 0x20"),
    ROW("subsystem-vendor", function.subsystem_vendor,
        "PCI function: subsystem vendor is 0x31, expected 0x30"),
    ROW("subsystem", function.subsystem, "PCI function: subsystem is 0x41, expected 0x40"),
    ROW("class-code", function.class_code, "PCI function: class code is 0x51, expected 0x50"),
    ROW("revision", function.revision, "PCI function: revision is 0x61, expected 0x60"),
    ROW("pin", function.interrupt_pin, "PCI function: interrupt pin is 0x2, expected 0x1"),
    ROW("msix-bar", function.msix_bar, "PCI function: BAR of MSI-X is 0x5, expected 0x4"),
    ROW("msi", function.msi_vectors, "PCI function: number of MSI vectors is 0x3, expected 0x2"),
    ROW("msix", function.msix_vectors,
        "PCI function: number of MSI-X vectors is 0x9, expected 0x8"),
    ROW("flags", function.flags, "PCI function: flags is 0x2, expected 0x1"),
    ROW("capability-added", function.capabilities.count,
        "PCI function: number of capabilities is 0x3, expected 0x2"),
    ROW("id-of-the-first-capability", capabilities[0].id,
        "PCI capability 'first': id is 0xa, expected 0x9"),
    ROW("offset-of-the-last-capability", capabilities[1].offset,
        "PCI capability 'second': offset is 0x101, expected 0x100"),
    ROW("version-of-the-last-capability", capabilities[1].extended_version,
        "PCI capability 'second': version is 0x2, expected 0x1"),
    ROW("words-of-the-last-capability", capabilities[1].word_count,
        "PCI capability 'second': number of words is 0x5, expected 0x4"),
    ROW("bar-moved", bars[0].number, "BAR '0': presence is 0x0, expected 0x1"),
    ROW("size-of-the-first-bar", bars[0].size, "BAR '0': size is 0x1001, expected 0x1000"),
    ROW("flags-of-the-last-bar", bars[1].flags, "BAR '5': flags is 0x2, expected 0x1"),
};

static void one_add(void *member, size_t size)
{
    hw_store_le(member, hw_load_le(member, (uint32_t)size) + 1, (uint32_t)size);
}

static void test_refused(gconstpointer data)
{
    guint row = GPOINTER_TO_UINT(data);
    HW_ERROR(error, 200);
    Next was, now;

    next_make(&was);
    next_make(&now);
    one_add((uint8_t *)&now + rows[row].offset, rows[row].size);
    g_assert_false(hw_reload_check_pci(&was.cls, &now.cls, &error));
    g_assert_cmpstr(error.text, ==, rows[row].sentence);
}

/* The function may neither go nor come. */
static void test_presence(void)
{
    const HwDeviceClass none = { .name = "lamp" };
    HW_ERROR(error, 200);
    Next now;

    next_make(&now);
    g_assert_false(hw_reload_check_pci(&now.cls, &none, &error));
    g_assert_cmpstr(error.text, ==, "lamp: PCI function: presence is 0x0, expected 0x1, as it was");
    g_assert_false(hw_reload_check_pci(&none, &now.cls, &error));
    g_assert_cmpstr(error.text, ==, "lamp: PCI function: presence is 0x1, expected 0x0, as it was");
    g_assert_true(hw_reload_check_pci(&none, &none, &error));
}

/* A new BAR is a change, too.  Names of capabilities are for logs alone. */
static void test_bars(void)
{
    HW_ERROR(error, 200);
    Next was, now;

    next_make(&was);
    next_make(&now);
    now.capabilities[0].name = "renamed";
    g_assert_true(hw_reload_check_pci(&was.cls, &now.cls, &error));
    was.function.bars.count = 1;
    g_assert_false(hw_reload_check_pci(&was.cls, &now.cls, &error));
    g_assert_cmpstr(error.text, ==, "lamp: BAR '5': presence is 0x1, expected 0x0, as it was");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *path = g_strconcat("/reload/pci/refused/", rows[i].path, NULL);

        g_test_add_data_func(path, GUINT_TO_POINTER(i), test_refused);
    }
    g_test_add_func("/reload/pci/refused/function-that-comes-or-goes", test_presence);
    g_test_add_func("/reload/pci/bars-stay-and-names-may-change", test_bars);
    return g_test_run();
}
