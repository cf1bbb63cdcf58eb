/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The start of a round: how the other machine gets to the state that ours has after a reset. */
#include <inttypes.h>
#include <string.h>

#include "hw-api/device/error.h"
#include "qtest/client/drivers/pci.h"
#include "qtest/lab/tool/lockstep/pair.h"
#include "qtest/machine/core/host-internal.h"
#include "qtest/machine/firmware/stand-in.h"
#include "qtest/machine/pci/pci-internal.h"

/* Bytes of configuration space that firmware sets: the command, BARs, the line. */
static const struct {
    uint8_t offset, size;
} placed[] = { { 0x10, 4 }, { 0x14, 4 }, { 0x18, 4 }, { 0x1c, 4 }, { 0x20, 4 },
               { 0x24, 4 }, { 0x30, 4 }, { 0x3c, 1 }, { 0x04, 2 } };

/* The lines by which the other machine gets to our state, in one go. */
typedef struct Begin {
    LabPair *pair;
    GString *lines;
    uint32_t count;
    char refusal[200]; /* a line's; "": none */
} Begin;

static void line_begun(void *opaque, size_t index, const char *answer, const bool *levels)
{
    Begin *begin = opaque;

    (void)index;
    begin->pair->first_levels = lab_levels_sum(levels);
    if (strncmp(answer, "OK", 2) != 0) {
        g_strlcpy(begin->refusal, answer, sizeof(begin->refusal));
    }
}

static void begin_send(Begin *begin)
{
    ob_client_qtest_lines(begin->pair->other.client, begin->lines->str, begin->lines->len,
                          begin->count, line_begun, begin);
    g_string_truncate(begin->lines, 0);
    begin->count = 0;
}

static void config_copy(Begin *begin, uint32_t function, uint32_t offset, uint32_t size)
{
    ObPci *pci = ob_host_pci(begin->pair->target->host);
    const LabConfig access = { .function = function,
                               .offset = offset,
                               .size = size,
                               .is_write = true,
                               .value = ob_pci_config_read(pci, function, offset, size) };

    begin->count += lab_config_add(begin->pair, &access, begin->lines);
    if (begin->count + LAB_LINES_OF_STEP > OB_CLIENT_LINES_MAX) {
        begin_send(begin);
    }
}

/* PIRQs of a PC's bridge to ISA: PIIX3 at 1.0, ICH9 at 31.0. */
static void lines_route(Begin *begin)
{
    static const uint32_t bridges[] = { PCI_ADDRESS(1, 0), PCI_ADDRESS(31, 0) };
    ObPci *pci = ob_host_pci(begin->pair->target->host);

    for (size_t i = 0; i < G_N_ELEMENTS(bridges); i++) {
        uint32_t id = ob_pci_config_read(pci, bridges[i], 0, 4);

        if (id == 0x70008086 || id == 0x29188086) {
            config_copy(begin, bridges[i], 0x60, 4);
        }
    }
}

static bool firmware_run(Begin *begin, HwError *error)
{
    const GPtrArray *functions = begin->pair->target->functions;

    if (!functions->len) {
        return true;
    }
    if (!ob_firmware_boot(begin->pair->target->host, NULL, error)) {
        return false;
    }
    if (!begin->pair->is_virt) {
        lines_route(begin);
    }
    for (guint i = 0; i < functions->len; i++) {
        uint32_t function = ob_pci_address(((HwInstance *)functions->pdata[i])->pci);

        for (size_t j = 0; j < G_N_ELEMENTS(placed); j++) {
            config_copy(begin, function, placed[j].offset, placed[j].size);
        }
    }
    return true;
}

static void window_clear(Begin *begin)
{
    ObHost *host = begin->pair->target->host;
    uint64_t window = ob_host_machine(host)->ram_base + OB_LAB_WINDOW;

    memset(ob_host_ram_pointer(host, window, OB_LAB_WINDOW_SIZE), 0, OB_LAB_WINDOW_SIZE);
    g_string_append_printf(begin->lines, "memset 0x%" PRIx64 " 0x%x 0x0\n", window,
                           OB_LAB_WINDOW_SIZE);
    begin->count++;
}

/* A known difference's first step: what one of the machines does by itself. */
static bool first_make(Begin *begin, LabKnown *row, HwError *error)
{
    LabPair *p = begin->pair;
    g_auto(GStrv) parts = g_strsplit(row->place, "=", 2);
    ObLabStep step;
    uint32_t count;

    if (!lab_place_find(p->target, parts[0], &step)) {
        return hw_error_set(error, "%s:%u: there is no '%s'", p->knowns->path, row->line, parts[0]);
    }
    step.op = parts[1] ? OB_LAB_STORE : OB_LAB_LOAD;
    step.value = parts[1] ? g_ascii_strtoull(parts[1], NULL, 0) : 0;
    count = lab_lines_add(p, &step, begin->lines);
    if (count) {
        ob_lab_play(p->target, &step);
        begin->count += count;
        row->met++;
    }
    return true;
}

static bool firsts_make(Begin *begin, HwError *error)
{
    const LabKnowns *knowns = begin->pair->knowns;
    bool good = true;

    for (guint i = 0; knowns && good && i < knowns->rows->len; i++) {
        LabKnown *row = &g_array_index(knowns->rows, LabKnown, i);

        good = row->kind != LAB_KNOWN_FIRST || first_make(begin, row, error);
    }
    return good;
}

void lab_levels_note(LabPair *pair)
{
    Begin begin = { .pair = pair, .lines = g_string_new("endianness\n"), .count = 1 };

    pair->first_lines = pair->target->lines;
    begin_send(&begin);
    g_string_free(begin.lines, TRUE);
}

bool lab_pair_reset_both(LabPair *pair, HwError *error)
{
    Begin begin = { .pair = pair, .lines = g_string_new(NULL) };
    bool good;

    ob_host_reset(pair->target->host);
    ob_lab_settle(pair->target);
    ob_client_reset(pair->other.client);
    good = firmware_run(&begin, error);
    ob_lab_settle(pair->target);
    window_clear(&begin);
    good = good && firsts_make(&begin, error);
    pair->first_lines = pair->target->lines;
    begin_send(&begin);
    g_string_free(begin.lines, TRUE);
    return good && (!*begin.refusal || hw_error_set(error, "beside: %s", begin.refusal));
}
