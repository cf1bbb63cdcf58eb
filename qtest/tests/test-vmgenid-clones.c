/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Two machines from one stream, each with a GUID of its own: their TPMs have to differ too.
 */
#include <string.h>

#include "qtest/client/crb.h"
#include "qtest/client/swtpm.h"
#include "qtest/client/tpm-command.h"
#include "qtest/tests/vmgenid-machine.h"

#define RANDOM_SIZE 32

typedef struct Clones {
    const char *backend;
    const char *devices;
    bool differ;
    bool bridged;               /* our devices in a stock QEMU */
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
    "libtpms/vmgenid-first", "libtpms/tpm-first", "libtpms/agree-with-stir-tpm-off",
    "libtpms/agree-with-the-same-guid", "emulator/vmgenid-first", "emulator/tpm-first",
    "emulator/agree-with-stir-tpm-off",
    "bridged/vmgenid-first", "bridged/tpm-first", "bridged/agree-with-stir-tpm-off",
};

typedef struct Machines {
    Fixture f;
    ObSwtpm *swtpms[3];
} Machines;

static ObClient *clone_start(Machines *m, const Clones *clones, const char *more)
{
    g_autofree char *tpm = NULL;
    g_autofree char *arguments = NULL;
    char text[500] = "";
    HwError error = { text, sizeof(text), 0 };
    ObSwtpm **swtpm = &m->swtpms[m->f.count];

    if (strcmp(clones->backend, "emulator") == 0) {
        *swtpm = ob_swtpm_start(&error);
        g_assert_cmpstr(text, ==, "");
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

/* What the TPM of another machine from the stream says first. */
static void clone_random(Machines *m, const Clones *clones, uint8_t bytes[RANDOM_SIZE])
{
    g_autofree char *incoming = g_strdup_printf("-incoming 'exec:cat %s'", m->f.path);
    ObClient *c = clone_start(m, clones, incoming);
    uint8_t response[CRB_BUFFER_SIZE];

    await_completed(c);
    g_assert_cmpuint(command(c, tpm_get_random(RANDOM_SIZE), response), ==, 12 + RANDOM_SIZE);
    memcpy(bytes, response + 12, RANDOM_SIZE);
}

static void test_clones(gconstpointer data)
{
    const Clones *clones = data;
    uint8_t bytes[2][RANDOM_SIZE];
    Machines m = { 0 };
    ObClient *c;

    set_up(&m.f, NULL);
    c = clone_start(&m, clones, "");
    tpm_use(c);
    guest_boot(c);
    save(&m.f, c);
    clone_random(&m, clones, bytes[0]);
    clone_random(&m, clones, bytes[1]);
    g_assert_cmpint(memcmp(bytes[0], bytes[1], RANDOM_SIZE) != 0, ==, clones->differ);
    tear_down(&m.f, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(m.swtpms); i++) {
        ob_swtpm_free(m.swtpms[i]);
    }
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
    return g_test_run();
}
