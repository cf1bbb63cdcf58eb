/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Two machines from one stream, each with a GUID of its own.  Their TPMs must differ too.
 */
#include <string.h>
#include <unistd.h>

#include "qtest/client/drivers/crb.h"
#include "qtest/client/drivers/migration.h"
#include "qtest/client/drivers/tpm-command.h"
#include "qtest/client/process/swtpm.h"
#include "qtest/tests/vmgenid/vmgenid-machine.h"

#define RANDOM_SIZE 32

typedef struct Clones {
    const char *backend;
    const char *devices;
    bool differ;
    bool bridged; /* our devices in a stock QEMU */
} Clones;

static const Clones cases[] = {
    { "libtpms", "-device vmgenid -device tpm-crb,tpmdev=t", true },
    { "libtpms", "-device tpm-crb,tpmdev=t -device vmgenid", true },
    { "libtpms", "-device tpm-crb,tpmdev=t -device vmgenid,stir-tpm=off", false },
    { "libtpms", "-device tpm-crb,tpmdev=t -device vmgenid,guid=" GUID, false },
    { "emulator", "-device vmgenid -device tpm-crb,tpmdev=t", true },
    { "emulator", "-device tpm-crb,tpmdev=t -device vmgenid", true },
    { "emulator", "-device tpm-crb,tpmdev=t -device vmgenid,stir-tpm=off", false },
    { "emulator", "-device vmgenid -device tpm-crb,tpmdev=t", true, true },
    { "emulator", "-device tpm-crb,tpmdev=t -device vmgenid", true, true },
    { "emulator", "-device tpm-crb,tpmdev=t -device vmgenid,stir-tpm=off", false, true },
};
static const char *const names[G_N_ELEMENTS(cases)] = {
    "libtpms/vmgenid-first",
    "libtpms/tpm-first",
    "libtpms/agree-with-stir-tpm-off",
    "libtpms/agree-with-the-same-guid",
    "emulator/vmgenid-first",
    "emulator/tpm-first",
    "emulator/agree-with-stir-tpm-off",
    "bridged/vmgenid-first",
    "bridged/tpm-first",
    "bridged/agree-with-stir-tpm-off",
};

typedef struct Machines {
    VmGenIdMachine f;
    ObSwtpm *swtpms[6];
} Machines;

static ObClient *clone_start(Machines *m, const Clones *clones, const char *more)
{
    g_autofree char *tpm = NULL;
    g_autofree char *arguments = NULL;
    HW_ERROR(error, 500);
    ObSwtpm **swtpm = &m->swtpms[m->f.count];

    if (strcmp(clones->backend, "emulator") == 0) {
        *swtpm = ob_swtpm_start(&error);
        g_assert_cmpstr(error.text, ==, "");
        tpm = g_strdup_printf("emulator,id=t,chardev=c -chardev socket,id=c,path=%s",
                              ob_swtpm_path(*swtpm));
    } else {
        tpm = g_strdup("libtpms,id=t");
    }
    arguments = g_strdup_printf("-tpmdev %s %s %s", tpm, clones->devices, more);
    return machine_start(&m->f, "OB_PROGRAM", arguments);
}

static size_t command(ObClient *c, TpmCommand bytes, uint8_t response[CRB_BUFFER_SIZE])
{
    ObCrb crb = crb_at_pc_address(c);
    size_t size;

    g_assert_cmpint(crb_transfer(&crb, bytes.bytes, bytes.size, response, CRB_BUFFER_SIZE, &size),
                    ==, OB_CRB_OK);
    g_assert_cmphex(tpm_response_code(response, size), ==, TPM2_RC_SUCCESS);
    return size;
}

static void tpm_use(ObClient *c)
{
    ObCrb crb = crb_at_pc_address(c);
    uint8_t response[CRB_BUFFER_SIZE];

    g_assert_cmpint(crb_request_locality(&crb), ==, OB_CRB_OK);
    g_assert_cmpint(crb_command_ready(&crb), ==, OB_CRB_OK);
    command(c, tpm_startup(TPM2_SU_CLEAR), response);
}

/* Loads another machine from the stream. */
static ObClient *clone_load(Machines *m, const Clones *clones, const char *path)
{
    g_autofree char *incoming = g_strdup_printf("-incoming 'exec:cat %s'", path);
    ObClient *c = clone_start(m, clones, incoming);

    ob_migration_complete(c);
    return c;
}

/* Gets the first random bytes of the clone's TPM. */
static void clone_random(ObClient *c, uint8_t bytes[RANDOM_SIZE])
{
    uint8_t response[CRB_BUFFER_SIZE];

    g_assert_cmpuint(command(c, tpm_get_random(RANDOM_SIZE), response), ==, 12 + RANDOM_SIZE);
    memcpy(bytes, response + 12, RANDOM_SIZE);
}

/* Saves a machine whose TPM is in use. */
static void origin_save(Machines *m, const Clones *clones)
{
    ObClient *c;

    vmgenid_set_up(&m->f, NULL);
    c = clone_start(m, clones, "");
    tpm_use(c);
    guest_boot(c);
    vmgenid_save(&m->f, c);
}

static void machines_end(Machines *m)
{
    vmgenid_tear_down(&m->f, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(m->swtpms); i++) {
        ob_swtpm_free(m->swtpms[i]);
    }
}

static void test_clones(gconstpointer data)
{
    const Clones *clones = data;
    uint8_t bytes[2][RANDOM_SIZE];
    Machines m = { 0 };

    origin_save(&m, clones);
    clone_random(clone_load(&m, clones, m.f.path), bytes[0]);
    clone_random(clone_load(&m, clones, m.f.path), bytes[1]);
    g_assert_cmpint(memcmp(bytes[0], bytes[1], RANDOM_SIZE) != 0, ==, clones->differ);
    machines_end(&m);
}

/* Each clone migrates again before its TPM gets a command. */
static void test_moved_clones(gconstpointer data)
{
    const Clones *clones = data;
    Clones moved = *clones;
    g_autofree char *devices = g_strdup_printf("%s,stir-tpm=off", clones->devices);
    uint8_t bytes[2][RANDOM_SIZE];
    Machines m = { 0 };

    origin_save(&m, clones);
    moved.devices = devices;
    for (guint i = 0; i < 2; i++) {
        g_autofree char *path = g_strdup_printf("%s%u", m.f.path, i);
        g_autofree char *uri = g_strdup_printf("exec:cat >%s", path);
        ObClient *c = clone_load(&m, clones, m.f.path);

        json_decref(vmgenid_qmp(c, "migrate", json_pack("{s:s}", "uri", uri)));
        ob_migration_complete(c);
        clone_random(clone_load(&m, &moved, path), bytes[i]);
        unlink(path);
    }
    g_assert_cmpint(memcmp(bytes[0], bytes[1], RANDOM_SIZE), !=, 0);
    machines_end(&m);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = g_strconcat("/vmgenid-clones/", names[i], NULL);

        if (cases[i].bridged == is_bridged()) {
            g_test_add_data_func(path, &cases[i], test_clones);
        }
    }
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = g_strconcat("/vmgenid-clones/moved/", names[i], NULL);

        if (cases[i].bridged == is_bridged() && g_str_has_suffix(names[i], "tpm-first")) {
            g_test_add_data_func(path, &cases[i], test_moved_clones);
        }
    }
    return g_test_run();
}
