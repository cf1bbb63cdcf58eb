/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/machine/state/load.h"

#include "hw-api/device/bytes.h"
#include "hw-api/device/error.h"
#include "hw-api/host/tpm/state/section.h"
#include "qtest/machine/core/host-internal.h"
#include "qtest/machine/core/sections.h"
#include "qtest/machine/pci/pci.h"
#include "qtest/machine/state/clock-section.h"
#include "qtest/machine/state/device-load.h"
#include "qtest/machine/state/foreign.h"
#include "qtest/machine/state/net-sections.h"
#include "qtest/machine/state/ram-stage.h"
#include "qtest/machine/state/save.h"
#include "qtest/machine/state/tpm-sections.h"

#include <inttypes.h>
#include <string.h>

struct ObLoad {
    ObHost *host;
    ObVmReader *reader;
    ObRamStage *ram;
    GPtrArray *devices; /* ObDeviceLoad */
    GPtrArray *tpms;    /* ObTpmLoad */
    GPtrArray *nets;    /* ObNetLoad */
    ObForeign *foreign;
    bool local, own;
    bool pages_begun;
    int64_t clock; /* the virtual clock; -1: the stream has none, and it stays */
    char runstate[OB_RUNSTATE_LENGTH];
    bool done;
};

/* --------------------------------------------------------------------- RAM */

static bool load_ram_blocks(void *opaque, const ObVmBlock *blocks, uint32_t count, HwError *error)
{
    ObLoad *s = opaque;

    return ob_ram_stage_add(s->ram, blocks, count, ob_vm_reader_page_size(s->reader), error);
}

static bool load_ram_page(void *opaque, uint32_t block, uint64_t offset, const uint8_t *data,
                          HwError *error)
{
    ObLoad *s = opaque;

    (void)error;
    ob_ram_stage_page(s->ram, block, offset, data, ob_vm_reader_page_size(s->reader));
    return true;
}

static bool load_ram_pass(void *opaque, bool last, HwError *error)
{
    (void)last;
    (void)error;
    ((ObLoad *)opaque)->pages_begun = true;
    return true;
}

/* ---------------------------------------------------------------- sections */

static bool load_machine(void *opaque, const char *name, HwError *error)
{
    const ObLoad *s = opaque;

    return !strcmp(name, s->host->stream_name) ||
           hw_error_set(error, "Machine type received is '%s' and local is '%s'", name,
                        s->host->stream_name);
}

static bool is_global_state(const ObVmSection *section)
{
    return !strcmp(section->name, OB_GLOBAL_STATE) && section->instance == 0;
}

static bool is_tpm(const ObVmSection *section)
{
    return !strcmp(section->name, HW_TPM_SECTION_NAME);
}

/* True if the host has a class for the section, but no device. */
static bool section_is_missing(const ObHost *host, const ObVmSection *section)
{
    return is_tpm(section) ? ob_tpm_section_backend(host->base.tpms, section->instance) < 0
                           : ob_section_is_known(host, section->name) &&
                                 !ob_section_device(host, section->name, section->instance);
}

/* Refuses missing devices; other sections that match no device of this host are foreign. */
static bool load_section_begin(void *opaque, const ObVmSection *section, HwError *error)
{
    const ObLoad *s = opaque;

    if (section_is_missing(s->host, section)) {
        return hw_error_set(error,
                            "Unknown savevm section or instance '%s' %" PRIu32 ". Make "
                            "sure that your current VM setup matches your saved VM setup, "
                            "including any hotplugged devices",
                            section->name, section->instance);
    }
    return true;
}

static bool global_state_load(ObLoad *s, const uint8_t *payload, size_t size, HwError *error)
{
    uint32_t length = size == 4 + OB_RUNSTATE_LENGTH ? hw_load_be32(payload) : 0;

    if (length == 0 || length > OB_RUNSTATE_LENGTH || payload[4 + length - 1] != '\0') {
        return hw_error_set(error, "globalstate: the runstate is malformed: %" PRIu32 " bytes",
                            length);
    }
    memcpy(s->runstate, payload + 4, length);
    return true;
}

static bool tpm_load(ObLoad *s, const ObVmSection *section, const uint8_t *payload, size_t size,
                     HwError *error)
{
    ObTpmLoad *load = ob_tpm_load_prepare(s->host->base.tpms, section, payload, size, s->local,
                                          s->own, error);

    if (load) {
        g_ptr_array_add(s->tpms, load);
    }
    return load != NULL;
}

static bool net_load(ObLoad *s, ObNetdev *netdev, const ObVmSection *section,
                     const uint8_t *payload, size_t size, HwError *error)
{
    ObNetLoad *load = ob_net_load_prepare(netdev, section, payload, size, error);

    if (load) {
        g_ptr_array_add(s->nets, load);
    }
    return load != NULL;
}

static bool load_section(void *opaque, const ObVmSection *section, const uint8_t *payload,
                         size_t size, const json_t *description, HwError *error)
{
    ObLoad *s = opaque;
    HwInstance *instance = ob_section_device(s->host, section->name, section->instance);
    ObNetdev *netdev = ob_net_section_netdev(s->host, section);
    ObDeviceLoad *load;

    if (is_global_state(section)) {
        return global_state_load(s, payload, size, error);
    }
    if (is_tpm(section)) {
        return tpm_load(s, section, payload, size, error);
    }
    if (netdev) {
        return net_load(s, netdev, section, payload, size, error);
    }
    if (ob_is_clock_section(section->name, section->instance) &&
        !ob_clock_section_read(section->version, payload, size, &s->clock, error)) {
        return false;
    }
    ob_ram_stage_section(s->ram, section->name, payload, size);
    if (!instance) {
        ob_foreign_add(s->foreign, section->name, section->instance, section->version,
                       payload ? payload : (const uint8_t *)"", size, description)
            ->early = !s->pages_begun;
        return true;
    }
    load = ob_device_load_prepare(instance, section->version, payload, size, error);
    if (load) {
        g_ptr_array_add(s->devices, load);
        ob_foreign_add(s->foreign, section->name, section->instance, section->version, NULL, 0,
                       NULL);
    }
    return load != NULL;
}

static ObVmMeasure global_state_measure(void *opaque, const ObVmSection *section,
                                        const uint8_t *bytes, size_t size, size_t *need,
                                        HwError *error)
{
    (void)opaque;
    (void)bytes;
    (void)size;
    *need = 0;
    if (section->version > OB_GLOBAL_STATE_VERSION) {
        hw_error_set(error, "savevm: unsupported version %" PRIu32 " for '" OB_GLOBAL_STATE "' v%u",
                     section->version, OB_GLOBAL_STATE_VERSION);
        return OB_VM_REFUSED;
    }
    *need = 4 + OB_RUNSTATE_LENGTH;
    return OB_VM_MEASURED;
}

/* ------------------------------------------------------------------- commit */

static void devices_restore(ObLoad *s)
{
    for (uint32_t i = s->devices->len; i > 0; i--) {
        ob_device_load_rollback(s->devices->pdata[i - 1]);
    }
}

static void devices_accept(ObLoad *s)
{
    for (uint32_t i = 0; i < s->devices->len; i++) {
        ob_device_load_accept(s->devices->pdata[i]);
    }
}

static bool devices_commit(ObLoad *s, HwError *error)
{
    for (uint32_t i = 0; i < s->devices->len; i++) {
        if (!ob_device_load_commit(s->devices->pdata[i], error)) {
            return false;
        }
    }
    return true;
}

static bool tpms_commit(ObLoad *s, HwError *error)
{
    for (uint32_t i = 0; i < s->tpms->len; i++) {
        if (!ob_tpm_load_commit(s->tpms->pdata[i], error)) {
            return false;
        }
    }
    return true;
}

static void nets_commit(ObLoad *s)
{
    for (uint32_t i = 0; i < s->nets->len; i++) {
        ob_net_load_commit(s->nets->pdata[i]);
    }
}

static void devices_update(ObLoad *s)
{
    HwInstance *instance;

    for (uint32_t i = 0; (instance = ob_host_instance_at(s->host, i)); i++) {
        hw_instance_update(instance);
    }
    for (uint32_t i = 0; i < s->devices->len; i++) {
        ob_device_load_end(s->devices->pdata[i]);
    }
}

static void pci_adopt(ObHost *host, const ObForeign *foreign)
{
    for (uint32_t i = 0; host->pci && i < foreign->sections->len; i++) {
        const ObForeignSection *section = foreign->sections->pdata[i];

        if (section->payload) {
            ob_pci_adopt(host->pci, section->name, section->payload, section->size);
        }
    }
}

static void foreign_adopt(ObLoad *s)
{
    pci_adopt(s->host, s->foreign);
    ob_ram_stage_give(s->ram, s->foreign);
    ob_foreign_free(s->host->foreign);
    s->host->foreign = g_steal_pointer(&s->foreign);
}

/* RAM and the clock come first, since a device may look at them in post_load.  The TPM (a machine
 * has one) comes last, since undoing its load is slow. */
static bool load_end(void *opaque, HwError *error)
{
    ObLoad *s = opaque;
    int64_t before = s->host->clock.now;

    if (!ob_ram_stage_check(s->ram, error)) {
        return false;
    }
    ob_host_quiesce(s->host);
    ob_clock_jump(&s->host->clock, s->clock < 0 ? before : s->clock);
    if (!ob_ram_stage_commit(s->ram, error) || !devices_commit(s, error) ||
        !tpms_commit(s, error)) {
        ob_clock_jump(&s->host->clock, before);
        ob_ram_stage_rollback(s->ram);
        devices_restore(s);
        devices_update(s);
        return false;
    }
    devices_accept(s);
    nets_commit(s);
    devices_update(s);
    foreign_adopt(s);
    s->done = true;
    return true;
}

/* --------------------------------------------------------------------- life */

static const ObVmEvents load_events = {
    .machine = load_machine,
    .ram_blocks = load_ram_blocks,
    .ram_page = load_ram_page,
    .ram_pass = load_ram_pass,
    .section_begin = load_section_begin,
    .section = load_section,
    .end = load_end,
};

void ob_load_set_local(ObLoad *load)
{
    load->local = true;
}

void ob_load_set_own(ObLoad *load)
{
    load->own = true;
}

ObLoad *ob_load_new(ObHost *host)
{
    ObLoad *s = g_new0(ObLoad, 1);
    HwInstance *instance;

    s->host = host;
    s->clock = -1;
    s->ram = ob_ram_stage_new(host);
    s->devices = g_ptr_array_new_with_free_func((GDestroyNotify)ob_device_load_free);
    s->tpms = g_ptr_array_new_with_free_func((GDestroyNotify)ob_tpm_load_free);
    s->nets = g_ptr_array_new_with_free_func((GDestroyNotify)ob_net_load_free);
    s->foreign = ob_foreign_new();
    s->reader = ob_vm_reader_new(&load_events, s);
    ob_vm_reader_know(s->reader, OB_GLOBAL_STATE, 0, global_state_measure, s);
    ob_vm_reader_know(s->reader, OB_CLOCK_SECTION, 0, ob_clock_section_measure, NULL);
    for (uint32_t i = 0; ob_tpm_section_backend(host->base.tpms, i) >= 0; i++) {
        ob_vm_reader_know(s->reader, HW_TPM_SECTION_NAME, i, ob_tpm_section_measure, NULL);
    }
    for (uint32_t i = 0; (instance = ob_host_instance_at(host, i)); i++) {
        g_autofree char *name = ob_section_name(instance);

        if (name) {
            ob_vm_reader_know(s->reader, name, instance->number, ob_device_measure, instance);
        }
    }
    return s;
}

void ob_load_free(ObLoad *load)
{
    if (load) {
        ob_vm_reader_free(load->reader);
        ob_ram_stage_free(load->ram);
        g_ptr_array_unref(load->devices);
        g_ptr_array_unref(load->tpms);
        g_ptr_array_unref(load->nets);
        ob_foreign_free(load->foreign);
        g_free(load);
    }
}

bool ob_load_feed(ObLoad *load, const uint8_t *bytes, size_t size)
{
    return ob_vm_reader_feed(load->reader, bytes, size);
}

bool ob_load_finish(ObLoad *load)
{
    return ob_vm_reader_finish(load->reader);
}

bool ob_load_done(const ObLoad *load)
{
    return load->done;
}

void ob_load_explain(const ObLoad *load, char *text, size_t capacity)
{
    ob_vm_refusal_format(ob_vm_reader_refusal(load->reader), text, capacity);
}

const char *ob_load_strerror(const ObLoad *load)
{
    return g_strerror(ob_vm_reader_refusal(load->reader)->error);
}

const char *ob_load_warning(const ObLoad *load)
{
    return ob_vm_reader_warning(load->reader);
}

const char *ob_load_runstate(const ObLoad *load)
{
    return load->runstate;
}
