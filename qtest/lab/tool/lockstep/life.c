/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The other program: its start, its end, and how both machines get to the same state. */
#include <stdio.h>
#include <string.h>

#include "hw-api/device/error.h"
#include "qtest/client/drivers/fw-cfg.h"
#include "qtest/lab/tool/lockstep/pair.h"
#include "qtest/machine/core/host-internal.h"
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

bool lab_pair_reset(LabPair *pair, HwError *error)
{
    bool is_gone = !pair->other.client || ob_client_failed(pair->other.client);

    return (!is_gone || other_start(pair, error)) && lab_pair_reset_both(pair, error) &&
           (!ob_client_failed(pair->other.client) ||
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
