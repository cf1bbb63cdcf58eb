/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Each machine of each stock QEMU release saves itself; outboard-stream shows, explains and compares
 * the stream, and passes it on byte by byte.
 */
#include <glib/gstdio.h>

#include "qtest/client/client.h"
#include "qtest/client/drivers/migration.h"
#include "qtest/tests/lib/qemu-release.h"
#include "qtest/tests/lib/tool-run.h"

#define BARE " -m 32M -nodefaults -net none -serial none -parallel none -monitor none"

typedef struct Board {
    const char *name, *architecture, *arguments;
} Board;

static const Board boards[] = {
    { "pc", "x86_64", "-M pc -device virtio-net-pci,romfile= -device piix3-usb-uhci" BARE },
    { "q35", "x86_64", "-M q35 -smp 3 -device ahci -device qemu-xhci -device virtio-gpu-pci" BARE },
    { "microvm", "x86_64", "-M microvm -device virtio-rng-device" BARE },
    { "isapc", "x86_64", "-M isapc -cpu 486 -device ne2k_isa" BARE },
    { "virt", "aarch64",
      "-M virt,gic-version=3 -cpu max -smp 2 -device pcie-root-port,chassis=1" BARE },
    { "virt-secure", "aarch64", "-M virt,secure=on,virtualization=on -cpu cortex-a57" BARE },
    { "sabrelite", "aarch64", "-M sabrelite -device usb-tablet" BARE },
};

typedef struct Case {
    const Board *board;
    const QemuRelease *release;
} Case;

static void board_save(const Case *c, const char *path)
{
    g_autofree char *program = qemu_release_program(c->release, c->board->architecture);
    g_autofree char *uri = g_strdup_printf("exec:cat >%s", path);
    const ObStart start = { .program = program,
                            .arguments = c->board->arguments,
                            .accelerator = "tcg" };
    HW_ERROR(error, 2000);
    ObClient *client = ob_client_start(&start, &error);

    if (!client) {
        g_error("%s", error.text);
    }
    json_decref(ob_client_qmp(client, "migrate", json_pack("{s:s}", "uri", uri), NULL));
    ob_migration_complete(client);
    ob_client_quit(client);
}

static void assert_run(const Run *run, const char *command)
{
    if (run->status != 0) {
        g_test_message("%s: %s%s", command, run->out, run->err);
    }
    g_assert_cmpint(run->status, ==, 0);
}

static void test_board(gconstpointer data)
{
    static const char *const commands[] = { "dump", "explain" };
    const Case *c = data;
    char *directory = NULL;
    g_autofree char *path = NULL, *text = NULL;
    g_autoptr(GByteArray) stream = NULL;
    gsize size;
    Run run;

    if (!qemu_release_require(c->release)) {
        return;
    }
    directory = run_directory_new();
    path = g_build_filename(directory, "stream", NULL);
    board_save(c, path);
    for (size_t i = 0; i < G_N_ELEMENTS(commands); i++) {
        RUN(&run, commands[i], path);
        assert_run(&run, commands[i]);
        run_clear(&run);
    }
    RUN(&run, "diff", path, path);
    assert_run(&run, "diff");
    g_assert_cmpstr(run.out, ==, "");
    run_clear(&run);
    g_assert_true(g_file_get_contents(path, &text, &size, NULL));
    stream = g_byte_array_append(g_byte_array_new(), (const guint8 *)text, (guint)size);
    RUN_WITH(&run, stream, "filter", "--strict", "--dest", path);
    assert_run(&run, "filter");
    g_assert_cmpmem(run.out, run.out_size, stream->data, stream->len);
    run_clear(&run);
    run_directory_remove(directory);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (const QemuRelease *release = qemu_releases(); release->name; release++) {
        for (size_t i = 0; i < G_N_ELEMENTS(boards); i++) {
            Case *c = g_new0(Case, 1);
            g_autofree char *path = g_strdup_printf("/stream-machines/%s/%s", release->name,
                                                    boards[i].name);

            *c = (Case) { &boards[i], release };
            g_test_add_data_func_full(path, c, test_board, g_free);
        }
    }
    return g_test_run();
}
