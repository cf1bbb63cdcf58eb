/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The other program: its start, its end, and how both machines get to the same state. */
#include <stdio.h>
#include <string.h>

#include "hw-api/device/error.h"
#include "qtest/client/drivers/fw-cfg.h"
#include "qtest/client/drivers/pci.h"
#include "qtest/lab/tool/lockstep/pair.h"
#include "qtest/machine/core/host-internal.h"
#include "qtest/machine/firmware/stand-in.h"
#include "qtest/machine/pci/pci-internal.h"
#include "qtest/text/json.h"

bool lab_differs(LabDifference *difference, size_t steps, const char *place, const char *format,
                 ...)
{
    va_list list;

    difference->steps = steps;
    g_strlcpy(difference->place, place, sizeof(difference->place));
    va_start(list, format);
    vsnprintf(difference->text, sizeof(difference->text), format, list);
    va_end(list);
    return true;
}

enum { QEMU_ANSWER_MS = 15000 }; /* also on a busy machine */

/* -------------------------------------------------------------------- the other's devices */

/* A function has the same place on the bus, unless the user gives one. */
static char *function_placed(const LabPair *p, const char *text, guint index)
{
    const HwInstance *instance = index < p->target->devices->len ? p->target->devices->pdata[index]
                                                                 : NULL;
    uint32_t address;

    if (!instance || !instance->pci || strstr(text, ",addr=")) {
        return g_strdup(text);
    }
    address = ob_pci_address(instance->pci);
    return g_strdup_printf("%s,addr=0x%x.%u", text, address >> 3 & 31, address & 7);
}

/* The machine and the devices as the head of a script has them, with the own type in their place. */
static bool head_make(LabPair *p, const ObLabSetup *setup, HwError *error)
{
    g_autofree char *text = ob_lab_script_write(p->target, setup, NULL, 0, NULL);
    const char *own = p->arguments->own;

    p->head = ob_lab_script_read(text, strlen(text), error);
    if (!p->head) {
        return false;
    }
    if (own) {
        g_ptr_array_set_size(p->head->devices, 0);
        if (strcmp(own, "none") != 0) {
            g_ptr_array_add(p->head->devices, g_strdup(own));
        }
    }
    for (guint i = 0; i < p->head->devices->len; i++) {
        char *device = p->head->devices->pdata[i];

        p->head->devices->pdata[i] = function_placed(p, device, i);
        g_free(device);
    }
    return true;
}

static bool is_qemu(const LabPair *p)
{
    return strcmp(p->arguments->in, "qemu") == 0;
}

/* QEMU's own TPM devices have no TPM in their process. */
static bool tpm_start(LabPair *p, HwError *error)
{
    if (!p->arguments->own || !p->arguments->tpm || !is_qemu(p)) {
        return true;
    }
    p->swtpm = ob_swtpm_start(error);
    if (p->swtpm) {
        g_free(p->more);
        p->more = g_strdup_printf("-chardev socket,id=lab-tpm,path=%s "
                                  "-tpmdev emulator,id=tpm0,chardev=lab-tpm",
                                  ob_swtpm_path(p->swtpm));
    }
    return p->swtpm != NULL;
}

static void other_end(LabPair *p)
{
    if (p->other.report) {
        lab_machine_clear(&p->other);
    }
    ob_swtpm_free(p->swtpm);
    p->swtpm = NULL;
    p->other = (LabMachine) { .client = NULL };
}

/* ------------------------------------------------------------------------- its interfaces */

static void release_ask(LabPair *p)
{
    json_t *answer = ob_client_qmp(p->other.client, "query-version", NULL, NULL);
    int major = 0, minor = 0;

    json_unpack(answer, "{s:{s:i, s:i}}", "qemu", "major", &major, "minor", &minor);
    g_free(p->release);
    p->release = g_strdup_printf("%d.%d", major, minor);
    json_decref(answer);
}

static bool keys_find(LabPair *p, HwError *error)
{
    ObFwCfgPort port = p->is_virt ? fw_cfg_of_virt(p->other.client) : fw_cfg_of_pc(p->other.client);

    g_array_set_size(p->keys, 0);
    for (guint i = 0; i < p->target->files->len; i++) {
        const char *name = g_array_index(p->target->files, ObLabFile, i).name;
        uint16_t key = fw_cfg_find(&port, name, NULL);

        if (!key) {
            return hw_error_set(error, "--beside %s: firmware finds no file '%s' there",
                                p->arguments->in, name);
        }
        g_array_append_val(p->keys, key);
    }
    return true;
}

static bool other_start(LabPair *p, HwError *error)
{
    LabMachineKind kind = { .watches = true,
                            .is_own = p->arguments->own != NULL,
                            .answer_ms = is_qemu(p) ? QEMU_ANSWER_MS : 0 };

    other_end(p);
    if (!tpm_start(p, error)) {
        return false;
    }
    kind.more = p->more;
    if (!lab_machine_start(&p->other, p->arguments, p->head, &kind, error)) {
        return false;
    }
    release_ask(p);
    return keys_find(p, error);
}

/* ------------------------------------------------------------------------------- resets */

/* Bytes of configuration space that firmware sets: the command, BARs, the line. */
static const struct {
    uint8_t offset, size;
} placed[] = { { 0x10, 4 }, { 0x14, 4 }, { 0x18, 4 }, { 0x1c, 4 }, { 0x20, 4 },
               { 0x24, 4 }, { 0x30, 4 }, { 0x3c, 1 }, { 0x04, 2 } };

static void function_place(const PciBus *bus, HwPciUnit *unit)
{
    for (size_t i = 0; i < G_N_ELEMENTS(placed); i++) {
        pci_config_write(bus, ob_pci_address(unit), placed[i].offset,
                         hw_pci_unit_read(unit, placed[i].offset, placed[i].size), placed[i].size);
    }
}

/* PIRQs of a PC's bridge to ISA: PIIX3 at 1.0, ICH9 at 31.0. */
static void lines_route(const LabPair *p, const PciBus *bus)
{
    static const uint32_t bridges[] = { PCI_ADDRESS(1, 0), PCI_ADDRESS(31, 0) };
    ObPci *pci = ob_host_pci(p->target->host);

    for (size_t i = 0; i < G_N_ELEMENTS(bridges); i++) {
        uint32_t id = ob_pci_config_read(pci, bridges[i], 0, 4);

        if (id == 0x70008086 || id == 0x29188086) {
            pci_config_write(bus, bridges[i], 0x60, ob_pci_config_read(pci, bridges[i], 0x60, 4),
                             4);
        }
    }
}

static bool firmware_run(LabPair *p, HwError *error)
{
    ObClient *c = p->other.client;
    PciBus bus = p->is_virt ? pci_of_virt(c) : pci_of_pc(c);

    if (!p->target->functions->len) {
        return true;
    }
    if (!ob_firmware_boot(p->target->host, NULL, error)) {
        return false;
    }
    if (!p->is_virt) {
        lines_route(p, &bus);
    }
    for (guint i = 0; i < p->target->functions->len; i++) {
        function_place(&bus, ((HwInstance *)p->target->functions->pdata[i])->pci);
    }
    return true;
}

static void window_clear(LabPair *p)
{
    uint64_t window = ob_host_machine(p->target->host)->ram_base + OB_LAB_WINDOW;
    void *bytes = ob_host_ram_pointer(p->target->host, window, OB_LAB_WINDOW_SIZE);

    memset(bytes, 0, OB_LAB_WINDOW_SIZE);
    ob_client_memset(p->other.client, window, 0, OB_LAB_WINDOW_SIZE);
}

static void levels_note(void *opaque, size_t index, const char *answer, const bool *levels)
{
    (void)index;
    (void)answer;
    *(uint64_t *)opaque = lab_levels_sum(levels);
}

static void lines_note(LabPair *p)
{
    static const char ask[] = "endianness\n";

    p->first_lines = p->target->lines;
    ob_client_qtest_lines(p->other.client, ask, strlen(ask), 1, levels_note, &p->first_levels);
}

static void answer_drop(void *opaque, size_t index, const char *answer, const bool *levels)
{
    (void)opaque, (void)index, (void)answer, (void)levels;
}

/* The known differences' first steps: what one of the machines does by itself. */
static bool firsts_make(LabPair *p, HwError *error)
{
    for (guint i = 0; p->knowns && i < p->knowns->rows->len; i++) {
        LabKnown *row = &g_array_index(p->knowns->rows, LabKnown, i);
        g_auto(GStrv) parts = g_strsplit(row->place, "=", 2);
        g_autoptr(GString) line = g_string_new(NULL);
        ObLabStep step;

        if (row->kind != LAB_KNOWN_FIRST) {
            continue;
        }
        if (!lab_place_find(p->target, parts[0], &step)) {
            return hw_error_set(error, "%s:%u: there is no '%s'", p->knowns->path, row->line,
                                parts[0]);
        }
        step.op = parts[1] ? OB_LAB_STORE : OB_LAB_LOAD;
        step.value = parts[1] ? g_ascii_strtoull(parts[1], NULL, 0) : 0;
        if (lab_lines_add(p, &step, line)) {
            ob_lab_play(p->target, &step);
            ob_client_qtest_lines(p->other.client, line->str, line->len, 1, answer_drop, NULL);
            row->met++;
        }
    }
    return true;
}

bool lab_pair_reset(LabPair *pair, HwError *error)
{
    bool good;

    if (!pair->other.client || ob_client_failed(pair->other.client)) {
        if (!other_start(pair, error)) {
            return false;
        }
    }
    ob_host_reset(pair->target->host);
    ob_lab_settle(pair->target);
    ob_client_reset(pair->other.client);
    good = firmware_run(pair, error);
    ob_lab_settle(pair->target);
    window_clear(pair);
    good = good && firsts_make(pair, error);
    lines_note(pair);
    return good && (!ob_client_failed(pair->other.client) ||
                    hw_error_set(error, "%.300s", pair->other.report->str));
}

bool lab_pair_begin(LabPair *pair, HwError *error)
{
    bool is_new = pair->counts.steps == 0;

    return (is_new || !lab_known_find(pair->knowns, LAB_KNOWN_LEAVE, "reset") ||
            lab_pair_renew(pair, error)) &&
           lab_pair_reset(pair, error);
}

/* ------------------------------------------------------------------------------ its life */

static void target_end(LabPair *p)
{
    ob_client_free(g_steal_pointer(&p->client));
    ob_lab_target_free(g_steal_pointer(&p->target));
}

static bool target_start(LabPair *p, HwError *error)
{
    p->target = ob_lab_target_new(p->setup, error);
    p->client = p->target ? ob_client_in_process(p->target->host) : NULL;
    return p->target != NULL;
}

bool lab_pair_renew(LabPair *pair, HwError *error)
{
    target_end(pair);
    return target_start(pair, error) && other_start(pair, error);
}

bool lab_pair_start(LabPair *pair, const LabArguments *arguments, const ObLabSetup *setup,
                    HwError *error)
{
    *pair = (LabPair) { .arguments = arguments,
                        .setup = setup,
                        .keys = g_array_new(false, false, sizeof(uint16_t)) };
    if (!target_start(pair, error)) {
        return false;
    }
    pair->is_virt = !ob_host_machine(pair->target->host)->has_io_ports;
    if (!head_make(pair, setup, error) || !other_start(pair, error)) {
        return false;
    }
    pair->knowns = lab_knowns_read(arguments->known, is_qemu(pair) ? pair->release : NULL, error);
    return pair->knowns != NULL;
}

void lab_pair_clear(LabPair *pair)
{
    other_end(pair);
    lab_knowns_free(pair->knowns);
    ob_lab_script_free(pair->head);
    target_end(pair);
    g_array_unref(pair->keys);
    g_free(pair->release);
    g_free(pair->more);
}
