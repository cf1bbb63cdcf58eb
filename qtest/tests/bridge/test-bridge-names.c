/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * QEMU's functions cast objects by the name of their type, and such a name is a string in QEMU's
 * program.  Our type of such a name would be taken for a structure of QEMU's.
 *
 * Our types are those of qom-list-types that a QEMU without the bridge lacks.
 */
#include <string.h>

#include "qtest/tests/bridge/bridge-machine.h"

/* Our names that QEMU knows as well, and why no function takes the object for its own. */
typedef struct Answered {
    const char *name;
    const char *interface; /* QEMU casts objects with this interface only; NULL: see `why` */
    const char *end_of;    /* a longer string that ends with the name, and alone has it; or NULL */
    const char *why;
} Answered;

static const Answered answers[] = {
    { "tpm-crb", "tpm-if", NULL,
      "QMP's name of a TPM's model, and the name of a CRB in build_tpm2" },
    { "pvpanic", NULL, NULL,
      "a memory region of pvpanic-pci, and a property of old machines for the ISA device" },
    { "tpm-tis", "tpm-if", NULL, "QMP's name of a TPM's model, and of the ISA device" },
    { "tpm-tis-device", "tpm-if", NULL, "QMP's name of a TPM's model" },
    { "vmclock", NULL, "kvmclock", "the clock of Linux's KVM; a QEMU with a vmclock has the type" },
    { "vmgenid", NULL, NULL, "query-vm-generation-id: test-bridge-tables sees it show our GUID" },
};

static json_t *types_of(ObClient *c, json_t *arguments)
{
    json_t *error = NULL;
    json_t *types = ob_client_qmp(c, "qom-list-types", arguments, &error);

    g_assert_null(error);
    g_assert_true(json_is_array(types));
    return types;
}

static bool has_type(const json_t *types, const char *name)
{
    size_t i;
    const json_t *type;

    json_array_foreach(types, i, type)
    {
        if (g_strcmp0(json_string_value(json_object_get(type, "name")), name) == 0) {
            return true;
        }
    }
    return false;
}

static json_t *stock_types(void)
{
    HW_ERROR(error, 4096);
    ObClient *c = bridge_machine_start_stock("", &error);
    json_t *types;

    g_assert_cmpstr(error.text, ==, "");
    types = types_of(c, json_pack("{s:b}", "abstract", true));
    ob_client_quit(c);
    return types;
}

static ObClient *bridged(void)
{
    return bridge_machine_start(
        NULL, bridge_machine_is_pc()
                  ? "-device outboard-vmgenid -device outboard-tpm-crb,tpmdev=tpm0"
                  : "-device vmgenid -device tpm-crb,tpmdev=tpm0");
}

/* A fetched release's command is a script that starts the program NAME.real. */
static GBytes *program_read(void)
{
    g_autofree char *command = qemu_release_program(qemu_release_named(g_getenv("OB_QEMU_RELEASE")),
                                                    g_getenv("OB_ARCHITECTURE"));
    g_autofree char *real = g_strconcat(command, ".real", NULL);
    char *bytes;
    gsize size;

    g_assert_true(g_file_get_contents(g_file_test(real, G_FILE_TEST_EXISTS) ? real : command,
                                      &bytes, &size, NULL));
    return g_bytes_new_take(bytes, size);
}

/* Linkers may let a string be the end of a longer one. */
static unsigned count_text(GBytes *program, const char *text)
{
    gsize size;
    const char *bytes = g_bytes_get_data(program, &size);
    const char *end = bytes + size;
    unsigned count = 0;

    while ((bytes = memmem(bytes, (gsize)(end - bytes), text, strlen(text) + 1))) {
        bytes++;
        count++;
    }
    return count;
}

static void assert_answered(ObClient *c, GBytes *program, const char *name)
{
    for (size_t i = 0; i < G_N_ELEMENTS(answers); i++) {
        if (g_str_equal(answers[i].name, name)) {
            if (answers[i].interface) {
                json_t *casts = types_of(c, json_pack("{s:s, s:b}", "implements",
                                                      answers[i].interface, "abstract", true));

                g_assert_false(has_type(casts, name));
                json_decref(casts);
            }
            if (answers[i].end_of) {
                g_assert_cmpuint(count_text(program, name), ==,
                                 count_text(program, answers[i].end_of));
            }
            g_test_message("%s: %s", name, answers[i].why);
            return;
        }
    }
    g_test_message("QEMU's program has the string '%s', which is our type's name", name);
    g_test_fail();
}

static void test_names(void)
{
    json_t *stock = stock_types();
    ObClient *c = bridged();
    json_t *types = types_of(c, json_pack("{s:b}", "abstract", true));
    g_autoptr(GBytes) program = program_read();
    unsigned ours = 0;
    size_t i;
    json_t *type;

    g_assert_cmpuint(count_text(program, "tpm-tis-device"), >,
                     0); /* it is a program with such strings */
    json_array_foreach(types, i, type)
    {
        const char *name = json_string_value(json_object_get(type, "name"));

        if (!has_type(stock, name)) {
            ours++;
            if (count_text(program, name) > 0) {
                assert_answered(c, program, name);
            }
        }
    }
    g_assert_cmpuint(ours, >=, 7); /* five devices, the TPM's client, the bridge's mark */
    json_decref(types);
    json_decref(stock);
    ob_client_quit(c);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    if (!bridge_machine_init()) {
        return 0;
    }
    g_test_add_func("/bridge-names/no-function-of-qemu-casts-by-our-names", test_names);
    return g_test_run();
}
