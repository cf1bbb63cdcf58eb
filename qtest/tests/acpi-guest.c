/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/tests/acpi-guest.h"

#include <glib/gstdio.h>
#include <string.h>

#include "hw-api/device/bytes.h"

#define SCAN_START 0xe0000u
#define SCAN_END   0x100000u

/* ------------------------------------------------------------------------ finding */

static void assert_sum(const uint8_t *bytes, gsize size)
{
    uint8_t sum = 0;

    for (gsize i = 0; i < size; i++) {
        sum = (uint8_t)(sum + bytes[i]);
    }
    g_assert_cmphex(sum, ==, 0);
}

uint64_t acpi_find_rsdp(ObClient *client, uint64_t ram)
{
    g_autofree uint8_t *bytes = g_malloc(SCAN_END - SCAN_START);

    ob_client_memread(client, ram + SCAN_START, bytes, SCAN_END - SCAN_START);
    for (uint32_t i = 0; i < SCAN_END - SCAN_START; i += 16) {
        if (memcmp(bytes + i, "RSD PTR ", 8) == 0) {
            return ram + SCAN_START + i;
        }
    }
    return 0;
}

static GBytes *table_at(ObClient *client, uint64_t address)
{
    uint32_t size = ob_client_readl(client, address + 4);
    uint8_t *bytes;

    g_assert_cmpuint(size, >=, 36);
    g_assert_cmpuint(size, <=, 0x100000);
    bytes = g_malloc(size);
    ob_client_memread(client, address, bytes, size);
    if (memcmp(bytes, "FACS", 4) != 0) {
        assert_sum(bytes, size);
    }
    return g_bytes_new_take(bytes, size);
}

uint64_t acpi_number(GBytes *table, gsize offset, uint32_t size)
{
    gsize length;
    const uint8_t *bytes = g_bytes_get_data(table, &length);

    g_assert_cmpuint(offset + size, <=, length);
    return hw_load_le(bytes + offset, size);
}

static bool is_called(GBytes *table, const char *signature)
{
    return memcmp(g_bytes_get_data(table, NULL), signature, 4) == 0;
}

/* RSDT, or XSDT where there is one. */
static GBytes *root_table(ObClient *client, uint64_t rsdp)
{
    uint8_t bytes[36];

    ob_client_memread(client, rsdp, bytes, sizeof(bytes));
    assert_sum(bytes, 20);
    if (bytes[15] < 2) {
        return table_at(client, hw_load_le(bytes + 16, 4));
    }
    assert_sum(bytes, 36);
    return table_at(client, hw_load_le(bytes + 24, 8));
}

/* What only the FADT points to. */
static GBytes *table_of_fadt(ObClient *client, GBytes *fadt, const char *signature)
{
    uint64_t wide = strcmp(signature, "DSDT") == 0 ? acpi_number(fadt, 140, 8) : 0;
    uint64_t narrow = acpi_number(fadt, strcmp(signature, "DSDT") == 0 ? 40 : 36, 4);
    GBytes *table;

    if (!wide && !narrow) {
        return NULL;
    }
    table = table_at(client, wide ? wide : narrow);
    g_assert_true(is_called(table, signature));
    return table;
}

GBytes *acpi_table(ObClient *client, uint64_t ram, const char *signature)
{
    uint64_t rsdp = acpi_find_rsdp(client, ram);
    bool by_fadt = strcmp(signature, "DSDT") == 0 || strcmp(signature, "FACS") == 0;
    const char *wanted = by_fadt ? "FACP" : signature;
    g_autoptr(GBytes) root = NULL;
    uint32_t size;

    g_assert_cmphex(rsdp, !=, 0);
    root = root_table(client, rsdp);
    if (is_called(root, signature)) {
        return g_steal_pointer(&root);
    }
    size = is_called(root, "XSDT") ? 8 : 4;
    for (gsize at = 36; at < g_bytes_get_size(root); at += size) {
        g_autoptr(GBytes) table = table_at(client, acpi_number(root, at, size));

        if (is_called(table, wanted)) {
            return by_fadt ? table_of_fadt(client, table, signature) : g_steal_pointer(&table);
        }
    }
    return NULL;
}

/* -------------------------------------------------------------------------- tools */

typedef struct Workshop {
    char *directory;
} Workshop;

static Workshop workshop_open(void)
{
    return (Workshop) { g_dir_make_tmp("outboard-acpi-XXXXXX", NULL) };
}

static void workshop_close(Workshop *w)
{
    GDir *dir = g_dir_open(w->directory, 0, NULL);
    const char *name;

    while ((name = g_dir_read_name(dir))) {
        g_autofree char *path = g_build_filename(w->directory, name, NULL);

        g_unlink(path);
    }
    g_dir_close(dir);
    g_rmdir(w->directory);
    g_free(w->directory);
}

static void workshop_put(const Workshop *w, const char *name, GBytes *bytes)
{
    g_autofree char *path = g_build_filename(w->directory, name, NULL);

    g_assert_true(g_file_set_contents(path, g_bytes_get_data(bytes, NULL),
                                      (gssize)g_bytes_get_size(bytes), NULL));
}

static GBytes *workshop_get(const Workshop *w, const char *name)
{
    g_autofree char *path = g_build_filename(w->directory, name, NULL);
    char *bytes;
    gsize size;

    g_assert_true(g_file_get_contents(path, &bytes, &size, NULL));
    return g_bytes_new_take(bytes, size);
}

/* What it prints; it must succeed. */
static char *workshop_run(const Workshop *w, const char *command)
{
    g_auto(GStrv) words = NULL;
    g_autofree char *errors = NULL;
    char *output = NULL;
    GError *error = NULL;
    int status;

    g_assert_true(g_shell_parse_argv(command, NULL, &words, NULL));
    if (!g_spawn_sync(w->directory, words, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &output,
                      &errors, &status, &error)) {
        g_error("%s: %s", command, error->message);
    }
    if (!g_spawn_check_wait_status(status, NULL)) {
        g_error("%s failed:\n%s%s", command, output, errors);
    }
    return output;
}

char *acpi_disassemble(GBytes *table, const char *iasl)
{
    Workshop w = workshop_open();
    g_autofree char *compile = g_strdup_printf("iasl %s table.dsl", iasl);
    g_autofree char *complaints = NULL;
    g_autoptr(GBytes) source = NULL;

    workshop_put(&w, "table.dat", table);
    g_free(workshop_run(&w, "iasl -d table.dat"));
    source = workshop_get(&w, "table.dsl");
    complaints = workshop_run(&w, compile);
    if (strstr(complaints, "Warning  ")) {
        g_error("%s", complaints);
    }
    workshop_close(&w);
    return g_strndup(g_bytes_get_data(source, NULL), g_bytes_get_size(source));
}

char *acpi_execute(GBytes *const *tables, guint count, const char *commands)
{
    Workshop w = workshop_open();
    GString *line = g_string_new("acpiexec -b ");
    g_autofree char *quoted = g_shell_quote(commands);
    char *output;

    g_string_append(line, quoted);
    for (guint i = 0; i < count; i++) {
        g_autofree char *name = g_strdup_printf("%u.dat", i);

        workshop_put(&w, name, tables[i]);
        g_string_append_printf(line, " %s", name);
    }
    output = workshop_run(&w, line->str);
    g_string_free(line, TRUE);
    workshop_close(&w);
    return output;
}

GBytes *acpi_compile(const char *text)
{
    Workshop w = workshop_open();
    g_autoptr(GBytes) source = g_bytes_new(text, strlen(text));
    GBytes *table;

    workshop_put(&w, "table.asl", source);
    g_free(workshop_run(&w, "iasl table.asl"));
    table = workshop_get(&w, "table.aml");
    workshop_close(&w);
    return table;
}
