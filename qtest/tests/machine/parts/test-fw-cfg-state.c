/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fw_cfg in migration streams, in process: in QEMU's streams, and between two of our hosts. */
#include <string.h>

#include "hw-api/device/bytes.h"
#include "hw-api/host/run/state.h"
#include "qtest/machine/board.h"
#include "qtest/machine/parts/fw-cfg-internal.h"
#include "qtest/machine/state/load.h"
#include "qtest/machine/state/save.h"
#include "qtest/tests/lib/stream-files.h"

#define SELECTOR  0x510
#define DATA      0x511
#define DMA       0x514

#define HEADER    "\6fw_cfg\0\0\0\0\0\0\0\2" /* the section's: name, instance, version */
#define OWN_SIZE  30u /* the payload's size without the sizes of ACPI files */
#define ACPI_SIZE (2u + 14u + 4u + 24u)

/* ------------------------------------------------------------------- parts */

static ObHost *host_new(const char *machine, uint64_t ram_size)
{
    const ObHostConfig config = {
        .architecture = g_str_has_prefix(machine, "virt") ? "aarch64" : "x86_64",
        .machine = machine,
        .ram_size = ram_size,
    };
    ObHost *host = ob_host_new(&config, NULL);

    g_assert_nonnull(host);
    return host;
}

static GByteArray *host_save(ObHost *host)
{
    GByteArray *stream = g_byte_array_new();
    ObSave *save = ob_save_new(host, stream_sink, stream, NULL);

    g_assert_true(ob_save_finish(save, "prelaunch", NULL));
    ob_save_free(save);
    return stream;
}

static void host_load(ObHost *host, const GByteArray *stream)
{
    ObLoad *load = ob_load_new(host);
    char sentence[1000] = "";

    ob_load_feed(load, stream->data, stream->len);
    if (!ob_load_finish(load)) {
        ob_load_explain(load, sentence, sizeof(sentence));
    }
    g_assert_cmpstr(sentence, ==, "");
    ob_load_free(load);
}

static const uint8_t *payload_of(const GByteArray *stream)
{
    return stream->data + stream_find(stream, 0, HEADER, sizeof(HEADER) - 1) + sizeof(HEADER) - 1;
}

static void select_key(ObHost *host, uint16_t key)
{
    ob_host_store(host, HW_SPACE_IO, SELECTOR, key, 2);
}

static char data_read(ObHost *host)
{
    return (char)ob_host_load(host, HW_SPACE_IO, DATA, 1);
}

/* -------------------------------------------------------------------- QEMU */

/* The machine's name, "pc-q35-7.2", behind magic, version, a byte and the name's length. */
static char *machine_of(const GByteArray *stream)
{
    return g_strndup((const char *)stream->data + 13, hw_load_be32(stream->data + 9));
}

static uint64_t ram_size_of(const char *name)
{
    uint64_t mib = g_str_has_prefix(name, "arm") ? 1 : strstr(name, "seabios") ? 16 : 4;

    return mib << 20;
}

/* A stream with a TPM loads only on a host with a TPM; so only its fw_cfg section is loaded. */
static void stored_load(ObHost *host, const char *name, const GByteArray *stream)
{
    HwInstance *instance = hw_instance_of(&ob_host_fw_cfg(host)->dev);

    if (strstr(name, "crb")) {
        g_assert_true(hw_state_load(instance, 2, payload_of(stream), OWN_SIZE + ACPI_SIZE, NULL));
    } else {
        host_load(host, stream);
    }
}

static void test_stored(gconstpointer name)
{
    g_autoptr(GByteArray) stream = stream_load(name);
    g_autofree char *machine = machine_of(stream);
    ObHost *host = host_new(machine, ram_size_of(name));
    const uint8_t *payload = payload_of(stream);
    g_autoptr(GByteArray) again = NULL;

    stored_load(host, name, stream);
    g_assert_cmphex(ob_host_fw_cfg(host)->cur_entry, ==, hw_load_be16(payload));
    g_assert_cmphex(ob_host_fw_cfg(host)->cur_offset, ==, hw_load_be32(payload + 2));
    again = host_save(host);
    g_assert_cmpmem(payload_of(again), OWN_SIZE + ACPI_SIZE, payload, OWN_SIZE + ACPI_SIZE);
    ob_host_free(host);
}

/* --------------------------------------------------------------- our hosts */

static void test_guest_goes_on(void)
{
    ObHost *from = host_new("q35", 0);
    ObHost *to = host_new("q35", 0);
    g_autoptr(GByteArray) stream = NULL;

    select_key(from, FW_CFG_SIGNATURE);
    g_assert_cmpint(data_read(from), ==, 'Q');
    stream = host_save(from);
    host_load(to, stream);
    g_assert_cmpint(data_read(to), ==, 'E');
    ob_host_free(from);
    ob_host_free(to);
}

static void test_half_an_address_goes_on(void)
{
    static const uint8_t descriptor[16] = { 0, FW_CFG_SIGNATURE, 0, 0x0a, 0, 0, 0, 4 };
    ObHost *from = host_new("q35", UINT64_C(5) << 30);
    ObHost *to = host_new("q35", UINT64_C(5) << 30);
    uint64_t place = UINT64_C(0x100001000);
    g_autoptr(GByteArray) stream = NULL;

    ob_host_write(from, place, descriptor, sizeof(descriptor));
    ob_host_store(from, HW_SPACE_IO, DMA, GUINT32_SWAP_LE_BE(1), 4);
    stream = host_save(from);
    host_load(to, stream);
    ob_host_store(to, HW_SPACE_IO, DMA + 4, GUINT32_SWAP_LE_BE(0x1000), 4);
    g_assert_cmphex(ob_host_load(to, HW_SPACE_MEMORY, place, 4), ==, 0);
    ob_host_free(from);
    ob_host_free(to);
}

/* clang-format off */
static const char *const acpi_files[] = { "etc/acpi/tables", "etc/table-loader",
                                          "etc/acpi/rsdp" };
/* clang-format on */

static void test_sizes_of_acpi_files_are_told(void)
{
    ObHost *host = host_new("q35", 0);
    g_autoptr(GByteArray) stream = host_save(host);
    const uint8_t *sizes = payload_of(stream) + OWN_SIZE + ACPI_SIZE - 24;

    for (size_t i = 0; i < G_N_ELEMENTS(acpi_files); i++) {
        const ObFwCfgFile *file = ob_fw_cfg_find(ob_host_fw_cfg(host), acpi_files[i]);

        g_assert_nonnull(file);
        g_assert_cmpuint(hw_load_be32(sizes + 8 * i + 4), ==, file->size);
    }
    ob_host_free(host);
}

static void test_without_acpi_files_no_sizes_are_told(void)
{
    ObHost *host = host_new("q35", 0);
    g_autoptr(GByteArray) stream = NULL;

    for (size_t i = 0; i < G_N_ELEMENTS(acpi_files); i++) {
        ob_fw_cfg_remove(ob_host_fw_cfg(host), acpi_files[i]);
    }
    stream = host_save(host);
    g_assert_cmphex(payload_of(stream)[OWN_SIZE], !=, 5);
    ob_host_free(host);
}

/* ----------------------------------------------------------------- refused */

static void load_refused(uint32_t version, const char *payload, size_t size, const char *sentence)
{
    ObHost *host = host_new("q35", 0);
    HwInstance *instance = hw_instance_of(&ob_host_fw_cfg(host)->dev);
    HW_ERROR(error, 300);

    select_key(host, FW_CFG_ID);
    g_assert_false(hw_state_load(instance, version, (const uint8_t *)payload, size, &error));
    g_assert_cmpstr(error.text, ==, sentence);
    g_assert_cmphex(ob_host_fw_cfg(host)->cur_entry, ==, FW_CFG_ID);
    ob_host_free(host);
}

static void test_later_version_is_refused(void)
{
    load_refused(3, "\0\0\0\0\0\0", 6, "savevm: unsupported version 3 for 'fw_cfg' v2");
}

static void test_first_version_is_refused(void)
{
    load_refused(1, "\0\0\0\0", 4,
                 "fw_cfg: incoming version_id 1 is too old for local minimum version_id 2");
}

static void test_short_section_is_refused(void)
{
    load_refused(2, "\0\0\0\0\0", 5,
                 "Failed to load fw_cfg:cur_offset: 5 bytes, expected 6 or more");
}

static void test_unknown_subsection_is_refused(void)
{
    load_refused(2,
                 "\0\0\0\0\0\0"
                 "\5\12fw_cfg/dmx\0\0\0\0\0\0\0\0\0\0\0\0",
                 30, "fw_cfg: unknown subsection 'fw_cfg/dmx'");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (const char *const *name = stream_names; *name; name++) {
        g_autofree char *path = g_strconcat("/fw-cfg-state/stored/", *name, NULL);

        g_test_add_data_func(path, *name, test_stored);
    }
    g_test_add_func("/fw-cfg-state/guest-goes-on", test_guest_goes_on);
    g_test_add_func("/fw-cfg-state/half-an-address-goes-on", test_half_an_address_goes_on);
    g_test_add_func("/fw-cfg-state/sizes-of-acpi-files-are-told",
                    test_sizes_of_acpi_files_are_told);
    g_test_add_func("/fw-cfg-state/without-acpi-files-no-sizes-are-told",
                    test_without_acpi_files_no_sizes_are_told);
    g_test_add_func("/fw-cfg-state/refused/later-version", test_later_version_is_refused);
    g_test_add_func("/fw-cfg-state/refused/first-version", test_first_version_is_refused);
    g_test_add_func("/fw-cfg-state/refused/short-section", test_short_section_is_refused);
    g_test_add_func("/fw-cfg-state/refused/unknown-subsection", test_unknown_subsection_is_refused);
    return g_test_run();
}
