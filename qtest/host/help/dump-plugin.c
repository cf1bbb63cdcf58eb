/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/host/help/dump-plugin.h"

#include <errno.h>
#include <glib.h>
#include <inttypes.h>
#include <string.h>

#include "hw-api/device/error.h"
#include "hw-api/ext/fw-cfg.h"
#include "hw-api/host/run/property-value.h"
#include "qtest/host/help/dump-plugin-internal.h"
#include "qtest/text/show.h"

const ObPluginWords ob_plugin_words = {
    .region_kinds = {
        [HW_REGION_REGISTERS] = "registers",
        [HW_REGION_MMIO] = "mmio",
        [HW_REGION_RAM] = "ram",
        [HW_REGION_ROM_DEVICE] = "rom-device",
    },
    .spaces = {
        [HW_SPACE_MEMORY] = "memory",
        [HW_SPACE_IO] = "io",
        [HW_SPACE_NONE] = "none",
        [HW_SPACE_BAR] = "bar",
    },
    .property_types = {
        [HW_PROPERTY_BOOL] = "bool",
        [HW_PROPERTY_U32] = "uint32",
        [HW_PROPERTY_U64] = "uint64",
        [HW_PROPERTY_ADDRESS] = "address",
        [HW_PROPERTY_STRING] = "string",
        [HW_PROPERTY_CHOICE] = "choice",
        [HW_PROPERTY_SIZE] = "size",
    },
};

const HwProperty *ob_plugin_property_at(const HwDeviceClass *cls, uint32_t offset)
{
    for (uint32_t i = 0; offset && i < cls->properties.count; i++) {
        if (cls->properties.entries[i].offset == offset) {
            return &cls->properties.entries[i];
        }
    }
    return NULL;
}

/* --------------------------------------------------------------------- cells */

/* Rows of text cells, printed as aligned columns. */
typedef struct Grid {
    GPtrArray *cells; /* char *, row by row */
    uint32_t columns;
} Grid;

static Grid grid_new(uint32_t columns)
{
    return (Grid) { g_ptr_array_new_with_free_func(g_free), columns };
}

G_GNUC_PRINTF(2, 3) static void grid_add(Grid *grid, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    g_ptr_array_add(grid->cells, g_strdup_vprintf(format, args));
    va_end(args);
}

static void grid_add_mask(Grid *grid, uint32_t mask)
{
    grid_add(grid, mask ? "0x%08x" : "-", mask);
}

static int grid_width(const Grid *grid, uint32_t column)
{
    size_t width = 0;

    for (uint32_t i = column; i < grid->cells->len; i += grid->columns) {
        width = MAX(width, strlen(g_ptr_array_index(grid->cells, i)));
    }
    return (int)width;
}

/* Prints the grid and frees it. */
static void grid_print(Grid *grid, const char *indent, FILE *out)
{
    for (uint32_t row = 0; row < grid->cells->len; row += grid->columns) {
        g_autoptr(GString) line = g_string_new(indent);

        for (uint32_t i = 0; i < grid->columns; i++) {
            g_string_append_printf(line, "%-*s  ", grid_width(grid, i),
                                   (const char *)g_ptr_array_index(grid->cells, row + i));
        }
        ob_text_fprintf(out, "%s\n", g_strchomp(line->str));
    }
    g_ptr_array_free(grid->cells, TRUE);
}

/* ---------------------------------------------------------------- properties */

static char *property_default(const HwProperty *property)
{
    switch (property->type) {
    case HW_PROPERTY_BOOL:
        return g_strdup(property->default_value ? "on" : "off");
    case HW_PROPERTY_STRING:
        return g_strdup(property->default_string ? property->default_string : "-");
    case HW_PROPERTY_CHOICE:
        return g_strdup(property->choices.entries[property->default_value]);
    case HW_PROPERTY_ADDRESS:
        return property->default_value == HW_ADDRESS_AUTO
                   ? g_strdup("auto")
                   : g_strdup_printf("0x%" PRIx64, property->default_value);
    default:
        return g_strdup_printf("%" PRIu64, property->default_value);
    }
}

static char *names_join(const HwNames *names, const char *separator)
{
    GString *text = g_string_new(NULL);

    for (uint32_t i = 0; i < names->count; i++) {
        g_string_append_printf(text, "%s%s", i ? separator : "", names->entries[i]);
    }
    return g_string_free(text, FALSE);
}

/* Returns "" if the type alone implies the range. */
static char *property_range(const HwProperty *property)
{
    const char *format = property->type == HW_PROPERTY_ADDRESS ? "0x%" PRIx64 " to 0x%" PRIx64
                                                               : "%" PRIu64 " to %" PRIu64;

    if (property->choices.count) {
        return names_join(&property->choices, "|");
    }
    if (!property->minimum && !property->maximum) {
        return g_strdup("");
    }
    return g_strdup_printf(format, property->minimum, hw_property_maximum(property));
}

static void properties_print(const HwProperties *properties, FILE *out)
{
    Grid grid = grid_new(5);

    if (properties->count) {
        ob_text_fprintf(out, "  properties\n");
    }
    for (uint32_t i = 0; i < properties->count; i++) {
        const HwProperty *property = &properties->entries[i];
        g_autofree char *value = property_default(property);
        g_autofree char *range = property_range(property);

        grid_add(&grid, "%s", property->name);
        grid_add(&grid, "%s", ob_plugin_words.property_types[property->type]);
        grid_add(&grid, "%s", value);
        grid_add(&grid, "%s", range);
        grid_add(&grid, "%s%s", property->description ? property->description : "",
                 property->set ? " (can be set at run time)" : "");
    }
    grid_print(&grid, "    ", out);
}

/* ------------------------------------------------------------------- regions */

static char *fields_text(const HwRegisterFields *fields)
{
    GString *text = g_string_new(NULL);

    for (uint32_t i = 0; i < fields->count; i++) {
        const HwRegisterField *field = &fields->entries[i];

        g_string_append_printf(text, "%s%s[%u", i ? " " : "", field->name,
                               field->shift + field->width - 1);
        g_string_append_printf(text, field->width > 1 ? ":%u]" : "]", field->shift);
    }
    return g_string_free(text, FALSE);
}

enum { TITLES = 8 }; /* few tables need the last one */

static bool registers_have_widths(const HwRegisters *registers)
{
    for (uint32_t i = 0; i < registers->count; i++) {
        if (registers->entries[i].access_min || registers->entries[i].access_max) {
            return true;
        }
    }
    return false;
}

void ob_dump_registers(const HwRegisters *registers, const char *indent, FILE *out)
{
    static const char *const titles[TITLES] = {
        "offset", "name", "reset", "rw", "w1c", "write-only", "fields", "bytes",
    };
    bool has_widths = registers_have_widths(registers);
    Grid grid = grid_new(has_widths ? TITLES : TITLES - 1);

    for (size_t i = 0; registers->count && i < grid.columns; i++) {
        grid_add(&grid, "%s", titles[i]);
    }
    for (uint32_t i = 0; i < registers->count; i++) {
        const HwRegister *reg = &registers->entries[i];
        g_autofree char *fields = fields_text(&reg->fields);

        grid_add(&grid, "0x%02x", reg->offset);
        grid_add(&grid, "%s", reg->name);
        grid_add_mask(&grid, reg->reset);
        grid_add_mask(&grid, reg->rw);
        grid_add_mask(&grid, reg->w1c);
        grid_add_mask(&grid, reg->write_only);
        grid_add(&grid, "%s", fields);
        if (has_widths) {
            grid_add(&grid, "%u to %u", reg->access_min ? reg->access_min : 1,
                     reg->access_max ? reg->access_max : 8);
        }
    }
    grid_print(&grid, indent, out);
}

static void region_print_address(const HwDeviceClass *cls, const HwRegion *region, FILE *out)
{
    const HwProperty *base = ob_plugin_property_at(cls, region->base);

    if (!region->base) {
        ob_text_fprintf(out, "0x%" PRIx64, region->offset);
        return;
    }
    ob_text_fprintf(out, "%s", base ? base->name : "(a base set by the device)");
    if (region->offset) {
        ob_text_fprintf(out, " + 0x%" PRIx64, region->offset);
    }
}

static void region_print(const HwDeviceClass *cls, const HwRegion *region, FILE *out)
{
    const HwProperty *enabled = ob_plugin_property_at(cls, region->enabled);

    ob_text_fprintf(out, "  region %s: %s, 0x%" PRIx64 " bytes ", region->name,
                    ob_plugin_words.region_kinds[region->kind], region->size);
    if (region->space == HW_SPACE_NONE) {
        ob_text_fprintf(out, "that are not mapped");
    } else if (region->space == HW_SPACE_BAR) {
        ob_text_fprintf(out, "of BAR %u at 0x%" PRIx64, region->bar, region->offset);
    } else {
        ob_text_fprintf(out, "of %s at ", ob_plugin_words.spaces[region->space]);
        region_print_address(cls, region, out);
    }
    if (region->enabled) {
        ob_text_fprintf(out, ", only if %s", enabled ? enabled->name : "the device enables it");
    }
    if (region->ram_block) {
        ob_text_fprintf(out, ", RAM block %s", region->ram_block);
    }
    if (region->flags & HW_REGION_ONES) {
        ob_text_fprintf(out, ", ones where no register is");
    }
    ob_text_fprintf(out, "\n");
    ob_dump_registers(&region->registers, "    ", out);
}

/* -------------------------------------------------------------------- fw_cfg */

static void fw_cfg_files_print(const HwDeviceClass *cls, FILE *out)
{
    for (uint32_t i = 0; i < cls->fw_cfg_files.count; i++) {
        const HwFwCfgFile *file = &cls->fw_cfg_files.entries[i];
        const HwProperty *enabled = ob_plugin_property_at(cls, file->enabled);

        ob_text_fprintf(out, "  fw_cfg file %s: %" PRIu32 " bytes%s", file->name, file->size,
                        file->flags & HW_FW_CFG_GUEST_WRITABLE ? ", guest-writable" : "");
        if (file->enabled) {
            ob_text_fprintf(out, ", only if %s", enabled ? enabled->name : "the device enables it");
        }
        ob_text_fprintf(out, "\n");
    }
}

/* --------------------------------------------------------------------- state */

static void field_type_add(Grid *grid, const HwStateField *field)
{
    switch (field->type) {
    case HW_STATE_BYTES:
        grid_add(grid, field->size > 1 ? "bytes[0..%u][%u]" : "bytes[0..%u]", field->count,
                 field->size);
        break;
    case HW_STATE_ZEROS:
        grid_add(grid, "zeros[%u]", field->count);
        break;
    case HW_STATE_PART:
        grid_add(grid, "part %s", field->part->name);
        break;
    default:
        grid_add(grid, field->count > 1 ? "uint%u[%u]" : "uint%u", field->size * 8, field->count);
    }
}

static void state_print(const HwState *state, const char *kind, uint32_t depth, FILE *out)
{
    g_autofree char *indent = g_strnfill(2 * depth + 2, ' ');
    g_autofree char *inner = g_strconcat(indent, "  ", NULL);
    Grid grid = grid_new(3);

    ob_text_fprintf(out, "%s%s %s: version %u", indent, kind, state->name, state->version);
    if (state->minimum_version != state->version) {
        ob_text_fprintf(out, ", loads from %u", state->minimum_version);
    }
    ob_text_fprintf(out, "%s\n", state->needed ? ", if needed" : "");
    for (uint32_t i = 0; i < state->fields.count; i++) {
        const HwStateField *field = &state->fields.entries[i];

        grid_add(&grid, "%s", field->name);
        field_type_add(&grid, field);
        grid_add(&grid, field->since ? "since version %u" : "%.0u", field->since);
    }
    grid_print(&grid, inner, out);
    for (uint32_t i = 0; i < state->fields.count; i++) {
        if (state->fields.entries[i].part) {
            state_print(state->fields.entries[i].part, "part", depth + 1, out);
        }
    }
    for (uint32_t i = 0; i < state->subsections.count; i++) {
        state_print(&state->subsections.entries[i], "subsection", depth + 1, out);
    }
}

static void layout_print(const HwDeviceClass *cls, const HwLayout *layout, FILE *out)
{
    ob_text_fprintf(out, "  layout %s", layout->name);
    for (uint32_t i = 0; i < layout->ram_blocks.count; i++) {
        if (*layout->ram_blocks.entries[i]) {
            ob_text_fprintf(out, ", RAM block %s for region %s", layout->ram_blocks.entries[i],
                            cls->regions.entries[i].name);
        }
    }
    ob_text_fprintf(out, "\n");
    state_print(layout->state, "state", 1, out);
}

/* ------------------------------------------------------------------- devices */

static void services_print(const char *indent, const HwNames *services, FILE *out)
{
    if (services->count) {
        ob_text_fprintf(out, "%sneeds", indent);
    }
    for (uint32_t i = 0; i < services->count; i++) {
        ob_text_fprintf(out, "%s %s%s", i ? "," : "", services->entries[i],
                        i + 1 == services->count ? "\n" : "");
    }
}

static void class_print(const HwDeviceClass *cls, FILE *out)
{
    ob_text_fprintf(out, "\ndevice %s%s%s\n", cls->name, cls->description ? ": " : "",
                    cls->description ? cls->description : "");
    services_print("  ", &cls->services, out);
    if (cls->at_most_one) {
        ob_text_fprintf(out, "  at most one %s in a machine\n", cls->at_most_one);
    }
    if (cls->pci) {
        ob_dump_pci(cls, out);
    }
    if (cls->gpio) {
        ob_dump_gpio(cls, out);
    }
    if (cls->i2c) {
        ob_dump_i2c(cls, out);
    }
    properties_print(&cls->properties, out);
    for (uint32_t i = 0; i < cls->regions.count; i++) {
        region_print(cls, &cls->regions.entries[i], out);
    }
    fw_cfg_files_print(cls, out);
    if (cls->state) {
        state_print(cls->state, "state", 0, out);
    }
    for (uint32_t i = 0; i < cls->layouts.count; i++) {
        layout_print(cls, &cls->layouts.entries[i], out);
    }
}

static void plugin_print(const HwPlugin *plugin, const char *path, FILE *out)
{
    ob_text_fprintf(out, "%s %s, %s, ABI %u.%u, from %s\n", plugin->name, plugin->version,
                    plugin->licence, plugin->abi.major, plugin->abi.minor, path);
    if (plugin->description) {
        ob_text_fprintf(out, "%s\n", plugin->description);
    }
    services_print("", &plugin->services, out);
    for (uint32_t i = 0; i < plugin->classes.count; i++) {
        class_print(plugin->classes.entries[i], out);
    }
}

bool ob_dump_plugin(const char *path, bool json, FILE *out, HwError *error)
{
    HwPluginSet *set = hw_plugin_set_inspect(path, error);
    const HwPlugin *plugin;
    bool written = true;

    if (!set) {
        return false;
    }
    plugin = hw_plugin_set_plugin(set);
    if (json) {
        written = ob_dump_plugin_json(plugin, path, out);
    } else {
        plugin_print(plugin, path, out);
    }
    hw_plugin_set_free(set);
    if (!written || fflush(out) || ferror(out)) {
        return hw_error_set(error, "%s: can't be shown: %s", path, strerror(errno));
    }
    return true;
}
