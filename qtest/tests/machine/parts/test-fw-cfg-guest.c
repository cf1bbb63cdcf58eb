/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Starts a machine for each test of fw_cfg. */
#include "qtest/tests/machine/parts/fw-cfg-guest.h"

#include <string.h>

#include "hw-api/device/bytes.h"
#include "qtest/machine/board.h"
#include "qtest/machine/parts/fw-cfg.h"
#include "qtest/tests/lib/qemu-release.h"

/* clang-format off */
#define ARGUMENTS "-m 128 -uuid " UUID " -smp 2,maxcpus=4 -nodefaults " \
    "-boot menu=on,splash-time=12,reboot-timeout=15 -fw_cfg name=" WORD ",string=" CONTENT

static const ObBoot settings = {
    .uuid = UUID_BYTES,
    .cpus = 2, .cpu_limit = 4, .menu = true, .has_reboot_timeout = true, .reboot_timeout = 15,
    .has_splash_time = true, .splash_time = 12,
};
/* clang-format on */

static ObHost *host_in_process;

bool is_pc(void)
{
    return !g_strcmp0(g_getenv("OB_ARCHITECTURE"), "x86_64");
}

static ObClient *start_in_process(HwError *error)
{
    const ObHostConfig config = { .architecture = g_getenv("OB_ARCHITECTURE"), .boot = &settings };

    host_in_process = ob_host_new(&config, error);
    g_assert_nonnull(host_in_process);
    ob_fw_cfg_add_copy(ob_host_fw_cfg(host_in_process), WORD, CONTENT, strlen(CONTENT), error);
    return ob_client_in_process(host_in_process);
}

/* A device with ACPI tables, so that the bridge intercepts accesses to fw_cfg's registers. */
static char *bridge_arguments(void)
{
    const char *bridge = g_getenv("OUTBOARD_BRIDGE");

    return bridge ? g_strdup_printf("-plugin file=%s -device %svmgenid", bridge,
                                    is_pc() ? "outboard-" : "")
                  : g_strdup("");
}

static ObClient *start_program(HwError *error)
{
    bool is_qemu = g_getenv("OB_ACCELERATOR");
    g_autofree char *bridge = bridge_arguments();
    g_autofree char *all = g_strdup_printf("-machine %s %s %s %s", is_pc() ? "pc" : "virt",
                                           is_qemu && !is_pc() ? "-cpu cortex-a57" : "", ARGUMENTS,
                                           bridge);
    ObStart start = { .program = g_getenv("OB_PROGRAM"),
                      .arguments = all,
                      .accelerator = g_getenv("OB_ACCELERATOR") };

    return ob_client_start(&start, error);
}

static ObFwCfgPort fw_cfg_start(void)
{
    HW_ERROR(error, 4096);
    ObClient *c = g_getenv("OB_PROGRAM") ? start_program(&error) : start_in_process(&error);

    g_assert_cmpstr(error.text, ==, "");
    g_assert_nonnull(c);
    return is_pc() ? fw_cfg_of_pc(c) : fw_cfg_of_virt(c);
}

static void fw_cfg_end(const ObFwCfgPort *port)
{
    ob_client_quit(port->client);
    g_clear_pointer(&host_in_process, ob_host_free);
}

/* ------------------------------------------------------------------- parts */

uint16_t word_key(const ObFwCfgPort *port)
{
    uint16_t key = fw_cfg_find(port, WORD, NULL);

    g_assert_cmphex(key, !=, 0);
    return key;
}

void data_reads(const ObFwCfgPort *port, const void *bytes, size_t size)
{
    uint8_t there[64];

    fw_cfg_read(port, there, size);
    g_assert_cmpmem(there, size, bytes, size);
}

uint64_t item(const ObFwCfgPort *port, uint16_t key, uint32_t size)
{
    uint8_t bytes[8];

    fw_cfg_select(port, key);
    fw_cfg_read(port, bytes, size);
    return hw_load_le(bytes, size);
}

/* --------------------------------------------------------------------- main */

static void run(gconstpointer opaque)
{
    const FwCfgTest *test = opaque;
    ObFwCfgPort port = fw_cfg_start();

    test->run(&port);
    fw_cfg_end(&port);
}

static void add(const FwCfgTest *tests)
{
    for (; tests->path; tests++) {
        g_autofree char *path = g_strconcat("/fw-cfg-guest/", tests->path, NULL);

        if (!tests->architecture || !g_strcmp0(tests->architecture, g_getenv("OB_ARCHITECTURE"))) {
            g_test_add_data_func(path, tests, run);
        }
    }
}

int main(int argc, char **argv)
{
    const char *program = g_getenv("OB_PROGRAM");

    g_test_init(&argc, &argv, NULL);
    if (program && !g_file_test(program, G_FILE_TEST_IS_EXECUTABLE)) {
        g_print("1..0 # SKIP " QEMU_RELEASE_MISSING "\n", program);
        return 0;
    }
    add(fw_cfg_register_tests);
    add(fw_cfg_dma_tests);
    add(fw_cfg_item_tests);
    return g_test_run();
}
