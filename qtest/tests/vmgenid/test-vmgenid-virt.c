/* SPDX-License-Identifier: GPL-2.0-or-later */
/* vmgenid on virt, whose RAM goes beyond 4 GiB and which notifies by an interrupt. */
#include <glib.h>
#include <string.h>

#include "hw-api/device/bytes.h"
#include "hw-api/host/run/property.h"
#include "qtest/machine/board.h"
#include "qtest/machine/firmware/stand-in.h"
#include "qtest/machine/parts/fw-cfg.h"
#include "qtest/tests/vmgenid/vmgenid-guids.h"

#define GIB (UINT64_C(1) << 30)

typedef struct Fixture {
    ObHost *host;
    HwInstance *vmgenid;
    GString *interrupts; /* "200=1 200=0 " */
    uint64_t address;    /* the GUID's address that firmware wrote back */
    char text[512];
    HwError error;
} Fixture;

static void interrupt(void *opaque, uint32_t line, bool level)
{
    g_string_append_printf(opaque, "%u=%d ", line, level);
}

static void set_up(Fixture *f, gconstpointer data)
{
    ObFwCfg *fw_cfg;
    uint8_t bytes[8];

    (void)data;
    f->interrupts = g_string_new(NULL);
    f->error = (HwError) { f->text, sizeof(f->text), 0 };
    f->host = ob_host_new(&(ObHostConfig) { .architecture = "aarch64",
                                            .machine = "virt",
                                            .ram_size = 4 * GIB },
                          &f->error);
    ob_host_observe_irqs(f->host, interrupt, f->interrupts);
    ob_host_load_plugins(f->host, g_getenv("OUTBOARD_SET"), &f->error);
    f->vmgenid = ob_host_add_device(f->host, "vmgenid", (ObOption[]) { { "guid", GUID } }, 1,
                                    &f->error);
    g_assert_cmpstr(f->text, ==, "");
    if (!ob_firmware_boot(f->host, NULL, &f->error)) {
        g_error("%s", f->text);
    }
    fw_cfg = ob_host_fw_cfg(f->host);
    ob_fw_cfg_read(fw_cfg, ob_fw_cfg_key(fw_cfg, "etc/vmgenid_addr"), 0, bytes, sizeof(bytes));
    f->address = hw_load_le(bytes, 8);
}

static void tear_down(Fixture *f, gconstpointer data)
{
    (void)data;
    ob_host_free(f->host);
    g_string_free(f->interrupts, TRUE);
}

static void memory_expect(Fixture *f, const char *bytes)
{
    uint8_t seen[16];

    ob_host_read(f->host, f->address, seen, sizeof(seen));
    g_assert_cmpmem(seen, sizeof(seen), bytes, 16);
}

static void test_blob_is_above_4_gib(Fixture *f, gconstpointer data)
{
    (void)data;
    g_assert_cmphex(f->address, >, 4 * GIB);
    g_assert_cmphex(f->address % 4096, ==, 0x28);
    memory_expect(f, GUID_LE);
    g_assert_cmpstr(f->interrupts->str, ==, "");
}

static void test_change_is_an_edge_of_spi_200(Fixture *f, gconstpointer data)
{
    (void)data;
    g_assert_true(hw_instance_set(f->vmgenid, "guid", OTHER, &f->error));
    memory_expect(f, OTHER_LE);
    g_assert_cmpstr(f->interrupts->str, ==, "200=1 200=0 ");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add("/vmgenid-virt/blob-is-above-4-gib", Fixture, NULL, set_up, test_blob_is_above_4_gib,
               tear_down);
    g_test_add("/vmgenid-virt/change-is-an-edge-of-spi-200", Fixture, NULL, set_up,
               test_change_is_an_edge_of_spi_200, tear_down);
    return g_test_run();
}
