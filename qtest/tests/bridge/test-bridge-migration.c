/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The state of our devices in the stream of a stock QEMU. */
#include <glib/gstdio.h>
#include <string.h>

#include "hw-api/device/tpm2.h"
#include "qtest/client/drivers/crb.h"
#include "qtest/client/drivers/migration.h"
#include "qtest/client/drivers/tpm-command.h"
#include "qtest/tests/bridge/bridged-qemu.h"

typedef struct Stream {
    char *directory;
    char *path;
} Stream;

static void stream_free(Stream *stream)
{
    g_unlink(stream->path);
    g_rmdir(stream->directory);
    g_free(stream->path);
    g_free(stream->directory);
}

static Stream stream_path(void)
{
    Stream stream = { .directory = g_dir_make_tmp("outboard-XXXXXX", NULL) };

    stream.path = g_build_filename(stream.directory, "stream", NULL);
    return stream;
}

static void outgoing(ObClient *c, const Stream *stream)
{
    g_autofree char *uri = g_strdup_printf("exec:cat >%s", stream->path);

    json_decref(ob_client_qmp(c, "migrate", json_pack("{s:s}", "uri", uri), NULL));
    ob_migration_complete(c);
}

/* Makes a stream of a beacon whose bell rang twice and whose interrupt is enabled. */
static Stream stream_new(void)
{
    Stream stream = stream_path();
    ObClient *c = qemu_start("-device beacon,irq-line=7");

    ob_client_writel(c, machine->base + BEACON_CTRL, CTRL_RING);
    ob_client_writel(c, machine->base + BEACON_CTRL, CTRL_ENABLE | CTRL_RING);
    outgoing(c, &stream);
    ob_client_quit(c);
    return stream;
}

static void incoming(ObClient *c, const Stream *stream)
{
    g_autofree char *uri = g_strdup_printf("exec:cat %s", stream->path);

    json_decref(ob_client_qmp(c, "migrate-incoming", json_pack("{s:s}", "uri", uri), NULL));
}

static void test_migration(void)
{
    Stream stream = stream_new();
    ObClient *c = qemu_start("-device beacon,irq-line=7 -incoming defer");

    watch_interrupts(c);
    incoming(c, &stream);
    ob_migration_complete(c);
    g_assert_cmphex(ob_client_readl(c, machine->base + BEACON_CTRL), ==, CTRL_ENABLE);
    g_assert_cmphex(ob_client_readl(c, machine->base + BEACON_STATUS), ==, 1);
    g_assert_cmpuint(ob_client_readl(c, machine->base + BEACON_COUNT), ==, 2);
    g_assert_true(ob_client_irq_get(c, 7));
    ob_client_quit(c);
    stream_free(&stream);
}

static void test_migration_names(void)
{
    Stream stream = stream_new();
    g_autofree char *text = NULL;
    size_t size;

    g_assert_true(g_file_get_contents(stream.path, &text, &size, NULL));
    g_assert_nonnull(g_strstr_len(memmem(text, size, "{\"name\": \"beacon\"", 17), -1,
                                  "\"fields\": [{\"name\": \"regs\", \"array_len\": 4, "
                                  "\"type\": \"uint32\", \"size\": 4}, {\"name\": \"table_addr\", "
                                  "\"array_len\": 8, \"type\": \"uint8\", \"size\": 1}]"));
    stream_free(&stream);
}

static void failed(ObClient *client, const char *report, void *opaque)
{
    (void)client;
    g_string_append(opaque, report);
}

/* QEMU ends by itself; the client notices this at its next verb. */
static void test_migration_without_bridge(void)
{
    Stream stream = stream_new();
    g_autoptr(GString) report = g_string_new(NULL);
    HW_ERROR(error, 4096);
    ObClient *c = qemu_try("-incoming defer", &error);

    g_assert_nonnull(c);
    ob_client_on_failure(c, failed, report);
    incoming(c, &stream);
    while (!ob_client_failed(c)) {
        ob_client_readl(c, machine->base);
    }
    g_assert_nonnull(strstr(report->str, "'beacon'"));
    ob_client_free(c);
    stream_free(&stream);
}

/* Starts devices of a class that has a RAM block and is in a plugin of its own. */
static ObClient *notes_start(const char *more)
{
    g_autofree char *arguments = g_strdup_printf(
        "-plugin file=%s,set=%s -device note,addr=0x%" G_GINT64_MODIFIER "x "
        "-device note,addr=0x%" G_GINT64_MODIFIER "x %s",
        bridge_path(), g_getenv("OB_NOTE_SET"), machine->base, machine->base + 0x10000, more);
    HW_ERROR(error, 4096);
    ObClient *c = qemu_try(arguments, &error);

    g_assert_cmpstr(error.text, ==, "");
    return c;
}

static void test_second_instance(void)
{
    static const uint64_t offsets[] = { 0, 0x1ffc, 0x10000, 0x11ffc };
    Stream stream = stream_path();
    ObClient *c = notes_start("");

    for (uint32_t i = 0; i < G_N_ELEMENTS(offsets); i++) {
        ob_client_writel(c, machine->base + offsets[i], 0x11111111 * (i + 1));
    }
    outgoing(c, &stream);
    ob_client_quit(c);
    c = notes_start("-incoming defer");
    incoming(c, &stream);
    ob_migration_complete(c);
    for (uint32_t i = 0; i < G_N_ELEMENTS(offsets); i++) {
        g_assert_cmphex(ob_client_readl(c, machine->base + offsets[i]), ==, 0x11111111 * (i + 1));
    }
    ob_client_quit(c);
    stream_free(&stream);
}

static ObClient *chunks_start(ObCrb *crb, const char *more)
{
    g_autofree char *arguments = g_strdup_printf(",libtpms=t -device %s,tpmdev=t,cap-chunk=on %s",
                                                 machine->is_pc ? machine->crb : "tpm-crb-device",
                                                 more);
    ObClient *c = qemu_start_with(arguments);

    *crb = crb_at_pc_address(c);
    crb->base = machine->is_pc ? crb->base : machine->base;
    return c;
}

/* Sends a command that must succeed; the CRB must be ready. */
static void tpm_succeeds(const ObCrb *crb, TpmCommand command)
{
    uint8_t response[CRB_BUFFER_SIZE];
    size_t size;

    g_assert_cmpint(crb_write_command(crb, command.bytes, command.size), ==, OB_CRB_OK);
    crb_start(crb);
    g_assert_cmpint(crb_wait(crb, 10000), ==, OB_CRB_OK);
    g_assert_cmpint(crb_read_response(crb, response, sizeof(response), &size), ==, OB_CRB_OK);
    g_assert_cmphex(tpm_response_code(response, size), ==, TPM2_RC_SUCCESS);
}

static void tpm_ready(const ObCrb *crb)
{
    g_assert_cmpint(crb_request_locality(crb), ==, OB_CRB_OK);
    g_assert_cmpint(crb_command_ready(crb), ==, OB_CRB_OK);
}

/* The stream has no subsection for chunks, because no chunks were in transfer. */
static void test_absent_subsection(void)
{
    uint8_t header[10] = { 0x80, 1 };
    Stream stream = stream_path();
    ObCrb crb;
    ObClient *c = chunks_start(&crb, "");

    tpm_ready(&crb);
    tpm_succeeds(&crb, tpm_startup(TPM2_SU_CLEAR));
    g_assert_cmpint(crb_command_ready(&crb), ==, OB_CRB_OK);
    outgoing(c, &stream);
    ob_client_quit(c);
    c = chunks_start(&crb, "-incoming defer");
    tpm_ready(&crb);
    hw_store_be32(header + HW_TPM2_SIZE, 2 * CRB_BUFFER_SIZE - 256);
    g_assert_cmpint(crb_write_command(&crb, header, sizeof(header)), ==, OB_CRB_OK);
    ob_client_writel(c, crb.base + CRB_CTRL_START, CTRL_START_NEXT_CHUNK);
    incoming(c, &stream);
    ob_migration_complete(c);
    tpm_succeeds(&crb, tpm_get_random(8));
    ob_client_quit(c);
    stream_free(&stream);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    if (!bridged_qemu_init()) {
        return 0;
    }
    g_test_add_func("/bridge-migration/state-and-outputs-return", test_migration);
    g_test_add_func("/bridge-migration/stream-names-the-fields", test_migration_names);
    g_test_add_func("/bridge-migration/host-without-the-bridge-refuses",
                    test_migration_without_bridge);
    g_test_add_func("/bridge-migration/second-instance-has-blocks-of-its-own",
                    test_second_instance);
    g_test_add_func("/bridge-migration/absent-subsection-leaves-nothing-behind",
                    test_absent_subsection);
    return g_test_run();
}
