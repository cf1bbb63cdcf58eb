/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The list of registers in a section "cpu" whose description does not fit it. */
#include <glib.h>
#include <jansson.h>

#include "hw-api/device/error.h"
#include "qtest/stream/arm/cpu-section.h"

#define COUNT  "cpreg_vmstate_array_len"
#define NUMBER "{\"name\": \"" COUNT "\", \"type\": \"int32\", \"size\": 4}"
#define ARRAY(name, length, size) \
    "{\"name\": \"" name "\", \"array_len\": " length ", \"size\": " size "}"
#define IDS    ARRAY("cpreg_vmstate_indexes", "1", "8")
#define VALUES ARRAY("cpreg_vmstate_values", "1", "8")

/* A list of one register, behind no other fields. */
static const uint8_t list[4 + 16] = { 0, 0, 0, 1 };

static const struct {
    const char *path;
    const char *fields;
    const char *text;
} refused[] = {
    { "count-of-8-bytes", "{\"name\": \"" COUNT "\", \"size\": 8}",
      COUNT " has 8 bytes, expected 4" },
    { "ids-missing", NUMBER ", " VALUES,
      COUNT " is 1, but the description has 0 of cpreg_vmstate_indexes" },
    { "values-too-many", NUMBER ", " IDS ", " ARRAY("cpreg_vmstate_values", "2", "4"),
      COUNT " is 1, but the description has 2 of cpreg_vmstate_values" },
    { "ids-of-4-bytes", NUMBER ", " ARRAY("cpreg_vmstate_indexes", "1", "4") ", " VALUES,
      "cpreg_vmstate_indexes is 4 bytes each at 4, expected 8 at 4" },
    { "values-before-ids", NUMBER ", " VALUES ", " IDS,
      "cpreg_vmstate_indexes is 8 bytes each at 12, expected 8 at 4" },
};

static bool registers_read(const char *fields, const uint8_t *payload, size_t size, HwError *error)
{
    g_autofree char *text = g_strdup_printf("{\"fields\": [%s]}", fields);
    json_t *description = json_loads(text, 0, NULL);
    ObCpuRegisters registers = { 0 };
    bool good;

    g_assert_nonnull(description);
    good = ob_cpu_registers_read(description, payload, size, &registers, error);
    g_assert_cmpuint(registers.count, ==, good ? 1 : 0);
    ob_cpu_registers_clear(&registers);
    json_decref(description);
    return good;
}

static void test_good(void)
{
    HW_ERROR(error, 400);

    g_assert_true(registers_read(NUMBER ", " IDS ", " VALUES, list, sizeof(list), &error));
}

static void test_refused(gconstpointer data)
{
    HW_ERROR(error, 400);
    guint i = GPOINTER_TO_UINT(data);

    g_assert_false(registers_read(refused[i].fields, list, sizeof(list), &error));
    g_assert_cmpstr(error.text, ==, refused[i].text);
}

/* Without a description, the list is at QEMU's place. */
static void test_short(void)
{
    ObCpuRegisters registers = { 0 };
    HW_ERROR(error, 400);

    g_assert_false(ob_cpu_registers_read(NULL, list, sizeof(list), &registers, &error));
    g_assert_cmpstr(error.text, ==, COUNT " is missing: 20 bytes, expected at least 572");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/cpu-section/described-as-it-is", test_good);
    for (gsize i = 0; i < G_N_ELEMENTS(refused); i++) {
        g_autofree char *path = g_strdup_printf("/cpu-section/refused/%s", refused[i].path);

        g_test_add_data_func(path, GUINT_TO_POINTER(i), test_refused);
    }
    g_test_add_func("/cpu-section/refused/too-short", test_short);
    return g_test_run();
}
