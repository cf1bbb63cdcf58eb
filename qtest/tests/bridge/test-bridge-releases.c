/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A PC with a TPM and a vmgenid migrates from one stock QEMU to another.  In each release it goes
 * from QEMU's own devices to ours and back.  With ours it goes from each release to the others.
 */
#include <glib/gstdio.h>
#include <string.h>

#include "qtest/client/drivers/crb.h"
#include "qtest/client/drivers/migration.h"
#include "qtest/client/process/swtpm.h"
#include "qtest/tests/lib/qemu-release.h"

#define OWN  "-device tpm-crb,tpmdev=t -device vmgenid"
#define OURS "-device outboard-tpm-crb,tpmdev=t -device outboard-vmgenid"

typedef struct Side {
    const QemuRelease *release;
    bool is_ours;
} Side;

typedef struct Pair {
    Side from;
    Side to;
} Pair;

static ObClient *side_start(const Side *side, const ObSwtpm *tpm, const char *arguments)
{
    g_autofree char *program = qemu_release_program(side->release, "x86_64");
    g_autofree char *plugin = g_strdup_printf("-plugin file=%s " OURS, g_getenv("OUTBOARD_BRIDGE"));
    g_autofree char *all = g_strdup_printf(
        "-machine pc-q35-7.2 -m 16 -nodefaults -chardev socket,id=c,path=%s "
        "-tpmdev emulator,id=t,chardev=c %s %s",
        ob_swtpm_path(tpm), side->is_ours ? plugin : OWN, arguments);
    ObStart start = { .program = program, .arguments = all, .accelerator = "tcg" };
    HW_ERROR(error, 4096);
    ObClient *c = ob_client_start(&start, &error);

    g_assert_cmpstr(error.text, ==, "");
    return c;
}

static ObSwtpm *tpm_start(void)
{
    HW_ERROR(error, 1000);
    ObSwtpm *tpm = ob_swtpm_start(&error);

    g_assert_cmpstr(error.text, ==, "");
    return tpm;
}

/* Saves the machine with a response in the buffer, and other bytes behind the response. */
static void save(const Side *side, const char *file)
{
    static const uint8_t startup[] = { 0x80, 1, 0, 0, 0, 12, 0, 0, 1, 0x44, 0, 0 };
    g_autofree char *uri = g_strdup_printf("exec:cat > %s", file);
    ObSwtpm *tpm = tpm_start();
    ObClient *c = side_start(side, tpm, "");
    ObCrb crb = crb_at_pc_address(c);
    uint8_t response[16];
    size_t size;

    g_assert_cmpint(crb_request_locality(&crb), ==, OB_CRB_OK);
    g_assert_cmpint(crb_command_ready(&crb), ==, OB_CRB_OK);
    g_assert_cmpint(crb_transfer(&crb, startup, sizeof(startup), response, sizeof(response), &size),
                    ==, OB_CRB_OK);
    ob_client_memwrite(c, crb.base + CRB_BUFFER + 0x100, "half", 4);
    json_decref(ob_client_qmp(c, "migrate", json_pack("{s:s}", "uri", uri), NULL));
    ob_migration_complete(c);
    ob_client_quit(c);
    ob_swtpm_free(tpm);
}

/* Loads the machine.  The TPM was started up on the other side, so it takes a command here. */
static void load(const Side *side, const char *file)
{
    static const uint8_t random[] = { 0x80, 1, 0, 0, 0, 12, 0, 0, 1, 0x7b, 0, 8 };
    g_autofree char *incoming = g_strdup_printf("-incoming 'exec:cat %s'", file);
    ObSwtpm *tpm = tpm_start();
    ObClient *c = side_start(side, tpm, incoming);
    ObCrb crb = crb_at_pc_address(c);
    uint8_t response[64];
    char half[4];
    size_t size;

    ob_migration_complete(c);
    ob_client_memread(c, crb.base + CRB_BUFFER + 0x100, half, sizeof(half));
    g_assert_cmpmem(half, sizeof(half), "half", 4);
    g_assert_cmpint(crb_command_ready(&crb), ==, OB_CRB_OK);
    g_assert_cmpint(crb_transfer(&crb, random, sizeof(random), response, sizeof(response), &size),
                    ==, OB_CRB_OK);
    g_assert_cmpuint(size, ==, 20);
    g_assert_cmpmem(response + 6, 4, "\0\0\0\0", 4);
    ob_client_quit(c);
    ob_swtpm_free(tpm);
}

static void test_pair(gconstpointer data)
{
    const Pair *pair = data;
    g_autofree char *directory = NULL;
    g_autofree char *file = NULL;

    if (!qemu_release_require(pair->from.release) || !qemu_release_require(pair->to.release)) {
        return;
    }
    directory = g_dir_make_tmp("outboard-XXXXXX", NULL);
    file = g_build_filename(directory, "stream", NULL);
    save(&pair->from, file);
    load(&pair->to, file);
    g_unlink(file);
    g_rmdir(directory);
}

static void add_pair(Side from, Side to)
{
    g_autofree char *path = g_strdup_printf("/bridge-releases/%s-%s/to/%s-%s",
                                            from.is_ours ? "ours" : "own", from.release->name,
                                            to.is_ours ? "ours" : "own", to.release->name);
    Pair *pair = g_new(Pair, 1);

    *pair = (Pair) { from, to };
    g_test_add_data_func_full(path, pair, test_pair, g_free);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (const QemuRelease *from = qemu_releases(); from->name; from++) {
        add_pair((Side) { from, false }, (Side) { from, true });
        add_pair((Side) { from, true }, (Side) { from, false });
        for (const QemuRelease *to = qemu_releases(); to->name; to++) {
            if (to != from) {
                add_pair((Side) { from, true }, (Side) { to, true });
            }
        }
    }
    return g_test_run();
}
