/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/tests/bridge/bridged-qemu.h"

#include <string.h>

static const BridgedMachine q35 = { "q35", 0xfef00000, "ioapic", "outboard-tpm-crb", true };
static const BridgedMachine virt = { "virt", 0x0b000000, "arm_gic", "tpm-crb", false };
const BridgedMachine *machine;
char *program;

bool bridged_qemu_init(void)
{
    program = qemu_release_program(qemu_release_named(g_getenv("OB_QEMU_RELEASE")),
                                   g_getenv("OB_ARCHITECTURE"));
    if (!g_file_test(program, G_FILE_TEST_IS_EXECUTABLE)) {
        g_print("1..0 # SKIP " QEMU_RELEASE_MISSING "\n", program);
        return false;
    }
    machine = g_str_has_suffix(program, "aarch64") ? &virt : &q35;
    return true;
}

const char *bridge_path(void)
{
    return g_getenv("OUTBOARD_BRIDGE");
}

ObClient *qemu_try(const char *arguments, HwError *error)
{
    g_autofree char *all = g_strdup_printf("-machine %s -m 16 -nodefaults %s", machine->name,
                                           arguments);
    ObStart start = { .program = program, .arguments = all, .accelerator = "tcg" };

    return ob_client_start(&start, error);
}

ObClient *qemu_start_with(const char *arguments)
{
    g_autofree char *all = g_strdup_printf("-plugin file=%s%s", bridge_path(), arguments);
    HW_ERROR(error, 4096);
    ObClient *c = qemu_try(all, &error);

    g_assert_cmpstr(error.text, ==, "");
    g_assert_nonnull(c);
    return c;
}

ObClient *qemu_start(const char *arguments)
{
    g_autofree char *all = g_strdup_printf(" %s", arguments);

    return qemu_start_with(all);
}

void bridged_refused(const char *arguments, const char *sentence)
{
    HW_ERROR(error, 4096);
    ObClient *c = qemu_try(arguments, &error);

    g_assert_null(c);
    if (!strstr(error.text, sentence)) {
        g_test_message("expected '%s' in: %s", sentence, error.text);
        g_test_fail();
    }
}

void assert_device_refused(const char *device, const char *sentence)
{
    g_autofree char *all = g_strdup_printf("-plugin file=%s -device %s", bridge_path(), device);

    bridged_refused(all, sentence);
}

char *qmp_error(ObClient *c, const char *command, json_t *arguments)
{
    json_t *error = NULL;
    json_t *answer = ob_client_qmp(c, command, arguments, &error);
    char *text;

    g_assert_null(answer);
    text = g_strdup(json_string_value(json_object_get(error, "desc")));
    json_decref(error);
    return text;
}

static char *find_controller(ObClient *c)
{
    const char *folder = "/machine/unattached";
    json_t *list = ob_client_qmp(c, "qom-list", json_pack("{s:s}", "path", folder), NULL);
    g_autofree char *type = g_strdup_printf("child<%s>", machine->controller);
    char *path = NULL;
    json_t *entry;
    size_t i;

    json_array_foreach(list, i, entry)
    {
        if (strcmp(json_string_value(json_object_get(entry, "type")), type) == 0) {
            path = g_strdup_printf("%s/%s", folder,
                                   json_string_value(json_object_get(entry, "name")));
            break;
        }
    }
    json_decref(list);
    /* The I/O APIC is a part of the chip set, so QEMU finds it by its type name. */
    return path ? path : g_strdup(machine->controller);
}

void watch_interrupts(ObClient *c)
{
    g_autofree char *path = find_controller(c);

    g_assert_true(ob_client_irq_intercept_in(c, path));
}
