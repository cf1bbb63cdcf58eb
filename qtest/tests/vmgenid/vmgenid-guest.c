/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/tests/vmgenid/vmgenid-guest.h"

#include <string.h>

#include "hw-api/device/bytes.h"
#include "hw-api/device/error.h"
#include "hw-api/ext/fw-cfg.h"
#include "hw-api/ext/guest-memory.h"
#include "hw-api/ext/tpm-backend.h"
#include "hw-api/host/acpi/build.h"
#include "hw-api/host/run/property.h"
#include "hw-api/host/run/state.h"

#define ADDRESS_FILE "etc/vmgenid_addr"

static VmGenIdGuest *of(const HwDevice *dev)
{
    return hw_instance_of(dev)->owner;
}

/* ----------------------------------------------------------------- services */

static uint8_t *ram_at(VmGenIdGuest *s, uint64_t address, uint64_t size)
{
    uint64_t offset = address - GUEST_RAM;

    return offset <= GUEST_RAM_SIZE && size <= GUEST_RAM_SIZE - offset ? s->ram + offset : NULL;
}

static bool memory_read(HwDevice *dev, uint64_t address, void *buffer, uint64_t size)
{
    const uint8_t *at = ram_at(of(dev), address, size);

    return at && memcpy(buffer, at, size);
}

static bool memory_write(HwDevice *dev, uint64_t address, const void *buffer, uint64_t size)
{
    uint8_t *at = ram_at(of(dev), address, size);

    return at && memcpy(at, buffer, size);
}

/* clang-format off */
static const HwGuestMemory memory_service = {
    .abi = HW_ABI(HwGuestMemory), .read = memory_read, .write = memory_write,
};
/* clang-format on */

static const HwFwCfg fw_cfg_with_dma = { HW_ABI(HwFwCfg), HW_FW_CFG_DMA, 0 };
static const HwFwCfg fw_cfg_without_dma = { HW_ABI(HwFwCfg), 0, 0 };

static bool acpi_event(HwDevice *dev, uint32_t gpe, HwAcpiEvent *event)
{
    *event = (HwAcpiEvent) { HW_ACPI_EVENT_GPE, gpe };
    if (of(dev)->lacks & LACKS_GPE) {
        *event = (HwAcpiEvent) { HW_ACPI_EVENT_GED, 232 };
    }
    return !(of(dev)->lacks & LACKS_EVENT);
}

static void acpi_raise(HwDevice *dev, uint32_t gpe)
{
    g_assert_cmpuint(gpe, ==, 5);
    of(dev)->notifications++;
}

/* clang-format off */
static HwAcpi acpi_service = {
    .abi = HW_ABI(HwAcpi), .event = acpi_event, .raise = acpi_raise,
};
/* clang-format on */

static void tpm_stir(HwDevice *dev, const void *entropy, uint32_t size)
{
    g_assert_cmpuint(size, <=, sizeof(of(dev)->entropy));
    memcpy(of(dev)->entropy, entropy, size);
    of(dev)->stirs++;
}

/* clang-format off */
static const HwTpmBackendService tpm_service = {
    .abi = HW_ABI(HwTpmBackendService), .stir = tpm_stir,
};
/* clang-format on */

/* --------------------------------------------------------------------- host */

static const void *host_query(const HwHost *host, const char *service)
{
    const VmGenIdGuest *s = (const VmGenIdGuest *)host;
    const struct {
        const char *name;
        const void *service;
        unsigned needs;
    } services[] = {
        { HW_GUEST_MEMORY, &memory_service, 0 },
        { HW_FW_CFG, s->lacks & LACKS_DMA ? &fw_cfg_without_dma : &fw_cfg_with_dma, LACKS_FW_CFG },
        { HW_ACPI, &acpi_service, LACKS_ACPI },
        { HW_TPM_BACKEND, &tpm_service, LACKS_TPM },
    };

    for (size_t i = 0; i < G_N_ELEMENTS(services); i++) {
        if (strcmp(services[i].name, service) == 0) {
            return s->instance && s->lacks & services[i].needs ? NULL : services[i].service;
        }
    }
    return NULL;
}

static void host_log(HwDevice *dev, uint32_t level, const char *text)
{
    (void)level;
    g_strlcpy(of(dev)->log, text, sizeof(of(dev)->log));
}

static bool instance_set(VmGenIdGuest *s, const char *properties)
{
    g_auto(GStrv) words = g_strsplit(properties, ",", -1);

    for (char **word = words; *word; word++) {
        char *value = strchr(*word, '=');

        g_assert_nonnull(value);
        *value = '\0';
        if (!hw_instance_set(s->instance, *word, value + 1, &s->error)) {
            return false;
        }
    }
    return true;
}

VmGenIdGuest *vmgenid_guest_try(unsigned lacks, const char *properties, char **sentence)
{
    VmGenIdGuest *s = g_new0(VmGenIdGuest, 1);

    hw_acpi_build_offer(&acpi_service);
    s->host = (HwHost) { HW_ABI(HwHost), "test", host_query, host_log, NULL };
    s->lacks = lacks;
    s->error = (HwError) { s->sentence, sizeof(s->sentence), 0 };
    s->set = hw_plugin_set_load(g_getenv("OUTBOARD_SET"), &s->host, NULL, 0, &s->error);
    g_assert_cmpstr(s->sentence, ==, "");
    s->instance = hw_instance_new(&s->host, hw_plugin_set_find(s->set, "vmgenid"), NULL, s);
    if (!instance_set(s, properties) || !hw_instance_realize(s->instance, &s->error)) {
        *sentence = g_strdup(s->sentence);
        vmgenid_guest_free(s);
        return NULL;
    }
    hw_instance_reset(s->instance);
    return s;
}

VmGenIdGuest *vmgenid_guest_new(const char *properties)
{
    char *sentence;
    VmGenIdGuest *guest = vmgenid_guest_try(LACKS_NOTHING, properties, &sentence);

    g_assert_nonnull(guest);
    return guest;
}

void vmgenid_guest_free(VmGenIdGuest *s)
{
    hw_instance_free(s->instance);
    hw_plugin_set_free(s->set);
    g_free(s);
}

/* -------------------------------------------------------------------- guest */

static const HwFwCfgFile *file_find(VmGenIdGuest *s, const char *name)
{
    const HwFwCfgFiles *files = &s->instance->cls->table.fw_cfg_files;

    for (uint32_t i = 0; i < files->count; i++) {
        if (strcmp(files->entries[i].name, name) == 0) {
            return &files->entries[i];
        }
    }
    g_assert_not_reached();
}

const uint8_t *vmgenid_guest_file(VmGenIdGuest *s, const char *name, uint32_t *size)
{
    const HwFwCfgFile *file = file_find(s, name);

    *size = file->size;
    return (const uint8_t *)s->instance->dev + file->offset;
}

void vmgenid_guest_write(VmGenIdGuest *s, uint32_t offset, const void *bytes, uint32_t size)
{
    const HwFwCfgFile *file = file_find(s, ADDRESS_FILE);

    g_assert_true(file->flags & HW_FW_CFG_GUEST_WRITABLE);
    g_assert_cmpuint(offset + size, <=, file->size);
    memcpy((uint8_t *)s->instance->dev + file->offset + offset, bytes, size);
    file->written(s->instance->dev, offset, size);
}

void vmgenid_guest_write_address(VmGenIdGuest *s, uint64_t address)
{
    uint8_t bytes[8];

    hw_store_le(bytes, address, 8);
    vmgenid_guest_write(s, 0, bytes, 8);
}

void vmgenid_guest_boot(VmGenIdGuest *s, uint64_t blob)
{
    uint32_t size;
    const uint8_t *bytes = vmgenid_guest_file(s, "etc/vmgenid_guid", &size);

    file_find(s, "etc/vmgenid_guid")->selected(s->instance->dev);
    memcpy(ram_at(s, blob, size), bytes, size);
    vmgenid_guest_write_address(s, blob + 0x28);
}

void vmgenid_guest_assert_ram(VmGenIdGuest *s, uint64_t address, const char *bytes)
{
    g_assert_cmpmem(ram_at(s, address, 16), 16, bytes, 16);
}

/* -------------------------------------------------------------------- state */

static void save_field(void *opaque, const HwStateField *field, const uint8_t *bytes)
{
    g_byte_array_append(opaque, bytes, field->size * field->count);
}

static void save_subsection(void *opaque, const HwState *state)
{
    uint8_t head[2] = { 5, (uint8_t)strlen(state->name) };
    uint8_t version[4];

    hw_store_be32(version, state->version);
    g_byte_array_append(opaque, head, sizeof(head));
    g_byte_array_append(opaque, (const uint8_t *)state->name, head[1]);
    g_byte_array_append(opaque, version, sizeof(version));
}

static void save_subsection_end(void *opaque)
{
    (void)opaque;
}

GByteArray *vmgenid_guest_save(VmGenIdGuest *s)
{
    GByteArray *state = g_byte_array_new();
    const HwStateSink sink = { state, save_field, save_subsection, save_subsection_end };

    g_assert_true(hw_state_save(s->instance, &sink, NULL));
    return state;
}

void vmgenid_guest_load(VmGenIdGuest *s, const GByteArray *state)
{
    g_assert_true(hw_state_load(s->instance, 1, state->data, state->len, &s->error));
    hw_instance_update(s->instance);
}

void vmgenid_guest_load_address(VmGenIdGuest *s, uint64_t address)
{
    g_autoptr(GByteArray) state = g_byte_array_new();

    g_byte_array_set_size(state, 8);
    hw_store_le(state->data, address, 8);
    vmgenid_guest_load(s, state);
}

/* --------------------------------------------------------------- properties */

char *vmgenid_guest_get(VmGenIdGuest *s, const char *property)
{
    char text[256];

    hw_instance_get(s->instance, hw_instance_property(s->instance, property), text, sizeof(text));
    return g_strdup(text);
}

bool vmgenid_guest_set(VmGenIdGuest *s, const char *property, const char *text)
{
    s->sentence[0] = '\0';
    return hw_instance_set(s->instance, property, text, &s->error);
}
