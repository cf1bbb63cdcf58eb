/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A table that is walked: each kind of load, with each policy, at each point of the guest's life.  The
 * policies of the other kinds are others, so that a wrong choice is seen.
 */
#include <string.h>

#include "devices/vmgenid-regs.h"
#include "qtest/client/drivers/migration.h"
#include "qtest/tests/vmgenid/vmgenid-sleep.h"

static const char *const kinds[] = { "migrate", "restore", "clone", "revert" };
static const char *const policies[] = { "configured", "new", "keep" };
enum { CONFIGURED, NEW, KEEP };

typedef enum Phase {
    BEFORE,  /* firmware has done nothing yet */
    HALFWAY, /* it has copied the file, and not written the address */
    RUNNING,
    ASLEEP, /* in S3 */
    PHASES
} Phase;

/* The GUID that the guest has in the end. */
typedef enum Result {
    ITS_OWN, /* the one before the load */
    THE_USERS,
    A_NEW,
} Result;

typedef struct Expected {
    const char *phase;
    Result results[G_N_ELEMENTS(policies)];
    bool notified[G_N_ELEMENTS(policies)];
} Expected;

/* Before firmware, the guest has no GUID to keep.  Firmware copies the current one later. */
static const Expected table[PHASES] = {
    [BEFORE] = { "before-firmware", { THE_USERS, A_NEW, THE_USERS }, { false, false, false } },
    [HALFWAY] = { "halfway", { THE_USERS, A_NEW, ITS_OWN }, { true, true, false } },
    [RUNNING] = { "running", { THE_USERS, A_NEW, ITS_OWN }, { true, true, false } },
    [ASLEEP] = { "asleep", { THE_USERS, A_NEW, ITS_OWN }, { true, true, false } },
};

typedef struct Cell {
    size_t kind, policy;
    Phase phase;
} Cell;

/* --------------------------------------------------------------------- the two machines */

static void blob_copy(ObClient *c)
{
    GByteArray *blob = fw_cfg_read(c, "etc/vmgenid_guid");

    ob_client_memwrite(c, BLOB, blob->data, blob->len);
    g_byte_array_unref(blob);
}

static void origin_save(VmGenIdMachine *f, Phase phase)
{
    ObClient *c = sleeper_start(f, "-device vmgenid,id=gen,guid=" GUID);

    if (phase == HALFWAY) {
        blob_copy(c);
    } else if (phase > HALFWAY) {
        guest_boot(c);
    }
    if (phase == ASLEEP) {
        fall_asleep(c);
    }
    vmgenid_save(f, c);
}

static ObClient *target_load(VmGenIdMachine *f, const Cell *cell)
{
    GString *arguments = g_string_new("-device vmgenid,id=gen,guid=" OTHER);
    ObClient *c;

    for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
        const char *other = cell->policy == KEEP ? "new" : "keep";

        g_string_append_printf(arguments, ",on-%s=%s", kinds[i],
                               i == cell->kind ? policies[cell->policy] : other);
    }
    g_string_append_printf(arguments, ",next-load=%s -incoming 'exec:cat %s'", kinds[cell->kind],
                           f->path);
    c = sleeper_start(f, arguments->str);
    ob_migration_complete(c);
    g_string_free(arguments, TRUE);
    return c;
}

static bool sleeps(ObClient *c)
{
    json_t *answer = vmgenid_qmp(c, "query-status", NULL);
    bool result = strcmp(json_string_value(json_object_get(answer, "status")), "suspended") == 0;

    json_decref(answer);
    return result;
}

/* QEMU 10 loads a sleeping guest as a paused one, if the user has not started the machine.  QEMU 7.2
 * wakes a guest up before it saves. */
static void sleep_go_on(ObClient *c)
{
    if (is_stock()) {
        json_decref(vmgenid_qmp(c, "cont", NULL));
    }
    if (sleeps(c)) {
        wake_up(c);
    } else {
        g_assert_true(is_stock());
    }
    guest_write_address(c, AT);
}

static void guest_go_on(ObClient *c, Phase phase)
{
    switch (phase) {
    case BEFORE:
        guest_boot(c);
        break;
    case HALFWAY:
        guest_write_address(c, AT);
        break;
    case ASLEEP:
        sleep_go_on(c);
        break;
    default:
        break;
    }
}

/* ------------------------------------------------------------------------------ results */

static char *guid_text(const uint8_t *b)
{
    return g_strdup_printf("%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x",
                           b[3], b[2], b[1], b[0], b[5], b[4], b[7], b[6], b[8], b[9], b[10], b[11],
                           b[12], b[13], b[14], b[15]);
}

/* The guest's GUID is the device's, too. */
static void result_expect(ObClient *c, Result result)
{
    uint8_t bytes[16];
    g_autofree char *text = NULL;

    ob_client_memread(c, AT, bytes, sizeof(bytes));
    text = guid_text(bytes);
    guid_expect(c, text);
    if (result == A_NEW) {
        g_assert_cmpstr(text, !=, GUID);
        g_assert_cmpstr(text, !=, OTHER);
    } else {
        g_assert_cmpstr(text, ==, result == ITS_OWN ? GUID : OTHER);
    }
}

static void test_cell(VmGenIdMachine *f, gconstpointer data)
{
    const Cell *cell = data;
    const Expected *row = &table[cell->phase];
    ObClient *c;

    origin_save(f, cell->phase);
    c = target_load(f, cell);
    guest_go_on(c, cell->phase);
    result_expect(c, row->results[cell->policy]);
    registers_place(c);
    g_assert_cmphex(ob_client_inl(c, GPE_STATUS), ==,
                    row->notified[cell->policy] ? 1 << VMGENID_GPE : 0);
}

int main(int argc, char **argv)
{
    static Cell cells[G_N_ELEMENTS(kinds) * G_N_ELEMENTS(policies) * PHASES];

    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(cells); i++) {
        Cell *cell = &cells[i];
        g_autofree char *path = NULL;

        *cell = (Cell) { i / PHASES / G_N_ELEMENTS(policies), i / PHASES % G_N_ELEMENTS(policies),
                         (Phase)(i % PHASES) };
        path = g_strdup_printf("/vmgenid-policies/%s/%s/%s", kinds[cell->kind],
                               policies[cell->policy], table[cell->phase].phase);
        g_test_add(path, VmGenIdMachine, cell, vmgenid_set_up, test_cell, vmgenid_tear_down);
    }
    return g_test_run();
}
