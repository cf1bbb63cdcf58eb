/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Options for devices and what they use. */
#include "qtest/host/options/option-table.h"

#include "hw-api/device/error.h"

#include <string.h>

bool ob_option_tpmdev(ObOptions *options, const char *argument, HwError *error)
{
    ObKeyval *keyval = ob_option_keyval(options, argument, "type", error);
    const char *id = keyval ? ob_keyval_get(keyval, "id") : NULL;

    if (!keyval) {
        return false;
    }
    if (ob_keyval_asks_help(keyval, "type")) {
        return ob_option_show(options, OB_SHOW_TPMDEVS, NULL);
    }
    if (!ob_keyval_get(keyval, "type")) {
        return hw_error_set(error, "type= is missing, see -tpmdev help");
    }
    if (!id) {
        return hw_error_set(error, "id= is missing");
    }
    if (!ob_id_check(id, error)) {
        return false;
    }
    if (ob_options_tpmdev(options, id)) {
        return hw_error_set(error, "id '%s' is in use by another -tpmdev", id);
    }
    g_ptr_array_add(options->tpmdevs, keyval);
    return true;
}

/* The types are not known here: the rest is read when the network is made. */
bool ob_option_netdev(ObOptions *options, const char *argument, HwError *error)
{
    ObKeyval *keyval = ob_option_keyval_or_json(options, argument, "type", error);

    if (!keyval) {
        return false;
    }
    if (ob_keyval_asks_help(keyval, "type")) {
        return ob_option_show(options, OB_SHOW_NETDEVS, NULL);
    }
    /* before the networks of -nic, as in QEMU */
    g_ptr_array_insert(options->netdevs, (gint)(options->netdevs->len - options->nics), keyval);
    return true;
}

bool ob_option_vcpus(ObOptions *options, const char *argument, HwError *error)
{
    ObKeyval *keyval = ob_option_keyval(options, argument, "model", error);

    if (!keyval) {
        return false;
    }
    if (ob_keyval_asks_help(keyval, "model")) {
        return ob_option_show(options, OB_SHOW_VCPUS, NULL);
    }
    if (strcmp(options->architecture, "aarch64") != 0) {
        return hw_error_set(error,
                            "architecture '%s' has none of these registers, expected "
                            "outboard-system-aarch64",
                            options->architecture);
    }
    if (options->vcpus) {
        return hw_error_set(error, "given twice, expected one kernel");
    }
    options->vcpus = keyval;
    return true;
}

bool ob_option_device(ObOptions *options, const char *argument, HwError *error)
{
    ObKeyval *keyval = ob_option_keyval_or_json(options, argument, "driver", error);
    const char *driver = keyval ? ob_keyval_get(keyval, "driver") : NULL;
    const char *id = keyval ? ob_keyval_get(keyval, "id") : NULL;

    if (!keyval) {
        return false;
    }
    if (!driver || !*driver) {
        return hw_error_set(error, "driver= is missing, see -device help");
    }
    if (strcmp(driver, "help") == 0 || strcmp(driver, "?") == 0) {
        return ob_option_show(options, OB_SHOW_DEVICES, NULL);
    }
    if (ob_keyval_asks_help(keyval, "driver")) {
        return ob_option_show(options, OB_SHOW_DEVICE, driver);
    }
    if (id && !ob_id_check(id, error)) {
        return false;
    }
    if (ob_option_is_disk(driver)) {
        return ob_option_disk(options, keyval, error);
    }
    g_ptr_array_add(options->devices, keyval);
    return true;
}

/* Properties of the machine's own devices. */
static const struct MachineGlobal {
    const char *driver;
    const char *property;
    size_t offset;    /* in ObOptions: an ObSwitch, or an */
    uint16_t maximum; /* ObChosenNumber up to this; 0: an ObSwitch */
} machine_globals[] = {
    { "ICH9-LPC", "acpi-pci-hotplug-with-bridge-support", offsetof(ObOptions, acpi_bridges), 0 },
    { "ICH9-LPC", "noreboot", offsetof(ObOptions, no_reboot), 0 },
    { "mch", "smbase-smram", offsetof(ObOptions, smbase_smram), 0 },
    { "mch", "extended-tseg-mbytes", offsetof(ObOptions, tseg_mbytes), 0xfff },
};

static const struct MachineGlobal *machine_global_find(const ObGlobal *global)
{
    for (size_t i = 0; i < G_N_ELEMENTS(machine_globals); i++) {
        if (!strcmp(machine_globals[i].driver, global->driver) &&
            !strcmp(machine_globals[i].property, global->property)) {
            return &machine_globals[i];
        }
    }
    return NULL;
}

static bool switch_take(ObSwitch *chosen, const ObGlobal *global, HwError *error)
{
    HW_ERROR(reason, 128);

    if (!ob_boolean_parse(global->value, &chosen->is_on, &reason)) {
        return hw_error_set(error, "%s.%s: %s", global->driver, global->property, reason.text);
    }
    chosen->is_given = true;
    return true;
}

static bool number_take(ObChosenNumber *chosen, const ObGlobal *global, uint16_t maximum,
                        HwError *error)
{
    guint64 value;

    if (!g_ascii_string_to_unsigned(global->value, 10, 0, maximum, &value, NULL)) {
        return hw_error_set(error, "%s.%s: '%s' is malformed, expected a number up to %u",
                            global->driver, global->property, global->value, maximum);
    }
    *chosen = (ObChosenNumber) { true, (uint16_t)value };
    return true;
}

/* Takes what belongs to the machine; devices take the rest when they are made. */
static bool globals_take(ObOptions *options, const ObGlobal *global, HwError *error)
{
    const struct MachineGlobal *row = machine_global_find(global);
    void *chosen = row ? (char *)options + row->offset : NULL;

    if (!chosen) {
        return true;
    }
    return row->maximum ? number_take(chosen, global, row->maximum, error)
                        : switch_take(chosen, global, error);
}

static bool global_add(ObOptions *options, const char *driver, size_t driver_length,
                       const char *property, size_t property_length, const char *value,
                       HwError *error)
{
    ObGlobal *global = g_new(ObGlobal, 1);

    *global = (ObGlobal) { g_strndup(driver, driver_length), g_strndup(property, property_length),
                           value };
    g_ptr_array_add(options->globals, global);
    return globals_take(options, global, error);
}

bool ob_option_is_machine_global(const ObGlobal *global)
{
    return machine_global_find(global) != NULL;
}

/* DRIVER.PROPERTY=VALUE, where the value may have commas; or driver=,property=,value=. */
bool ob_option_global(ObOptions *options, const char *argument, HwError *error)
{
    static const char *const keys[] = { "driver", "property", "value", NULL };
    size_t driver = strcspn(argument, ".=");
    size_t end = strcspn(argument, "=");
    const char *parts[3];
    ObKeyval *keyval;

    if (driver > 0 && argument[driver] == '.' && argument[end] == '=' && end > driver + 1) {
        return global_add(options, argument, driver, argument + driver + 1, end - driver - 1,
                          argument + end + 1, error);
    }
    keyval = ob_option_keyval(options, argument, NULL, error);
    if (!keyval || !ob_keyval_check(keyval, keys, error)) {
        return false;
    }
    for (int i = 0; keys[i]; i++) {
        parts[i] = ob_keyval_get(keyval, keys[i]);
        if (!parts[i] || (i < 2 && !*parts[i])) {
            return hw_error_set(error, "%s= is missing, expected DRIVER.PROPERTY=VALUE", keys[i]);
        }
    }
    return global_add(options, parts[0], strlen(parts[0]), parts[1], strlen(parts[1]), parts[2],
                      error);
}
