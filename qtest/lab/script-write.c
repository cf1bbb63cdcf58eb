/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <inttypes.h>
#include <string.h>

#include "qtest/lab/script.h"
#include "qtest/machine/core/host-internal.h"

static const char widths[] = "bwlq";

/* ------------------------------------------------------------------------- the head */

static bool has_option(const ObLabDevice *device, const char *key)
{
    for (uint32_t i = 0; i < device->option_count; i++) {
        if (strcmp(device->options[i].key, key) == 0 &&
            strcmp(device->options[i].value, "auto") != 0) {
            return true;
        }
    }
    return false;
}

/* Another host may choose other addresses. */
static void addresses_write(GString *out, const ObLabDevice *device, const HwInstance *instance)
{
    const HwProperties *properties = &instance->cls->table.properties;

    for (uint32_t i = 0; i < properties->count; i++) {
        const HwProperty *row = &properties->entries[i];

        if (row->type == HW_PROPERTY_ADDRESS && !has_option(device, row->name)) {
            uint64_t address;

            memcpy(&address, (const uint8_t *)instance->dev + row->offset, sizeof(address));
            if (address != HW_ADDRESS_AUTO) {
                g_string_append_printf(out, ",%s=0x%" PRIx64, row->name, address);
            }
        }
    }
}

static void value_write(GString *out, const char *value)
{
    for (; *value; value++) {
        g_string_append(out, *value == ',' ? ",," : (char[]) { *value, '\0' });
    }
}

static void device_write(GString *out, const ObLabDevice *device, const HwInstance *instance)
{
    g_string_append_printf(out, "# lab: device %s", device->cls);
    for (uint32_t i = 0; i < device->option_count; i++) {
        if (strcmp(device->options[i].value, "auto") != 0) {
            g_string_append_printf(out, ",%s=", device->options[i].key);
            value_write(out, device->options[i].value);
        }
    }
    addresses_write(out, device, instance);
    g_string_append_c(out, '\n');
}

static void head_write(GString *out, const ObLabTarget *t, const ObLabSetup *setup)
{
    const HwPlugin *plugin = hw_plugin_set_plugin(t->host->sets->pdata[0]);

    g_string_append_printf(out, "# lab: script %d\n", OB_LAB_SCRIPT_VERSION);
    g_string_append_printf(out, "# lab: plugin %s %s\n", plugin->name, plugin->version);
    g_string_append_printf(out, "# lab: machine %s %s\n",
                           setup->architecture ? setup->architecture : "x86_64",
                           ob_host_machine(t->host)->name);
    if (setup->tpm) {
        g_string_append_printf(out, "# lab: tpm %s\n", setup->tpm);
    }
    for (uint32_t i = 0; i < setup->device_count; i++) {
        device_write(out, &setup->devices[i], t->devices->pdata[i]);
    }
}

/* ------------------------------------------------------------------------ the steps */

/* "flawed STATUS <- 0x1 (done)" */
static void access_name(GString *out, const ObLabAccess *access, const ObLabStep *step)
{
    const HwRegister *reg = ob_lab_register(access);
    uint32_t lane = 8 * (uint32_t)(access->offset & 3);
    char value[200];

    if (!access->region) {
        return;
    }
    g_string_append_printf(out, "# %s %s", access->region->instance->id,
                           reg ? reg->name : access->region->table->name);
    if (!reg || access->offset % 4) {
        g_string_append_printf(out, " + %" PRIu64, reg ? access->offset % 4 : access->offset);
    }
    if (step->op == OB_LAB_STORE && reg) {
        hw_register_format(reg, (uint32_t)(step->value << lane), value, sizeof(value));
        g_string_append_printf(out, " <- %s", value);
    }
    g_string_append_c(out, '\n');
}

void ob_lab_line_write(GString *out, const ObLabAccess *access, const ObLabStep *step)
{
    bool is_port = access->space == HW_SPACE_IO;
    bool is_store = step->op == OB_LAB_STORE;

    g_string_append_printf(out, "%s%c 0x%" PRIx64,
                           is_port ? (is_store ? "out" : "in") : (is_store ? "write" : "read"),
                           widths[step->width & 3], access->address);
    if (is_store) {
        g_string_append_printf(out, " 0x%" PRIx64, step->value);
    }
    g_string_append_c(out, '\n');
}

static void access_write(GString *out, const ObLabTarget *t, const ObLabStep *step)
{
    ObLabAccess access = ob_lab_access(t, step);

    access_name(out, &access, step);
    if (!access.answers) {
        g_string_append(out, "# the BAR does not answer\n");
        return;
    }
    ob_lab_line_write(out, &access, step);
}

/* "# lab: VERB NAME OFFSET WIDTH", and the value. */
static void named_write(GString *out, const char *verb, const char *name, uint64_t offset,
                        uint32_t width, const ObLabStep *step)
{
    bool is_write = step->op == OB_LAB_FILE_WRITE || step->op == OB_LAB_CONFIG_WRITE;

    g_string_append_printf(out, "# lab: %s-%s %s 0x%" PRIx64 " %u", verb,
                           is_write ? "write" : "read", name, offset, width);
    if (is_write) {
        g_string_append_printf(out, " 0x%" PRIx64, step->value);
    }
    g_string_append_c(out, '\n');
}

static void file_write(GString *out, const ObLabTarget *t, const ObLabStep *step)
{
    const ObLabFile *file = ob_lab_file(t, step);

    if (file) {
        named_write(out, "file", file->name, ob_lab_offset_in_file(file, step), ob_lab_width(step),
                    step);
    }
}

static void config_write(GString *out, const ObLabTarget *t, const ObLabStep *step)
{
    const HwInstance *function = ob_lab_function(t, step);
    uint32_t size, offset = ob_lab_config_offset(step, &size);

    if (function) {
        named_write(out, "config", function->id, offset, size, step);
    }
}

static void line_write(GString *out, const ObLabTarget *t, const ObLabStep *step)
{
    uint32_t number;
    const HwInstance *input = ob_lab_input(t, step, &number);

    if (input) {
        g_string_append_printf(out, "# lab: line %s %u %u\n", input->id, number,
                               (unsigned)(step->value & 1));
    }
}

static void step_write(GString *out, const ObLabTarget *t, const ObLabStep *step)
{
    switch (step->op) {
    case OB_LAB_STORE:
    case OB_LAB_LOAD:
        access_write(out, t, step);
        break;
    case OB_LAB_FILE_WRITE:
    case OB_LAB_FILE_READ:
        file_write(out, t, step);
        break;
    case OB_LAB_CONFIG_WRITE:
    case OB_LAB_CONFIG_READ:
        config_write(out, t, step);
        break;
    case OB_LAB_CLOCK:
        g_string_append(out, "clock_step");
        if (step->value) {
            g_string_append_printf(out, " %" PRIu64, step->value);
        }
        g_string_append_c(out, '\n');
        break;
    case OB_LAB_LINE:
        line_write(out, t, step);
        break;
    default:
        g_string_append_printf(out, "# lab: %s\n", step->op == OB_LAB_RESET ? "reset" : "move");
        break;
    }
}

static bool is_same_load(const ObLabStep *step, const ObLabStep *check)
{
    return step->op == OB_LAB_LOAD && step->target == check->target &&
           step->width == check->width && step->offset == check->offset;
}

static void level_write(GString *out, const ObLabTarget *t, const ObLabFinding *finding)
{
    if (finding->reads) {
        step_write(out, t, &finding->check);
    }
    g_string_append_printf(out, "# lab: level %u %d %d\n", finding->line, finding->level,
                           !finding->level);
}

char *ob_lab_script_write(const ObLabTarget *target, const ObLabSetup *setup,
                          const ObLabStep *steps, size_t count, const ObLabFinding *finding)
{
    GString *out = g_string_new(NULL);
    bool has_check = finding && finding->has_check;

    if ((has_check || (finding && finding->reads)) && count &&
        is_same_load(&steps[count - 1], &finding->check)) {
        count--;
    }
    head_write(out, target, setup);
    if (finding) {
        g_string_append_printf(out, "# lab: found %s %s\n",
                               ob_lab_oracle_rows[finding->oracle].name, finding->text);
    }
    for (size_t i = 0; i < count; i++) {
        step_write(out, target, &steps[i]);
    }
    if (has_check) {
        g_string_append_printf(out, "# lab: answer 0x%" PRIx64 " 0x%" PRIx64 "\n", finding->seen,
                               finding->expected);
        step_write(out, target, &finding->check);
    } else if (finding && finding->has_level) {
        level_write(out, target, finding);
    }
    return g_string_free(out, FALSE);
}
