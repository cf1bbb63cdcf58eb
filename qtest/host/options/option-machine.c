/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Options for the machine. */
#include "qtest/host/options/option-table.h"

#include "hw-api/device/error.h"
#include "qtest/host/options/suggest.h"

#include <inttypes.h>
#include <string.h>

const char *const ob_accelerators[] = { "qtest", "tcg", "kvm", NULL };

/*
 * The host's own property "firmware", and QEMU's properties with the values that make sense
 * for them.  Most of QEMU's change nothing without a CPU and a chipset.  All other
 * properties are refused.
 */
typedef struct MachineProperty {
    const char *name;
    const char *architecture; /* NULL: each */
    const char *values;       /* with spaces between and around them */
} MachineProperty;

#define ON_OFF      " on off yes no true false "
#define ON_OFF_AUTO " on off yes no true false auto "

static const MachineProperty machine_properties[] = {
    { "acpi", NULL, ON_OFF_AUTO },
    { "dump-guest-core", NULL, ON_OFF },
    { "firmware", NULL, " off stand-in " },
    { "graphics", NULL, ON_OFF },
    { "kernel-irqchip", NULL, " on off split " },
    { "mem-merge", NULL, ON_OFF },
    { "nvdimm", NULL, " off no false " }, /* no memory can be plugged */
    { "usb", NULL, ON_OFF },
    { "hmat", NULL, ON_OFF },
    { "hpet", "x86_64", ON_OFF },
    { "i8042", "x86_64", ON_OFF },
    { "pic", "x86_64", ON_OFF_AUTO },
    { "pit", "x86_64", ON_OFF_AUTO },
    { "sata", "x86_64", ON_OFF },
    { "smbus", "x86_64", ON_OFF },
    { "smbios-entry-point-type", "x86_64", " 32 64 auto " },
    { "smm", "x86_64", ON_OFF_AUTO },
    { "vmport", "x86_64", ON_OFF_AUTO },
    { "gic-version", "aarch64", " 2 3 4 host max " },
    { "highmem", "aarch64", ON_OFF },
    { "its", "aarch64", ON_OFF },
    { "ras", "aarch64", ON_OFF },
    { "secure", "aarch64", ON_OFF },
    { "virtualization", "aarch64", ON_OFF },
};

const char *ob_machine_property_at(const char *architecture, uint32_t index, bool *is_flag)
{
    for (uint32_t i = 0; i < G_N_ELEMENTS(machine_properties); i++) {
        const MachineProperty *property = &machine_properties[i];
        bool fits = !property->architecture || !strcmp(property->architecture, architecture);

        if (fits && index-- == 0) {
            *is_flag = strcmp(property->values, ON_OFF) == 0;
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

static const MachineProperty *machine_property_find(const ObOptions *options, const char *name,
                                                    HwError *error)
{
    ObSuggestion suggestion;

    ob_suggestion_start(&suggestion, name);
    for (uint32_t i = 0; i < G_N_ELEMENTS(machine_properties); i++) {
        const MachineProperty *property = &machine_properties[i];

        if (property->architecture && strcmp(property->architecture, options->architecture)) {
            continue;
        }
        if (strcmp(property->name, name) == 0) {
            return property;
        }
        ob_suggestion_offer(&suggestion, property->name);
    }
    hw_error_set(error, "unknown property '%s'%s", name, ob_suggestion_text(&suggestion));
    return NULL;
}

static bool is_off(const char *value)
{
    return !strcmp(value, "off") || !strcmp(value, "no") || !strcmp(value, "false");
}

/* Takes the properties that have an effect here. */
static void machine_property_take(ObOptions *options, const ObOption *option)
{
    if (strcmp(option->key, "acpi") == 0) {
        options->no_acpi = is_off(option->value);
    } else if (strcmp(option->key, "hmat") == 0) {
        options->hmat = !is_off(option->value);
    } else if (strcmp(option->key, "smbios-entry-point-type") == 0) {
        ob_option_smbios_entry(options, option->value);
    } else if (strcmp(option->key, "firmware") == 0) {
        options->firmware_off = is_off(option->value);
        options->firmware_stand_in = !options->firmware_off;
    }
}

static bool machine_property_check(ObOptions *options, const ObOption *option, HwError *error)
{
    const MachineProperty *property;
    g_autofree char *word = g_strdup_printf(" %s ", option->value);

    bool graphics;

    if (strcmp(option->key, "memory-backend") == 0) {
        options->memory_backend = option->value;
        return *option->value || hw_error_set(error, "memory-backend: the id is empty");
    }
    if (strcmp(option->key, "accel") == 0) {
        return accelerator_choose(options, option->value, error);
    }
    if (strcmp(option->key, "graphics") == 0 && ob_boolean_parse(option->value, &graphics, NULL)) {
        options->boot.no_graphics = !graphics;
    }
    property = machine_property_find(options, option->key, error);
    if (!property) {
        return false;
    }
    if (strchr(option->value, ' ') || !strstr(property->values, word)) {
        return hw_error_set(error, "%s: invalid value '%s': expected one of:%.*s", option->key,
                            option->value, (int)strlen(property->values) - 1, property->values);
    }
    machine_property_take(options, option);
    return true;
}

bool ob_option_machine(ObOptions *options, const char *argument, HwError *error)
{
    ObKeyval *keyval = ob_option_keyval(options, argument, "type", error);
    const char *type;

    if (!keyval) {
        return false;
    }
    if (ob_keyval_asks_help(keyval, "type")) {
        return ob_option_show(options, OB_SHOW_MACHINES, NULL);
    }
    type = ob_keyval_take(keyval, "type");
    options->machine = type ? type : options->machine;
    for (uint32_t i = 0; i < keyval->count; i++) {
        if (!g_str_has_prefix(keyval->options[i].key, OB_SMP_PREFIX) &&
            !machine_property_check(options, &keyval->options[i], error)) {
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
