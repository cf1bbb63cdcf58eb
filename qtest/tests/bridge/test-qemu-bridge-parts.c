/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The bridge without a QEMU: version rows, arguments, imported symbols. */
#include <dlfcn.h>
#include <fcntl.h>
#include <gelf.h>
#include <glib.h>
#include <string.h>
#include <unistd.h>

#include "plugins/qemu-bridge/arguments.h"
#include "plugins/qemu-bridge/qemu/self-check.h"
#include "plugins/qemu-bridge/qemu/symbols.h"
#include "plugins/qemu-bridge/qemu/versions.h"

static HW_ERROR(error, 512);

/* ------------------------------------------------------------------ versions */

static void test_version_known(void)
{
    g_assert_cmpstr(qemu_version_require(7, 2, &error)->name, ==, "7.2");
    g_assert_cmpstr(qemu_version_require(10, 0, &error)->name, ==, "10.0");
    g_assert_cmpstr(qemu_version_require(11, 1, &error)->name, ==, "11.1");
}

static void test_version_unknown(void)
{
    g_assert_null(qemu_version_require(9, 1, &error));
    g_assert_cmpstr(error.text, ==,
                    "QEMU 9.1 is unknown to this bridge, expected 7.2, 10.0 or "
                    "11.1 (qemu-version=any tries it as 7.2, at your own risk)");
}

static void test_version_nearest(void)
{
    g_assert_cmpstr(qemu_version_nearest(6, 0)->name, ==, "7.2");
    g_assert_cmpstr(qemu_version_nearest(9, 9)->name, ==, "7.2");
    g_assert_cmpstr(qemu_version_nearest(10, 2)->name, ==, "10.0");
    g_assert_cmpstr(qemu_version_nearest(12, 0)->name, ==, "11.1");
}

/* ------------------------------------------------------------------- layouts */

static uint8_t fifo[256];
static uint8_t fifo_fields[4 * 128];
static uint8_t uint32_info;

static void put(uint8_t *at, const void *pointer)
{
    memcpy(at, &pointer, sizeof(pointer));
}

static void put_int(uint8_t *at, int value)
{
    memcpy(at, &value, sizeof(value));
}

/* Makes "Fifo8" in the layout of this release. */
static void fifo_make(const QemuVersion *version)
{
    static const char *const names[] = { "data", "head", "num" };
    const QemuFieldLayout *layout = version->field;

    memset(fifo, 0, sizeof(fifo));
    memset(fifo_fields, 0, sizeof(fifo_fields));
    put(fifo + version->description->name, "Fifo8");
    put_int(fifo + version->description->version_id, 1);
    put_int(fifo + version->description->minimum_version_id, 1);
    put(fifo + version->description->fields, fifo_fields);
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        uint8_t *field = fifo_fields + i * layout->size;

        put(field + layout->name, names[i]);
        put(field + layout->info, &uint32_info);
        put_int(field + layout->flags, QEMU_VMS_SINGLE);
    }
    put_int(fifo_fields + G_N_ELEMENTS(names) * layout->size + layout->flags,
            (int)layout->end_flag);
}

static bool state_layout_is(const QemuVersion *version)
{
    return bridge_check_state_layout(version, fifo, &uint32_info, &error);
}

static void test_state_layout(void)
{
    const QemuVersion *releases[] = { qemu_version_find(7, 2), qemu_version_find(10, 0),
                                      qemu_version_find(11, 1) };

    for (size_t made = 0; made < G_N_ELEMENTS(releases); made++) {
        fifo_make(releases[made]);
        for (size_t i = 0; i < G_N_ELEMENTS(releases); i++) {
            g_assert_cmpint(state_layout_is(releases[i]), ==, i == made);
        }
    }
    g_assert_cmpstr(error.text, ==,
                    "this emulator's state descriptions differ from QEMU 10.0's: "
                    "'Fifo8' is not as expected");
}

static void test_device_layout(void)
{
    uint8_t device[256] = { [130] = 1, [131] = 1 };

    g_assert_true(bridge_check_device_layout(qemu_version_find(10, 0), device, &error));
    g_assert_false(bridge_check_device_layout(qemu_version_find(7, 2), device, &error));
    g_assert_cmpstr(error.text, ==,
                    "this emulator's class 'device' has another layout than "
                    "QEMU 7.2's: its switches are 0 and 0, expected 1 and 1");
}

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
    g_assert_false(arguments.any_version);
    g_assert_true(parse(&arguments, "qemu-version=any", NULL));
    g_assert_true(arguments.any_version);
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
    { "/qemu-bridge/arguments/long-unknown-is-refused-with-the-nearest", "quemu_version=any", NULL,
      "unknown argument 'quemu_version', the nearest is 'qemu-version'" },
    { "/qemu-bridge/arguments/repeated-is-refused", "set=a.so", "set=b.so",
      "set: given twice, expected once" },
    { "/qemu-bridge/arguments/empty-set-is-refused", "set=", NULL,
      "set: invalid value '': expected a plugin's file name" },
    { "/qemu-bridge/arguments/empty-tpm-id-is-refused", "libtpms=", NULL,
      "libtpms: invalid value '': expected an id for tpmdev=" },
    { "/qemu-bridge/arguments/empty-tpm-state-is-refused", "libtpms=a", "libtpms-state=",
      "libtpms-state: invalid value '': expected a file name" },
    { "/qemu-bridge/arguments/tpm-state-without-tpm-is-refused", "libtpms-state=x", NULL,
      "libtpms-state: libtpms is missing, expected libtpms=ID too" },
    { "/qemu-bridge/arguments/other-auto-shutdown-is-refused", "libtpms=a",
      "libtpms-auto-shutdown=maybe",
      "libtpms-auto-shutdown: invalid value 'maybe': expected on or off" },
    { "/qemu-bridge/arguments/auto-shutdown-without-tpm-is-refused", "libtpms-auto-shutdown=off",
      NULL, "libtpms-auto-shutdown: libtpms is missing, expected libtpms=ID too" },
    { "/qemu-bridge/arguments/empty-trace-is-refused", "trace", NULL,
      "trace: invalid value '': expected a pattern for device ids, such as '*'" },
    { "/qemu-bridge/arguments/version-but-any-is-refused", "qemu-version=9.1", NULL,
      "qemu-version: invalid value '9.1': expected 'any'" },
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

static bool table_has(const char *name)
{
    size_t count;
    const QemuSymbol *symbols = qemu_symbols(&count);

    for (size_t i = 0; i < count; i++) {
        if (strcmp(symbols[i].name, name) == 0) {
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
        if (!table_has(name)) {
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
    g_test_add_func("/qemu-bridge/version/supported-ones-are-found", test_version_known);
    g_test_add_func("/qemu-bridge/version/unknown-one-is-refused-by-number", test_version_unknown);
    g_test_add_func("/qemu-bridge/version/nearest-is-the-last-before-it", test_version_nearest);
    g_test_add_func("/qemu-bridge/layout/state-of-another-release-is-refused", test_state_layout);
    g_test_add_func("/qemu-bridge/layout/device-of-another-release-is-refused", test_device_layout);
    g_test_add_func("/qemu-bridge/arguments/each-is-stored", test_arguments_all);
    for (size_t i = 0; i < G_N_ELEMENTS(refusals); i++) {
        g_test_add_data_func(refusals[i].path, &refusals[i], test_arguments_refused);
    }
    g_test_add_func("/qemu-bridge/symbols/each-import-is-checked", test_symbols_listed);
    g_test_add_func("/qemu-bridge/symbols/program-without-them-is-refused", test_symbols_missing);
    return g_test_run();
}
