/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The bridge without a QEMU: arguments, imported symbols. */
#include <dlfcn.h>
#include <fcntl.h>
#include <gelf.h>
#include <glib.h>
#include <string.h>
#include <unistd.h>

#include "plugins/qemu-bridge/arguments.h"
#include "plugins/qemu-bridge/qemu/symbols.h"

static HW_ERROR(error, 512);

/* ----------------------------------------------------------------- arguments */

static bool parse(BridgeArguments *arguments, const char *first, const char *second)
{
    char *words[] = { (char *)(uintptr_t)first, (char *)(uintptr_t)second };

    return bridge_arguments_parse(arguments, second ? 2 : 1, words, &error);
}

static void test_arguments_all(void)
{
    BridgeArguments arguments;

    g_assert_true(parse(&arguments, "set=a=b.so", "trace=tpm*"));
    g_assert_cmpstr(arguments.set, ==, "a=b.so");
    g_assert_cmpstr(arguments.trace, ==, "tpm*");
    g_assert_false(arguments.report);
    g_assert_true(parse(&arguments, "report=on", NULL));
    g_assert_true(arguments.report);
}

typedef struct Refusal {
    const char *path;
    const char *first;
    const char *second;
    const char *sentence;
} Refusal;

/* clang-format off */
static const Refusal refusals[] = {
    { "/qemu-bridge/arguments/unknown-is-refused-with-the-nearest", "sat=x.so", NULL,
      "unknown argument 'sat', the nearest is 'set'" },
    { "/qemu-bridge/arguments/long-unknown-is-refused-with-the-nearest", "libtpm_states=x", NULL,
      "unknown argument 'libtpm_states', the nearest is 'libtpms-state'" },
    { "/qemu-bridge/arguments/repeated-is-refused", "set=a.so", "set=b.so",
      "set: given twice, expected once" },
    { "/qemu-bridge/arguments/empty-set-is-refused", "set=", NULL,
      "set: invalid value '': expected a plugin's file name" },
    { "/qemu-bridge/arguments/empty-coverage-is-refused", "coverage=", NULL,
      "coverage: invalid value '': expected a file name" },
    { "/qemu-bridge/arguments/empty-record-is-refused", "record=", NULL,
      "record: invalid value '': expected a file name" },
    { "/qemu-bridge/arguments/empty-tpm-id-is-refused", "libtpms=", NULL,
      "libtpms: invalid value '': expected an id for tpmdev=" },
    { "/qemu-bridge/arguments/empty-tpm-state-is-refused", "libtpms=a", "libtpms-state=",
      "libtpms-state: invalid value '': expected a file name" },
    { "/qemu-bridge/arguments/tpm-state-without-tpm-is-refused", "libtpms-state=x", NULL,
      "libtpms-state: libtpms is missing, expected libtpms=ID too" },
    { "/qemu-bridge/arguments/other-auto-shutdown-is-refused", "libtpms=a",
      "libtpms-auto-shutdown=maybe",
      "libtpms-auto-shutdown: invalid value 'maybe': expected on or off" },
    { "/qemu-bridge/arguments/trust-that-is-none-of-three-is-refused", "libtpms=tpm0",
      "libtpms-trust=some",
      "libtpms-trust: invalid value 'some': expected files, all or none" },
    { "/qemu-bridge/arguments/trust-without-tpm-is-refused", "libtpms-trust=all", NULL,
      "libtpms-trust: libtpms is missing, expected libtpms=ID too" },
    { "/qemu-bridge/arguments/empty-script-is-refused", "libtpms=tpm0", "libtpms-script=",
      "libtpms-script: invalid value '': expected a file name" },
    { "/qemu-bridge/arguments/script-without-tpm-is-refused", "libtpms-script=x", NULL,
      "libtpms-script: libtpms is missing, expected libtpms=ID too" },
    { "/qemu-bridge/arguments/auto-shutdown-without-tpm-is-refused", "libtpms-auto-shutdown=off",
      NULL, "libtpms-auto-shutdown: libtpms is missing, expected libtpms=ID too" },
    { "/qemu-bridge/arguments/empty-trace-is-refused", "trace", NULL,
      "trace: invalid value '': expected a pattern for events, such as '*'" },
    { "/qemu-bridge/arguments/report-but-on-or-off-is-refused", "report=yes", NULL,
      "report: invalid value 'yes': expected on or off" },
};
/* clang-format on */

static void test_arguments_refused(gconstpointer opaque)
{
    const Refusal *refusal = opaque;
    BridgeArguments arguments;

    g_assert_false(parse(&arguments, refusal->first, refusal->second));
    g_assert_cmpstr(error.text, ==, refusal->sentence);
}

/* ------------------------------------------------------------------- symbols */

static bool table_has(const QemuSymbol *symbols, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(symbols[i].name, name) == 0) {
            return true;
        }
    }
    return false;
}

static bool is_listed(const char *name)
{
    static const QemuSymbol *(*const tables[])(size_t * count) = {
        qemu_symbols,         qemu_pci_symbols, qemu_net_symbols,
        qemu_chardev_symbols, qemu_i2c_symbols, qemu_input_symbols,
    };

    for (size_t i = 0; i < G_N_ELEMENTS(tables); i++) {
        size_t count;
        const QemuSymbol *symbols = tables[i](&count);

        if (table_has(symbols, count, name)) {
            return true;
        }
    }
    return false;
}

static bool is_toolchains(const char *name)
{
    return name[0] == '_';
}

static size_t check_imports(Elf *elf, Elf_Scn *section)
{
    Elf_Data *data = elf_getdata(section, NULL);
    GElf_Shdr header;
    GElf_Sym symbol;
    size_t imports = 0;

    gelf_getshdr(section, &header);
    for (int i = 1; gelf_getsym(data, i, &symbol); i++) {
        const char *name = elf_strptr(elf, header.sh_link, symbol.st_name);

        if (symbol.st_shndx != SHN_UNDEF || GELF_ST_BIND(symbol.st_info) != STB_WEAK ||
            is_toolchains(name)) {
            continue;
        }
        imports++;
        if (!is_listed(name)) {
            g_test_message("%s is imported and not in the table", name);
            g_test_fail();
        }
    }
    return imports;
}

static void test_symbols_listed(void)
{
    int fd = open(g_getenv("OUTBOARD_BRIDGE"), O_RDONLY | O_CLOEXEC);
    Elf_Scn *section = NULL;
    size_t imports = 0;
    Elf *elf;

    elf_version(EV_CURRENT);
    elf = elf_begin(fd, ELF_C_READ, NULL);
    g_assert_nonnull(elf);
    while ((section = elf_nextscn(elf, section))) {
        GElf_Shdr header;

        gelf_getshdr(section, &header);
        imports += header.sh_type == SHT_DYNSYM ? check_imports(elf, section) : 0;
    }
    g_assert_cmpuint(imports, >, 50);
    elf_end(elf);
    close(fd);
}

static const QemuSymbol *last_is_missing(size_t *count)
{
    static const QemuSymbol list[] = { { "first", list }, { "second", NULL }, { "third", NULL } };

    *count = 2;
    return list;
}

static const QemuSymbol *none_is_missing(size_t *count)
{
    const QemuSymbol *list = last_is_missing(count);

    *count = 1;
    return list;
}

static void test_symbol_of_list(void)
{
    g_assert_cmpstr(qemu_symbol_missing(last_is_missing), ==, "second");
    g_assert_null(qemu_symbol_missing(none_is_missing));
}

static void test_symbols_missing(void)
{
    void *bridge;
    int (*install)(uint64_t, const void *, int, char **);

    if (!g_test_subprocess()) {
        g_test_trap_subprocess(NULL, 0, 0);
        g_test_trap_assert_passed();
        g_test_trap_assert_stderr("*outboard-qemu: this emulator doesn't export what devices "
                                  "need: acpi_send_event and * more symbols are missing, "
                                  "expected a build with modules\n*");
        return;
    }
    bridge = dlopen(g_getenv("OUTBOARD_BRIDGE"), RTLD_NOW);
    g_assert_nonnull(bridge);
    *(void **)&install = dlsym(bridge, "qemu_plugin_install");
    g_assert_nonnull(install);
    g_assert_cmpint(install(0, NULL, 0, NULL), ==, 1);
    dlclose(bridge);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/qemu-bridge/arguments/each-is-stored", test_arguments_all);
    for (size_t i = 0; i < G_N_ELEMENTS(refusals); i++) {
        g_test_add_data_func(refusals[i].path, &refusals[i], test_arguments_refused);
    }
    g_test_add_func("/qemu-bridge/symbols/each-import-is-checked", test_symbols_listed);
    g_test_add_func("/qemu-bridge/symbols/first-missing-of-a-list", test_symbol_of_list);
    g_test_add_func("/qemu-bridge/symbols/program-without-them-is-refused", test_symbols_missing);
    return g_test_run();
}
