/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/machine/snapshot/snapshot.h"

#include <string.h>

#include "hw-api/device/error.h"
#include "hw-api/host/tpm/tpm.h"
#include "qtest/machine/snapshot/snapshot-internal.h"
#include "qtest/machine/chardev/chardev.h"
#include "qtest/machine/net/net.h"
#include "qtest/machine/parts/fw-cfg-internal.h"
#include "qtest/machine/pci/pci.h"

struct ObSnapshot {
    ObHost *host;
    uint32_t changes;   /* the host's */
    GPtrArray *devices; /* ObKeptDevice */
    GPtrArray *blocks;  /* ObKeptRam, by the number of the block */
    GPtrArray *tpms;    /* HwTpmKept */
    ObClockKept *clock;
    ObIrqLine *lines;
    ObFwCfgKept fw_cfg;
    ObPciKept *pci; /* NULL: the machine has no PCI */
    uint64_t pages;
};

/* ---------------------------------------------------------------------- taking */

/* Monitors and qtest have byte streams too, which no device sees. */
static bool has_byte_stream(const ObHost *host)
{
    const ObChardevStream *stream;
    bool found = false;

    for (uint32_t i = 0; !found && (stream = ob_chardev_at(host, i)); i++) {
        found = ob_chardev_has_device(stream);
    }
    return found;
}

/* Names a part that belongs to others, or is on its way to them; NULL: there is none. */
static const char *without_copy(const ObHost *host)
{
    if (host->base.vcpus) {
        return "the registers of vCPUs";
    }
    if (ob_netdev_at(host, 0) || ob_net_port_at(host, 0)) {
        return "a network";
    }
    if (has_byte_stream(host)) {
        return "a byte stream";
    }
    if (host->i2c_buses->len) {
        return "an I2C bus";
    }
    return host->saves ? "a migration under way" : NULL;
}

static bool host_check(const ObHost *host, HwError *error)
{
    const char *without = without_copy(host);

    if (without) {
        return hw_error_set(error, "snapshot: the machine has %s, which can't be put back",
                            without);
    }
    for (guint i = 0; i < host->blocks->len; i++) {
        const ObRamBlock *block = host->blocks->pdata[i];

        if (block->is_file) {
            return hw_error_set(error,
                                "snapshot: RAM '%s' is shared with a file or other processes, "
                                "expected RAM of the host alone",
                                block->name);
        }
    }
    return true;
}

static bool devices_keep(ObSnapshot *s, HwError *error)
{
    HwInstance *instance;

    for (uint32_t i = 0; (instance = ob_host_instance_at(s->host, i)); i++) {
        ObKeptDevice *kept;
        bool good = ob_kept_device_new(instance, &kept, error);

        if (kept) {
            g_ptr_array_add(s->devices, kept);
        }
        if (!good) {
            return false;
        }
    }
    return true;
}

static bool tpms_keep(ObSnapshot *s, HwError *error)
{
    for (uint32_t i = 0; i < hw_tpm_count(s->host->base.tpms); i++) {
        HwTpmKept *kept = hw_tpm_keep(s->host->base.tpms, i, error);

        if (!kept) {
            return false;
        }
        g_ptr_array_add(s->tpms, kept);
    }
    return true;
}

static void parts_keep(ObSnapshot *s)
{
    ObHost *host = s->host;

    s->clock = ob_clock_keep(&host->clock);
    s->lines = g_memdup2(host->irqs.lines, host->irqs.count * sizeof(ObIrqLine));
    if (host->fw_cfg) {
        s->fw_cfg = ob_fw_cfg_keep(host->fw_cfg);
    }
    if (host->pci) {
        s->pci = ob_pci_keep(host->pci);
    }
    ob_ram_track(host, s);
    for (guint i = 0; i < host->blocks->len; i++) {
        g_ptr_array_add(s->blocks, ob_kept_ram_new(host->blocks->pdata[i], s));
    }
}

ObSnapshot *ob_snapshot_new(ObHost *host, HwError *error)
{
    ObSnapshot *s;

    ob_host_remove_left(host);
    if (!host_check(host, error)) {
        return NULL;
    }
    ob_host_quiesce(host);
    s = g_new0(ObSnapshot, 1);
    s->host = host;
    s->changes = host->changes;
    s->devices = g_ptr_array_new_with_free_func((GDestroyNotify)ob_kept_device_free);
    s->blocks = g_ptr_array_new_with_free_func((GDestroyNotify)ob_kept_ram_free);
    s->tpms = g_ptr_array_new_with_free_func((GDestroyNotify)hw_tpm_kept_free);
    if (!devices_keep(s, error) || !tpms_keep(s, error)) {
        ob_snapshot_free(s);
        return NULL;
    }
    parts_keep(s);
    return s;
}

void ob_snapshot_free(ObSnapshot *snapshot)
{
    if (!snapshot) {
        return;
    }
    ob_ram_untrack(snapshot->host, snapshot);
    g_ptr_array_unref(snapshot->devices);
    g_ptr_array_unref(snapshot->blocks);
    g_ptr_array_unref(snapshot->tpms);
    if (snapshot->clock) {
        ob_clock_kept_free(snapshot->clock);
    }
    g_free(snapshot->lines);
    ob_pci_kept_free(snapshot->pci);
    g_free(snapshot);
}

/* ----------------------------------------------------------------- putting back */

/* Threads may work on a command: wait for them, then put back what their answers change. */
static void work_forget(ObHost *host)
{
    if (hw_executor_is_threaded(host->executor)) {
        ob_host_quiesce(host);
    }
    for (guint i = 0; i < host->devices->len; i++) {
        hw_deferred_forget(((ObDevice *)host->devices->pdata[i])->deferred);
    }
}

/* Whoever watches a line is told of its level. */
static void lines_restore(ObIrqs *irqs, const ObIrqLine *lines)
{
    for (uint32_t i = 0; i < irqs->count; i++) {
        if (irqs->lines[i].level != lines[i].level) {
            ob_irqs_set(irqs, lines[i].driver, i, lines[i].level);
        }
        irqs->lines[i].driver = lines[i].driver;
    }
}

static void ram_restore(ObSnapshot *s, bool keeps_streamed)
{
    s->pages = 0;
    for (guint i = 0; i < s->blocks->len; i++) {
        const ObRamBlock *block = s->host->blocks->pdata[i];

        if (!keeps_streamed || !block->in_stream) {
            s->pages += ob_kept_ram_restore(s->blocks->pdata[i]);
        }
    }
}

static void parts_restore(ObSnapshot *s)
{
    ObHost *host = s->host;

    for (guint i = 0; i < s->devices->len; i++) {
        ob_kept_device_restore(s->devices->pdata[i]);
    }
    if (s->pci) {
        ob_pci_put_back(host->pci, s->pci);
    }
    if (host->fw_cfg) {
        ob_fw_cfg_put_back(host->fw_cfg, &s->fw_cfg);
    }
    lines_restore(&host->irqs, s->lines);
}

static bool clock_restore(ObSnapshot *s, HwError *error)
{
    return ob_clock_put_back(&s->host->clock, s->clock) ||
           hw_error_set(error, "snapshot: a device has freed a timer, expected it to be kept");
}

static bool tpms_restore(ObSnapshot *s, HwError *error)
{
    for (guint i = 0; i < s->tpms->len; i++) {
        if (!hw_tpm_put_back(s->host->base.tpms, s->tpms->pdata[i], error)) {
            return false;
        }
    }
    return true;
}

static bool restore(ObSnapshot *snapshot, bool keeps_streamed, HwError *error)
{
    if (snapshot->changes != snapshot->host->changes) {
        return hw_error_set(error, "snapshot: devices have come or gone, expected those that the "
                                   "snapshot has");
    }
    work_forget(snapshot->host);
    if (!clock_restore(snapshot, error)) {
        return false;
    }
    ram_restore(snapshot, keeps_streamed);
    parts_restore(snapshot);
    /* Devices that were loaded have set their timers. */
    return clock_restore(snapshot, error) && tpms_restore(snapshot, error);
}

bool ob_snapshot_restore(ObSnapshot *snapshot, HwError *error)
{
    return restore(snapshot, false, error);
}

bool ob_snapshot_restore_around_ram(ObSnapshot *snapshot, HwError *error)
{
    return restore(snapshot, true, error);
}

uint64_t ob_snapshot_pages(const ObSnapshot *snapshot)
{
    return snapshot->pages;
}
