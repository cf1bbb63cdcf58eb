/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Each kind of load with each policy, at each moment of a guest's life.  Afterwards the guest has the
 * right GUID in memory, and was notified or not.  In our program and in a stock QEMU with our device.
 */
#include <string.h>

#include "devices/vmgenid-regs.h"
#include "qtest/client/drivers/migration.h"
#include "qtest/tests/vmgenid/vmgenid-machine.h"

#define GPE_STATUS  0x620 /* QEMU's firmware puts ICH9's register there */
#define PM1_CONTROL 0x604
#define SLEEP_S3    (1 << 13 | 1 << 10)

typedef enum Moment {
    BEFORE_FIRMWARE, /* nobody has read the blob */
    BETWEEN,         /* firmware has copied the blob, and has not written the address */
    RUNNING,
    ASLEEP, /* in S3: firmware writes the address again at wake-up */
} Moment;

typedef enum Outcome {
    SOURCES, /* the GUID of the machine that was saved */
    TARGETS, /* the one that the loading process was given */
    FRESH,   /* neither */
} Outcome;

typedef struct Row {
    const char *policy;
    Moment moment;
    Outcome guid;
    bool notified;
} Row;

/* A guest that has not booted has no GUID to keep: it finds the new process's. */
static const Row rows[] = {
    { "configured", BEFORE_FIRMWARE, TARGETS, false },
    { "new", BEFORE_FIRMWARE, FRESH, false },
    { "keep", BEFORE_FIRMWARE, TARGETS, false },
    { "configured", BETWEEN, TARGETS, true },
    { "new", BETWEEN, FRESH, true },
    { "keep", BETWEEN, SOURCES, false },
    { "configured", RUNNING, TARGETS, true },
    { "new", RUNNING, FRESH, true },
    { "keep", RUNNING, SOURCES, false },
    { "configured", ASLEEP, TARGETS, true },
    { "new", ASLEEP, FRESH, true },
    { "keep", ASLEEP, SOURCES, false },
};

static const char *const moments[] = { "before-firmware", "within-firmware", "running", "asleep" };
static const char *const kinds[] = { "migrate", "restore", "clone", "revert" };
static const char *const policies[] = { "configured", "new", "keep" };

typedef struct Cell {
    const Row *row;
    const char *kind;
} Cell;

/* The other kinds have another policy, so that a wrong choice shows. */
static char *device_of(const Cell *cell, const char *guid)
{
    GString *text = g_string_new(NULL);
    uint32_t own = 0;

    while (strcmp(policies[own], cell->row->policy) != 0) {
        own++;
    }
    g_string_printf(text, "-device vmgenid,id=gen,guid=%s,next-load=%s", guid, cell->kind);
    for (uint32_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
        bool is_own = strcmp(kinds[i], cell->kind) == 0;

        g_string_append_printf(text, ",on-%s=%s", kinds[i],
                               policies[is_own ? own : (own + 1) % G_N_ELEMENTS(policies)]);
    }
    return g_string_free(text, FALSE);
}

/* ------------------------------------------------------------------------ the guest */

static void blob_copy(ObClient *c)
{
    GByteArray *blob = fw_cfg_read(c, "etc/vmgenid_guid");

    ob_client_memwrite(c, BLOB, blob->data, blob->len);
    g_byte_array_unref(blob);
}

static void guest_reach(ObClient *c, Moment moment)
{
    if (moment == BETWEEN) {
        blob_copy(c);
    }
    if (moment == RUNNING || moment == ASLEEP) {
        guest_boot(c);
    }
    if (moment == ASLEEP) {
        ob_client_outw(c, PM1_CONTROL, SLEEP_S3);
        expect_event(c, "SUSPEND", NULL, NULL);
    }
}

static void guest_go_on(ObClient *c, Moment moment)
{
    if (moment == BEFORE_FIRMWARE) {
        guest_boot(c);
    }
    if (moment == ASLEEP) {
        json_decref(vmgenid_qmp(c, "system_wakeup", NULL));
        expect_event(c, "WAKEUP", NULL, NULL);
    }
    if (moment == BETWEEN || moment == ASLEEP) {
        guest_write_address(c, AT);
    }
}

/* QEMU's ICH9 has its registers where firmware has put them. */
static void registers_place(ObClient *c)
{
    if (is_stock()) {
        ob_client_outl(c, 0xcf8, 0x8000f840); /* PMBASE of the LPC bridge */
        ob_client_outl(c, 0xcfc, 0x601);
        ob_client_outl(c, 0xcf8, 0x8000f844); /* ACPI_CNTL: enable them */
        ob_client_outl(c, 0xcfc, 0x80);
    }
}

/* ------------------------------------------------------------------------ the checks */

static void guid_check(ObClient *c, Outcome outcome)
{
    uint8_t guid[16];
    bool is_source;
    bool is_target;

    ob_client_memread(c, AT, guid, sizeof(guid));
    is_source = memcmp(guid, GUID_LE, sizeof(guid)) == 0;
    is_target = memcmp(guid, OTHER_LE, sizeof(guid)) == 0;
    g_assert_cmpint(is_source, ==, outcome == SOURCES);
    g_assert_cmpint(is_target, ==, outcome == TARGETS);
}

static void test_cell(VmGenIdMachine *f, gconstpointer data)
{
    const Cell *cell = data;
    const Row *row = cell->row;
    g_autofree char *incoming = NULL;
    g_autofree char *device = device_of(cell, OTHER);
    ObClient *c = machine_start(f, "OB_PROGRAM", "-device vmgenid,id=gen,guid=" GUID);

    registers_place(c);
    guest_reach(c, row->moment);
    vmgenid_save(f, c);
    incoming = g_strdup_printf("%s -incoming 'exec:cat %s'", device, f->path);
    c = machine_start(f, "OB_PROGRAM", incoming);
    ob_migration_complete(c);
    guest_go_on(c, row->moment);
    guid_check(c, row->guid);
    g_assert_cmphex(ob_client_inl(c, GPE_STATUS), ==, row->notified ? 1 << VMGENID_GPE : 0);
}

/* QEMU before 9.0 does not save that a machine sleeps. */
static bool is_tried(const Row *row)
{
    return row->moment != ASLEEP || !is_stock();
}

int main(int argc, char **argv)
{
    static Cell cells[G_N_ELEMENTS(rows)][G_N_ELEMENTS(kinds)];

    g_test_init(&argc, &argv, NULL);
    for (uint32_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        for (uint32_t k = 0; k < G_N_ELEMENTS(kinds) && is_tried(&rows[i]); k++) {
            g_autofree char *path = g_strdup_printf("/vmgenid-matrix/%s/%s/%s",
                                                    moments[rows[i].moment], rows[i].policy,
                                                    kinds[k]);

            cells[i][k] = (Cell) { &rows[i], kinds[k] };
            g_test_add(path, VmGenIdMachine, &cells[i][k], vmgenid_set_up, test_cell,
                       vmgenid_tear_down);
        }
    }
    return g_test_run();
}
