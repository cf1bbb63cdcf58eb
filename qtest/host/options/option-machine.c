/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Options for the machine. */
#include "qtest/host/options/option-table.h"

#include "hw-api/device/error.h"
#include "qtest/host/options/machine-property.h"
#include "qtest/host/options/suggest.h"

#include <inttypes.h>
#include <string.h>

const char *const ob_accelerators[] = { "qtest", "tcg", "kvm", NULL };

const char *ob_machine_property_at(const char *architecture, uint32_t index, bool *is_flag)
{
    const ObMachineProperty *property;

    for (uint32_t i = 0; (property = ob_machine_property(i)); i++) {
        bool fits = !property->architecture || !strcmp(property->architecture, architecture);

        if (fits && property->kind != OB_PROPERTY_REFUSED && index-- == 0) {
            *is_flag = property->kind == OB_PROPERTY_FLAG;
            return property->name;
        }
    }
    return NULL;
}

static bool accelerator_choose(ObOptions *options, const char *names, HwError *error)
{
    g_auto(GStrv) words = g_strsplit(names, ":", 0);
    ObSuggestion suggestion;

    for (char **word = words; *word; word++) {
        ob_suggestion_start(&suggestion, *word);
        for (const char *const *name = ob_accelerators;; name++) {
            if (!*name) {
                return hw_error_set(error, "unknown accelerator '%s'%s", *word,
                                    ob_suggestion_text(&suggestion));
            }
            if (strcmp(*name, *word) == 0) {
                options->accelerator = options->accelerator ? options->accelerator : *name;
                break;
            }
            ob_suggestion_offer(&suggestion, *name);
        }
    }
    return true;
}

/* "smp-cache.0.cache" is a part of smp-cache. */
static bool is_called(const ObMachineProperty *property, const char *name)
{
    size_t length = strlen(property->name);

    return !strncmp(property->name, name, length) && (!name[length] || name[length] == '.');
}

static const ObMachineProperty *property_find(const ObOptions *options, const char *name,
                                              HwError *error)
{
    const ObMachineProperty *property;
    ObSuggestion suggestion;

    ob_suggestion_start(&suggestion, name);
    for (uint32_t i = 0; (property = ob_machine_property(i)); i++) {
        if (property->architecture && strcmp(property->architecture, options->architecture)) {
            continue;
        }
        if (is_called(property, name)) {
            return property;
        }
        ob_suggestion_offer(&suggestion, property->name);
    }
    hw_error_set(error, "unknown property '%s'%s", name, ob_suggestion_text(&suggestion));
    return NULL;
}

static bool word_check(const ObMachineProperty *property, const char *value, HwError *error)
{
    g_autofree char *word = g_strdup_printf(" %s ", value);

    return (!strchr(value, ' ') && strstr(property->values, word)) ||
           hw_error_set(error, "%s: invalid value '%s': expected one of:%.*s", property->name,
                        value, (int)strlen(property->values) - 1, property->values);
}

static bool number_check(const ObMachineProperty *property, const char *value, HwError *error)
{
    uint64_t number;

    return g_ascii_string_to_unsigned(value, 10, 0, property->most, &number, NULL) ||
           hw_error_set(error, "%s: invalid value '%s': expected 0 to %" PRIu64, property->name,
                        value, property->most);
}

static bool size_check(const ObMachineProperty *property, const char *value, HwError *error)
{
    HW_ERROR(reason, 256);
    uint64_t size;

    if (!ob_size_parse(value, 1, &size, &reason)) {
        return hw_error_set(error, "%s: %s", property->name, reason.text);
    }
    return !property->most || size <= property->most ||
           hw_error_set(error,
                        "Machine option '%s=%" PRIu64
                        "' expects size less than or equal to %" PRIu64 "G",
                        property->name, size, property->most >> 30);
}

static bool value_check(const ObMachineProperty *property, const char *value, HwError *error)
{
    HW_ERROR(reason, 256);
    bool flag;

    switch (property->kind) {
    case OB_PROPERTY_WORD:
        return word_check(property, value, error);
    case OB_PROPERTY_FLAG:
        return ob_boolean_parse(value, &flag, &reason) ||
               hw_error_set(error, "%s: %s", property->name, reason.text);
    case OB_PROPERTY_NUMBER:
        return number_check(property, value, error);
    case OB_PROPERTY_SIZE:
        return size_check(property, value, error);
    case OB_PROPERTY_TEXT:
        return strlen(value) <= property->most ||
               hw_error_set(error, "%s: '%s' is too long, expected up to %" PRIu64 " characters",
                            property->name, value, property->most);
    case OB_PROPERTY_REFUSED:
        return hw_error_set(error, "%s: not offered: %s", property->name, property->values);
    }
    return false;
}

static bool is_off(const char *value)
{
    bool flag;

    return ob_boolean_parse(value, &flag, NULL) && !flag;
}

static void acpi_take(ObOptions *options, const char *value)
{
    options->no_acpi = is_off(value);
}

static void description_take(ObOptions *options, const char *value)
{
    options->no_description = !is_off(value);
}

static void hmat_take(ObOptions *options, const char *value)
{
    options->hmat = !is_off(value);
}

static void graphics_take(ObOptions *options, const char *value)
{
    options->boot.no_graphics = is_off(value);
}

static void floppy_check_take(ObOptions *options, const char *value)
{
    options->boot.no_floppy_check = is_off(value);
}

static void firmware_take(ObOptions *options, const char *value)
{
    options->firmware_off = is_off(value);
    options->firmware_stand_in = !options->firmware_off;
}

static void phandles_take(ObOptions *options, const char *value)
{
    options->phandle_start = (uint32_t)g_ascii_strtoull(value, NULL, 10);
}

static void tree_dump_take(ObOptions *options, const char *value)
{
    options->tree_dump = *value ? value : NULL;
}

static void highmem_take(ObOptions *options, const char *value)
{
    options->low_memory = is_off(value);
}

static void highmem_ecam_take(ObOptions *options, const char *value)
{
    options->low_ecam = is_off(value);
}

static void highmem_mmio_take(ObOptions *options, const char *value)
{
    options->low_memory_bars = is_off(value);
}

static void low_ram_take(ObOptions *options, const char *value)
{
    options->has_ram_below_4g = ob_size_parse(value, 1, &options->ram_below_4g, NULL);
}

static void firmware_most_take(ObOptions *options, const char *value)
{
    ob_size_parse(value, 1, &options->firmware_most, NULL);
}

static void flash0_take(ObOptions *options, const char *value)
{
    options->flash_nodes[0] = value;
}

static void flash1_take(ObOptions *options, const char *value)
{
    options->flash_nodes[1] = value;
}

static void oem_id_take(ObOptions *options, const char *value)
{
    options->boot.oem_id = value;
}

static void oem_table_id_take(ObOptions *options, const char *value)
{
    options->boot.oem_table_id = value;
}

/* The properties that have an effect here. */
static const struct {
    const char *name;
    void (*take)(ObOptions *options, const char *value);
} effects[] = {
    { "acpi", acpi_take },
    { "dumpdtb", tree_dump_take },
    { "fd-bootchk", floppy_check_take },
    { "firmware", firmware_take },
    { "graphics", graphics_take },
    { "highmem", highmem_take },
    { "highmem-ecam", highmem_ecam_take },
    { "highmem-mmio", highmem_mmio_take },
    { "hmat", hmat_take },
    { "max-fw-size", firmware_most_take },
    { "max-ram-below-4g", low_ram_take },
    { "pflash0", flash0_take },
    { "pflash1", flash1_take },
    { "phandle-start", phandles_take },
    { "smbios-entry-point-type", ob_option_smbios_entry },
    { "suppress-vmdesc", description_take },
    { "x-oem-id", oem_id_take },
    { "x-oem-table-id", oem_table_id_take },
};

static bool machine_property(ObOptions *options, const ObOption *option, HwError *error)
{
    const ObMachineProperty *property;

    if (strcmp(option->key, "memory-backend") == 0) {
        options->memory_backend = option->value;
        return *option->value || hw_error_set(error, "memory-backend: the id is empty");
    }
    if (strcmp(option->key, "accel") == 0) {
        return accelerator_choose(options, option->value, error);
    }
    property = property_find(options, option->key, error);
    if (!property || !value_check(property, option->value, error)) {
        return false;
    }
    for (size_t i = 0; i < G_N_ELEMENTS(effects); i++) {
        if (strcmp(effects[i].name, property->name) == 0) {
            effects[i].take(options, option->value);
        }
    }
    return true;
}

/*
 * Properties with parts, each the same as a key of an option: "boot.menu=on" is -boot menu=on.
 * The key can have another name there.
 */
static const struct {
    const char *prefix;
    const char *other, *key;
    bool (*parse)(ObOptions *options, const char *argument, HwError *error);
} parts[] = {
    { "boot.", "", "", ob_option_boot },
    { "memory.", "max-size", "maxmem", ob_option_memory },
};

/* Takes the properties with this prefix. */
static bool part_take(ObOptions *options, const ObKeyval *keyval, size_t part, HwError *error)
{
    size_t length = strlen(parts[part].prefix);
    g_autoptr(GString) argument = g_string_new(NULL);
    HW_ERROR(reason, 256);

    for (uint32_t i = 0; i < keyval->count; i++) {
        const ObOption *option = &keyval->options[i];
        g_auto(GStrv) words = g_strsplit(option->value, ",", 0);
        g_autofree char *value = g_strjoinv(",,", words);
        const char *key = option->key + length;

        if (!strncmp(option->key, parts[part].prefix, length)) {
            key = strcmp(key, parts[part].other) ? key : parts[part].key;
            g_string_append_printf(argument, "%s%s=%s", argument->len ? "," : "", key, value);
        }
    }
    return !argument->len || parts[part].parse(options, argument->str, &reason) ||
           hw_error_set(error, "%.*s: %s", (int)length - 1, parts[part].prefix, reason.text);
}

static bool has_part(const char *key)
{
    for (size_t i = 0; i < G_N_ELEMENTS(parts); i++) {
        if (g_str_has_prefix(key, parts[i].prefix)) {
            return true;
        }
    }
    return g_str_has_prefix(key, OB_SMP_PREFIX);
}

static bool machine_help(ObOptions *options, const char *machine)
{
    bool is_named = machine && strcmp(machine, "help") && strcmp(machine, "?");

    return ob_option_show(options, is_named ? OB_SHOW_MACHINE : OB_SHOW_MACHINES, machine);
}

bool ob_option_machine(ObOptions *options, const char *argument, HwError *error)
{
    ObKeyval *keyval = ob_option_keyval(options, argument, "type", error);
    const char *type;

    if (!keyval) {
        return false;
    }
    if (ob_keyval_asks_help(keyval, "type")) {
        return machine_help(options, ob_keyval_get(keyval, "type"));
    }
    type = ob_keyval_take(keyval, "type");
    options->machine = type ? type : options->machine;
    for (uint32_t i = 0; i < keyval->count; i++) {
        if (!has_part(keyval->options[i].key) &&
            !machine_property(options, &keyval->options[i], error)) {
            return false;
        }
    }
    for (size_t i = 0; i < G_N_ELEMENTS(parts); i++) {
        if (!part_take(options, keyval, i, error)) {
            return false;
        }
    }
    return ob_option_smp_of_machine(options, keyval, error);
}

/* No memory can be plugged here; the values are checked the same as in QEMU. */
static bool memory_check(const ObOptions *options, const char *slots, const char *text,
                         HwError *error)
{
    int64_t count = 0;
    uint64_t most = 0;
    HW_ERROR(reason, 256);

    if (slots && !ob_integer_parse("slots", slots, 0, INT64_MAX, &count, error)) {
        return false;
    }
    if (text && !ob_size_parse(text, 1, &most, &reason)) {
        return hw_error_set(error, "maxmem: %s", reason.text);
    }
    if (slots && !text) {
        return hw_error_set(error, "slots= needs maxmem=");
    }
    if (text && (most < options->ram_size || (count && most == options->ram_size))) {
        return hw_error_set(error, "maxmem: 0x%" PRIx64 " is too small, expected %s 0x%" PRIx64,
                            most, count ? "more than" : "at least", options->ram_size);
    }
    return true;
}

bool ob_option_memory(ObOptions *options, const char *argument, HwError *error)
{
    static const char *const keys[] = { "size", "slots", "maxmem", NULL };
    ObKeyval *keyval = ob_option_keyval(options, argument, "size", error);
    const char *size;

    if (!keyval || !ob_keyval_check(keyval, keys, error)) {
        return false;
    }
    size = ob_keyval_get(keyval, "size");
    return (!size || ob_size_parse(size, UINT64_C(1) << 20, &options->ram_size, error)) &&
           memory_check(options, ob_keyval_get(keyval, "slots"), ob_keyval_get(keyval, "maxmem"),
                        error);
}

bool ob_option_memory_path(ObOptions *options, const char *argument, HwError *error)
{
    options->memory_path = argument;
    return *argument || hw_error_set(error, "the path is empty, expected a file or a directory");
}

bool ob_option_memory_prealloc(ObOptions *options, const char *argument, HwError *error)
{
    (void)argument;
    (void)error;
    options->memory_prealloc = true;
    return true;
}

bool ob_option_accelerator(ObOptions *options, const char *argument, HwError *error)
{
    static const char *const keys[] = { "accel", "thread", "tb-size", "kernel-irqchip", NULL };
    ObKeyval *keyval = ob_option_keyval(options, argument, "accel", error);
    const char *name;

    if (!keyval) {
        return false;
    }
    if (ob_keyval_asks_help(keyval, "accel")) {
        return ob_option_show(options, OB_SHOW_ACCELERATORS, NULL);
    }
    if (!ob_keyval_check(keyval, keys, error)) {
        return false;
    }
    name = ob_keyval_get(keyval, "accel");
    return accelerator_choose(options, name ? name : "", error);
}

bool ob_option_kvm(ObOptions *options, const char *argument, HwError *error)
{
    (void)argument;
    return accelerator_choose(options, "kvm", error);
}

bool ob_option_no_acpi(ObOptions *options, const char *argument, HwError *error)
{
    (void)argument;
    (void)error;
    options->no_acpi = true;
    return true;
}

bool ob_option_processor(ObOptions *options, const char *argument, HwError *error)
{
    (void)argument;
    (void)error;
    options->processor = "-cpu";
    return true;
}

bool ob_option_name(ObOptions *options, const char *argument, HwError *error)
{
    static const char *const keys[] = { "guest", "process", "debug-threads", NULL };
    ObKeyval *keyval = ob_option_keyval(options, argument, "guest", error);
    const char *name;

    if (!keyval || !ob_keyval_check(keyval, keys, error)) {
        return false;
    }
    name = ob_keyval_get(keyval, "guest");
    options->name = name ? name : options->name;
    return true;
}

bool ob_option_incoming(ObOptions *options, const char *argument, HwError *error)
{
    (void)error;
    options->incoming = argument;
    return true;
}

bool ob_option_stopped(ObOptions *options, const char *argument, HwError *error)
{
    (void)argument;
    (void)error;
    options->stopped = true;
    return true;
}
