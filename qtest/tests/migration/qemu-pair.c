/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/client/drivers/migration.h"
#include "qtest/tests/migration/qemu-pair.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#define QEMU  "-vga none -net none -serial none -parallel none -monitor none"
#define PPI   UINT64_C(0xfed45000)
#define PLACE UINT64_C(0x300000)
#define PCR   10

const Side stock_qemu = { "OB_QEMU", "emulator", "tpm-crb" };

void qemu_pair_set_up(QemuPair *f, gconstpointer data)
{
    (void)data;
    f->directory = g_dir_make_tmp("ob-XXXXXX", NULL);
    f->path = g_build_filename(f->directory, "x", NULL);
    f->board = "pc-q35-7.2";
}

void qemu_pair_tear_down(QemuPair *f, gconstpointer data)
{
    (void)data;
    for (unsigned i = 0; i < f->count; i++) {
        if (f->clients[i]) {
            ob_client_quit(f->clients[i]);
        }
        ob_swtpm_free(f->tpms[i]);
    }
    unlink(f->path);
    g_assert_cmpint(rmdir(f->directory), ==, 0);
    g_free(f->path);
    g_free(f->directory);
}

static bool is_qemu(const char *environment)
{
    return g_str_has_prefix(environment, "OB_QEMU");
}

ObClient *client_start(QemuPair *f, const char *environment, const char *arguments)
{
    const ObStart start = {
        .program = g_getenv(environment),
        .arguments = arguments,
        .accelerator = is_qemu(environment) ? "tcg" : NULL,
    };
    HW_ERROR(error, 2000);
    ObClient *client = ob_client_start(&start, &error);

    if (!client) {
        g_error("%s", error.text);
    }
    f->clients[f->count++] = client;
    return client;
}

static char *backend_arguments(QemuPair *f, const Side *side)
{
    HW_ERROR(error, 500);

    if (g_str_equal(side->backend, "libtpms")) {
        return g_strdup(side->bridged ? "" : "-tpmdev libtpms,id=t");
    }
    f->tpms[f->count] = ob_swtpm_start(&error);
    if (!f->tpms[f->count]) {
        g_error("%s", error.text);
    }
    return g_strdup_printf("-chardev socket,id=c,path=%s -tpmdev emulator,id=t,chardev=c",
                           ob_swtpm_path(f->tpms[f->count]));
}

ObClient *side_start(QemuPair *f, const Side *side, bool incoming)
{
    g_autofree char *tpm = backend_arguments(f, side);
    g_autofree char *uri = incoming ? g_strdup_printf("-incoming unix:%s", f->path) : g_strdup("");
    g_autofree char *bridge = side->bridged ? g_strdup_printf("-plugin file=%s%s",
                                                              g_getenv("OUTBOARD_BRIDGE"),
                                                              g_str_equal(side->backend, "libtpms")
                                                                  ? ",libtpms=t"
                                                                  : "")
                                            : g_strdup("");
    g_autofree char *arguments = g_strdup_printf(
        "-M %s -m 64M -nodefaults %s %s %s -device %s,tpmdev=t %s", f->board,
        is_qemu(side->environment) ? QEMU : "", bridge, tpm, side->device, uri);

    return client_start(f, side->environment, arguments);
}

void qemu_pair_migrate(QemuPair *f, ObClient *from, ObClient *to)
{
    g_autofree char *uri = g_strdup_printf("unix:%s", f->path);

    json_decref(ob_client_qmp(from, "migrate", json_pack("{s:s}", "uri", uri), NULL));
    ob_migration_complete(from);
    ob_migration_complete(to);
}

static void command(ObClient *c, TpmCommand bytes, uint8_t *response, size_t *size)
{
    ObCrb crb = crb_at_pc_address(c);

    g_assert_cmpint(crb_transfer(&crb, bytes.bytes, bytes.size, response, CRB_BUFFER_SIZE, size),
                    ==, OB_CRB_OK);
    g_assert_cmphex(tpm_response_code(response, *size), ==, TPM2_RC_SUCCESS);
}

static TPM2B_DIGEST pcr_read(ObClient *c)
{
    uint8_t response[CRB_BUFFER_SIZE];
    TPM2B_DIGEST value = { 0 };
    size_t size;

    command(c, tpm_pcr_read(PCR), response, &size);
    g_assert_true(tpm_parse_pcr(response, size, &value));
    return value;
}

TPM2B_DIGEST qemu_pair_state_make(ObClient *c)
{
    static const uint8_t digest[TPM2_SHA256_DIGEST_SIZE] = "measured";
    ObCrb crb = crb_at_pc_address(c);
    TpmCommand unsent = tpm_get_random(16);
    uint8_t response[CRB_BUFFER_SIZE];
    TPM2B_DIGEST value;
    size_t size;

    g_assert_cmpint(crb_request_locality(&crb), ==, OB_CRB_OK);
    g_assert_cmpint(crb_command_ready(&crb), ==, OB_CRB_OK);
    command(c, tpm_startup(TPM2_SU_CLEAR), response, &size);
    command(c, tpm_pcr_extend(PCR, digest), response, &size);
    value = pcr_read(c);
    g_assert_cmpint(value.buffer[0] | value.buffer[1] | value.buffer[2], !=, 0);
    ob_client_memwrite(c, CRB_PC_ADDRESS + CRB_BUFFER, unsent.bytes, unsent.size);
    ob_client_memset(c, PPI + 0x100, 0x3c, 0x20);
    ob_client_memset(c, PLACE, 0xa5, 0x12345);
    return value;
}

void picture_take(ObClient *c, Picture *picture)
{
    memset(picture, 0, sizeof(*picture));
    for (unsigned i = 0; i < G_N_ELEMENTS(picture->registers); i++) {
        picture->registers[i] = ob_client_readl(c, CRB_PC_ADDRESS + 4 * i);
    }
    ob_client_memread(c, CRB_PC_ADDRESS + CRB_BUFFER, picture->buffer, sizeof(picture->buffer));
    ob_client_memread(c, PPI, picture->ppi, sizeof(picture->ppi));
}

void same(ObClient *c, const Picture *before)
{
    uint8_t ram[0x12345 + 1];
    Picture now;

    picture_take(c, &now);
    g_assert_cmpmem(now.registers, sizeof(now.registers), before->registers, sizeof(now.registers));
    g_assert_cmpmem(now.buffer, sizeof(now.buffer), before->buffer, sizeof(now.buffer));
    g_assert_cmpmem(now.ppi, sizeof(now.ppi), before->ppi, sizeof(now.ppi));
    ob_client_memread(c, PLACE, ram, sizeof(ram));
    g_assert_cmphex(ram[0], ==, 0xa5);
    g_assert_cmphex(ram[0x12344], ==, 0xa5);
    g_assert_cmphex(ram[0x12345], ==, 0);
}

void pcr_expect(ObClient *c, const TPM2B_DIGEST *expected)
{
    TPM2B_DIGEST value = pcr_read(c);

    g_assert_cmpmem(value.buffer, value.size, expected->buffer, expected->size);
}

bool has_program(const char *environment, const char *reason)
{
    const char *qemu = g_getenv(environment);

    if (qemu && g_file_test(qemu, G_FILE_TEST_IS_EXECUTABLE)) {
        return true;
    }
    g_test_skip(reason);
    return false;
}

bool has_qemu(void)
{
    return has_program("OB_QEMU", "no qemu-system-x86_64: apt-get install qemu-system-x86");
}
