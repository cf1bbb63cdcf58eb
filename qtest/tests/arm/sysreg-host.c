/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/tests/arm/sysreg-host.h"

#include <errno.h>
#include <string.h>

#include "hw-api/device/bytes.h"
#include "qtest/machine/board.h"

#define WINDOW_WORDS (ARM_SYSREG_WINDOW / 4)

/* -------------------------------------------------------------------- kernel */

static int faulty_list(HwVcpus *vcpus, uint32_t vcpu, uint64_t *ids, uint32_t *count)
{
    FaultyVcpus *f = (FaultyVcpus *)vcpus;
    uint32_t room = *count;
    int answer = f->behind->list(f->behind, vcpu, ids, count);

    if (f->extra_id && answer == 0) {
        if (*count == room) {
            answer = -E2BIG;
        } else {
            ids[*count] = f->extra_id;
        }
    }
    *count += f->extra_id != 0;
    if (room == 0) {
        *count += f->surplus;
    }
    if (f->growing > 0 && room > 0) {
        f->growing--;
        *count = room + 1;
        return -E2BIG;
    }
    return answer;
}

static int faulty_get(HwVcpus *vcpus, uint32_t vcpu, uint64_t id, void *value)
{
    FaultyVcpus *f = (FaultyVcpus *)vcpus;

    return f->behind->get(f->behind, vcpu, id, value);
}

static int faulty_set(HwVcpus *vcpus, uint32_t vcpu, uint64_t id, const void *value)
{
    FaultyVcpus *f = (FaultyVcpus *)vcpus;

    if (id == f->refused_id) {
        return f->refusal;
    }
    return f->behind->set(f->behind, vcpu, id, value);
}

static bool faulty_has_run(HwVcpus *vcpus)
{
    FaultyVcpus *f = (FaultyVcpus *)vcpus;

    return f->behind->has_run(f->behind);
}

/* ---------------------------------------------------------------------- host */

static void log_line(void *opaque, const char *device, uint32_t level, const char *text)
{
    SysregHost *h = opaque;

    (void)device;
    g_string_append_printf(h->log, "%u %s\n", level, text);
}

HwRegsFile *sysreg_file(const char *name)
{
    g_autofree char *path = g_build_filename(g_getenv("OB_KVM_ARM64"), name, NULL);
    HW_ERROR(error, 300);
    HwRegsFile *file = hw_regs_load(path, &error);

    if (!file) {
        g_error("%s", error.text);
    }
    return file;
}

HwVcpuModel *sysreg_model(const HwRegsFile *file, const char *settings)
{
    HwVcpuModel *model = hw_vcpu_model_new(file, 2);
    g_auto(GStrv) words = g_strsplit(settings, " ", 0);
    HW_ERROR(error, 300);

    for (char **word = words; *word; word++) {
        g_auto(GStrv) pair = g_strsplit(*word, "=", 2);

        if (**word && !hw_vcpu_model_configure(model, pair[0], pair[1], &error)) {
            g_error("%s", error.text);
        }
    }
    return model;
}

void sysreg_host_up_file(SysregHost *h, const HwRegsFile *file, const char *settings)
{
    const ObHostConfig config = {
        .architecture = "aarch64", .machine = "virt", .log = log_line, .opaque = h
    };

    *h = (SysregHost) { .error = { h->text, sizeof(h->text), 0 }, .log = g_string_new(NULL) };
    h->model = sysreg_model(file, settings);
    h->faulty.behind = hw_vcpu_model_vcpus(h->model);
    h->faulty.vcpus = (HwVcpus) { 2, faulty_list, faulty_get, faulty_set, faulty_has_run };
    h->host = ob_host_new(&config, &h->error);
    ob_host_set_vcpus(h->host, &h->faulty.vcpus);
    if (!ob_host_load_plugins(h->host, g_getenv("OUTBOARD_SET"), &h->error)) {
        g_error("%s", h->text);
    }
}

void sysreg_host_up(SysregHost *h, const char *name, const char *settings)
{
    HwRegsFile *file = sysreg_file(name);

    sysreg_host_up_file(h, file, settings);
    hw_regs_free(file);
}

void sysreg_host_down(SysregHost *h)
{
    ob_host_free(h->host);
    hw_vcpu_model_free(h->model);
    g_string_free(h->log, TRUE);
}

bool sysreg_device_try(SysregHost *h, const char *options)
{
    g_auto(GStrv) words = g_strsplit(options, " ", 0);
    GPtrArray *pairs = g_ptr_array_new_with_free_func((GDestroyNotify)g_strfreev);
    ObOption list[16];
    uint32_t count = 0;

    for (char **word = words; *word; word++) {
        char **pair = g_strsplit(*word, "=", 2);

        g_ptr_array_add(pairs, pair);
        if (**word) {
            g_assert_cmpuint(count, <, G_N_ELEMENTS(list));
            list[count++] = (ObOption) { pair[0], pair[1] };
        }
    }
    h->text[0] = '\0';
    h->device = ob_host_add_device(h->host, "arm-sysreg-sync", list, count, &h->error);
    g_ptr_array_free(pairs, TRUE);
    if (h->device) {
        h->base = h->device->regions[0].address;
    }
    return h->device;
}

void sysreg_device(SysregHost *h, const char *options)
{
    if (!sysreg_device_try(h, options)) {
        g_error("%s", h->text);
    }
}

/* -------------------------------------------------------------------- window */

uint32_t sysreg_readl(SysregHost *h, uint32_t offset)
{
    return (uint32_t)ob_host_load(h->host, HW_SPACE_MEMORY, h->base + offset, 4);
}

uint64_t sysreg_read(SysregHost *h, uint32_t offset)
{
    return ob_host_load(h->host, HW_SPACE_MEMORY, h->base + offset, 8);
}

uint32_t sysreg_command(SysregHost *h, uint32_t command)
{
    ob_host_store(h->host, HW_SPACE_MEMORY, h->base + ARM_SYSREG_COMMAND, command, 4);
    return sysreg_readl(h, ARM_SYSREG_STATUS);
}

static uint32_t value_command(SysregHost *h, uint32_t command, uint64_t value)
{
    ob_host_store(h->host, HW_SPACE_MEMORY, h->base + ARM_SYSREG_VALUE, value, 8);
    return sysreg_command(h, command);
}

void sysreg_select(SysregHost *h, uint64_t id)
{
    g_assert_cmpuint(value_command(h, ARM_SYSREG_FIND, id), ==, 0);
}

uint32_t sysreg_write(SysregHost *h, uint32_t command, uint64_t id, uint64_t value)
{
    sysreg_select(h, id);
    return value_command(h, command, value);
}

uint64_t sysreg_list(SysregHost *h, uint64_t id)
{
    sysreg_select(h, id);
    return sysreg_read(h, ARM_SYSREG_LIST);
}

uint64_t sysreg_state(SysregHost *h, uint64_t id)
{
    sysreg_select(h, id);
    return sysreg_read(h, ARM_SYSREG_STATE);
}

uint32_t sysreg_flags(SysregHost *h, uint64_t id)
{
    sysreg_select(h, id);
    return sysreg_readl(h, ARM_SYSREG_FLAGS);
}

uint64_t sysreg_kernel(SysregHost *h, uint64_t id)
{
    uint64_t value = 0;

    g_assert_cmpint(h->faulty.behind->get(h->faulty.behind, 0, id, &value), ==, 0);
    return value;
}

void sysreg_kernel_set(SysregHost *h, uint64_t id, uint64_t value)
{
    g_assert_true(hw_vcpu_model_poke(h->model, 0, id, value));
}

/* ------------------------------------------------------------------- streams */

static void append_be32(GByteArray *to, uint32_t value)
{
    uint8_t bytes[4];

    hw_store_be32(bytes, value);
    g_byte_array_append(to, bytes, sizeof(bytes));
}

static void append_be64(GByteArray *to, uint64_t value)
{
    append_be32(to, (uint32_t)(value >> 32));
    append_be32(to, (uint32_t)value);
}

static void field_append(void *opaque, const HwStateField *field, const uint8_t *bytes)
{
    g_byte_array_append(opaque, bytes, field->size * field->count);
}

GByteArray *sysreg_save(SysregHost *h)
{
    GByteArray *section = g_byte_array_new();
    const HwStateSink sink = { .opaque = section, .field = field_append };

    g_assert_true(hw_state_save(h->device, &sink, &h->error));
    return section;
}

GByteArray *sysreg_section(uint32_t vcpu, const HwVcpuEntry *list, uint32_t count)
{
    GByteArray *section = g_byte_array_new();

    for (uint32_t i = 0; i < WINDOW_WORDS; i++) {
        append_be32(section, 0);
    }
    append_be32(section, vcpu);
    append_be32(section, 16 * count);
    for (uint32_t i = 0; i < count; i++) {
        append_be64(section, list[i].id);
        append_be64(section, list[i].value);
    }
    return section;
}

GArray *sysreg_section_list(const GByteArray *section)
{
    const uint8_t *at = section->data + 4 * WINDOW_WORDS + 4;
    GArray *list = g_array_new(FALSE, FALSE, sizeof(HwVcpuEntry));
    uint32_t count = hw_load_be32(at) / 16;

    for (at += 4; count > 0; count--, at += 16) {
        HwVcpuEntry entry = {
            (uint64_t)hw_load_be32(at) << 32 | hw_load_be32(at + 4),
            (uint64_t)hw_load_be32(at + 8) << 32 | hw_load_be32(at + 12),
        };

        g_array_append_val(list, entry);
    }
    return list;
}

bool sysreg_load(SysregHost *h, const GByteArray *section)
{
    h->text[0] = '\0';
    if (!hw_state_load(h->device, 1, section->data, section->len, &h->error)) {
        return false;
    }
    hw_instance_update(h->device);
    return true;
}
