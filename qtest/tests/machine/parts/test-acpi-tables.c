/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The ACPI tables in a guest's view, after the firmware stand-in has run: checked by ACPICA, and
 * compared with QEMU's.
 */
#include <string.h>

#include "devices/tpm-crb-regs.h"
#include "hw-api/device/bytes.h"
#include "qtest/machine/board.h"
#include "qtest/machine/firmware/stand-in.h"
#include "qtest/tests/lib/acpi-guest.h"

#define GUID       "00112233-4455-6677-8899-aabbccddeeff"
#define GUID_LE    "\x33\x22\x11\x00\x55\x44\x77\x66\x88\x99\xaa\xbb\xcc\xdd\xee\xff"
#define GUID_PLACE 0x28
#define VGIA_PLACE 42 /* offset of the dword in vmgenid's SSDT */
#define VIRT_TPM   0x0c000000u

typedef struct Machine {
    const char *architecture;
    const char *name;
    const char *tpm;
    uint64_t ram;
    const char *event; /* the method that runs at vmgenid's event */
    char *output;      /* acpiexec's; NULL: not run yet */
} Machine;

static Machine pc = { "x86_64", "pc", "tpm-crb", 0, "\\_GPE._E05", NULL };
static Machine q35 = { "x86_64", "q35", "tpm-crb", 0, "\\_GPE._E05", NULL };
static Machine q35_tis = { "x86_64", "q35", "tpm-tis", 0, "\\_GPE._E05", NULL };
/* clang-format off */
static Machine virt = { "aarch64", "virt", "tpm-crb-device", 0x40000000, "\\_SB.G0E8._EVT 232",
                        NULL };
static Machine virt_tis = { "aarch64", "virt", "tpm-tis-device", 0x40000000,
                            "\\_SB.G0E8._EVT 232", NULL };
/* clang-format on */

static bool is_virt(const Machine *machine)
{
    return machine->ram != 0;
}

/* A machine with a TPM and a generation ID, after the stand-in has run. */
typedef struct Guest {
    Machine *machine;
    ObHost *host;
    ObClient *client;
} Guest;

static void guest_set_up(Guest *g, gconstpointer data)
{
    Machine *machine = (Machine *)data;
    const ObHostConfig config = { .architecture = machine->architecture, .machine = machine->name };
    const ObOption tpm = { "tpmdev", "tpm0" };
    const ObOption guid = { "guid", GUID };
    HW_ERROR(error, 512);

    g->machine = machine;
    g->host = ob_host_new(&config, &error);
    if (!ob_host_load_plugins(g->host, g_getenv("OUTBOARD_SET"), &error) ||
        !hw_tpm_add(ob_host_tpms(g->host), "libtpms", "tpm0", NULL, 0, &error) ||
        !ob_host_add_device(g->host, machine->tpm, &tpm, 1, &error) ||
        !ob_host_add_device(g->host, "vmgenid", &guid, 1, &error) ||
        !ob_firmware_boot(g->host, NULL, &error)) {
        g_error("%s", error.text);
    }
    g->client = ob_client_in_process(g->host);
}

static void guest_tear_down(Guest *g, gconstpointer data)
{
    (void)data;
    ob_client_quit(g->client);
    ob_host_free(g->host);
}

static GBytes *table(Guest *g, const char *signature)
{
    return acpi_table(g->client, g->machine->ram, signature);
}

/* Reads a file from the tests' directory. */
static GBytes *stored(const char *name)
{
    g_autofree char *path = g_build_filename(g_getenv("OB_ACPI_TABLES"), name, NULL);
    char *bytes;
    gsize size;

    g_assert_true(g_file_get_contents(path, &bytes, &size, NULL));
    return g_bytes_new_take(bytes, size);
}

static GBytes *with_checksum(GBytes *original)
{
    gsize size;
    const uint8_t *from = g_bytes_get_data(original, &size);
    uint8_t *bytes = g_memdup2(from, size);
    uint8_t sum = 0;

    bytes[9] = 0;
    for (gsize i = 0; i < size; i++) {
        sum = (uint8_t)(sum + bytes[i]);
    }
    bytes[9] = (uint8_t)-sum;
    return g_bytes_new_take(bytes, size);
}

/* -------------------------------------------------------------------------- iasl */

/* iasl refuses vmgenid's _HID, which is QEMU's, unless an option permits it. */
static void test_iasl(Guest *g, gconstpointer data)
{
    static const char *const signatures[] = { "DSDT", "FACP", "APIC", "TPM2", "SSDT",
                                              "RSDT", "XSDT", "FACS", "MCFG" };
    uint32_t found = 0;

    (void)data;
    for (size_t i = 0; i < G_N_ELEMENTS(signatures); i++) {
        bool is_root = strcmp(signatures[i] + 1, "SDT") == 0 && strchr("RX", signatures[i][0]);
        g_autoptr(GBytes) bytes = table(g, signatures[i]);
        g_autofree char *text = NULL;

        if (!bytes) {
            g_assert_true(is_root || strcmp(signatures[i], "FACS") == 0 ||
                          strcmp(signatures[i], "MCFG") == 0);
            continue;
        }
        found++;
        text = acpi_disassemble(bytes, strcmp(signatures[i], "SSDT") == 0 ? "-f" : "");
        g_assert_null(strstr(text, "**** "));
    }
    /* virt has the MCFG, the others have the FACS. */
    g_assert_cmpuint(found, ==, 7);
}

/* --------------------------------------------------------------------------- PCI */

static void test_mcfg(Guest *g, gconstpointer data)
{
    g_autoptr(GBytes) mcfg = table(g, "MCFG");
    const uint8_t *bytes;

    (void)data;
    g_assert_nonnull(mcfg);
    bytes = g_bytes_get_data(mcfg, NULL);
    g_assert_cmpuint(g_bytes_get_size(mcfg), ==, 60);
    g_assert_cmphex(hw_load_le(bytes + 44, 8), ==, UINT64_C(0x4010000000));
    g_assert_cmphex(hw_load_le(bytes + 52, 4), ==, 0xff000000); /* segment 0, buses 0 to 255 */
}

/* The value that follows `pin` of device 5 in _PRT. */
static uint64_t routed(Guest *g, uint32_t pin)
{
    g_autoptr(GBytes) dsdt = table(g, "DSDT");
    g_autofree char *text = acpi_disassemble(dsdt, "");
    const char *place = strstr(text, "_PRT");

    for (uint32_t i = 0; i <= pin; i++) {
        place = strstr(place, "0x0005FFFF") + 10;
    }
    for (int i = 0; i < 3; i++) { /* pin, source, index */
        place = strchr(place, ',') + 1;
    }
    return g_ascii_strtoull(place, NULL, 0);
}

static void test_routes(Guest *g, gconstpointer data)
{
    static const struct {
        const Machine *machine;
        uint64_t inta, intd;
    } rows[] = { { &pc, 10, 11 }, { &q35, 16 + 5, 16 + 4 }, { &virt, 32 + 3 + 1, 32 + 3 + 0 } };

    (void)data;
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        if (rows[i].machine == g->machine) {
            g_assert_cmpuint(routed(g, 0), ==, rows[i].inta);
            g_assert_cmpuint(routed(g, 3), ==, rows[i].intd);
        }
    }
}

/* --------------------------------------------------------------------------- TPM */

/* All bytes are QEMU's, except the log's address and the checksum. */
static void test_tpm2_as_qemu(Guest *g, gconstpointer data)
{
    g_autoptr(GBytes) ours = table(g, "TPM2");
    g_autoptr(GBytes) theirs = stored("tpm2-table-7.2.bin");
    const uint8_t *a = g_bytes_get_data(ours, NULL);
    const uint8_t *b = g_bytes_get_data(theirs, NULL);

    (void)data;
    g_assert_cmpuint(g_bytes_get_size(ours), ==, g_bytes_get_size(theirs));
    g_assert_cmpmem(a, 9, b, 9);
    g_assert_cmpmem(a + 10, 0x44 - 10, b + 10, 0x44 - 10);
}

/* The log is zeros before firmware uses it, and all of it lies in RAM. */
static void test_tpm_log(Guest *g, gconstpointer data)
{
    g_autoptr(GBytes) bytes = table(g, "TPM2");
    uint64_t address = ob_acpi_number(bytes, 0x44, 8);
    uint64_t size = ob_acpi_number(bytes, 0x40, 4);
    const uint8_t *log;

    (void)data;
    g_assert_cmphex(size, ==, TPM_LOG_SIZE);
    g_assert_cmphex(address, !=, 0);
    log = ob_host_ram_pointer(g->host, address, size);
    g_assert_nonnull(log);
    g_assert_true(log[0] == 0 && memcmp(log, log + 1, size - 1) == 0);
}

static void test_tpm2_real_address(Guest *g, gconstpointer data)
{
    g_autoptr(GBytes) bytes = table(g, "TPM2");

    (void)data;
    g_assert_cmphex(ob_acpi_number(bytes, 0x28, 8), ==, VIRT_TPM + CRB_CTRL_REQ);
    g_assert_cmpuint(ob_acpi_number(bytes, 0x30, 4), ==, 7);
}

/* The FIFO needs no control area (TCG ACPI Specification 1.2, table 8). */
static void test_tpm2_of_a_fifo(Guest *g, gconstpointer data)
{
    g_autoptr(GBytes) bytes = table(g, "TPM2");

    (void)data;
    g_assert_cmphex(ob_acpi_number(bytes, 0x28, 8), ==, 0);
    g_assert_cmpuint(ob_acpi_number(bytes, 0x30, 4), ==, 6);
}

/* Runs acpiexec once for all methods, because it is slow.  A machine's tables never change. */
static const char *executed(Guest *g)
{
    if (!g->machine->output) {
        g_autoptr(GBytes) dsdt = table(g, "DSDT");
        g_autoptr(GBytes) ssdt = table(g, "SSDT");
        GBytes *tables[] = { dsdt, ssdt };
        g_autofree char *commands = g_strdup_printf(
            "evaluate \\_SB.TPM._STA;evaluate \\_SB.TPM._CRS;evaluate \\_SB.VGEN._STA;"
            "evaluate \\_SB.VGEN.ADDR;execute %s",
            g->machine->event);

        g->machine->output = acpi_execute(tables, 2, commands);
    }
    return g->machine->output;
}

/* acpiexec's output for one method. */
static char *result_of(Guest *g, const char *method)
{
    g_autofree char *begin = g_strdup_printf("\nEvaluating %s\n", method);
    const char *from = strstr(executed(g), begin);
    const char *end;

    g_assert_nonnull(from);
    end = strstr(from + strlen(begin), "\nEvaluating ");
    return end ? g_strndup(from, (gsize)(end - from)) : g_strdup(from);
}

static void test_tpm_present(Guest *g, gconstpointer data)
{
    g_autofree char *output = result_of(g, "\\_SB.TPM._STA");

    (void)data;
    g_assert_nonnull(strstr(output, "[Integer] = 000000000000000F"));
}

static void test_tpm_resources(Guest *g, gconstpointer data)
{
    g_autofree char *output = result_of(g, "\\_SB.TPM._CRS");
    const char *base = is_virt(g->machine) ? "00 00 00 0C" : "00 00 D4 FE";
    const char *pages = strstr(g->machine->tpm, "tis") ? "50" : "10"; /* localities */
    g_autofree char *descriptor = g_strdup_printf("86 09 00 01 %s 00 %s 00 00", base, pages);

    (void)data;
    g_assert_nonnull(strstr(output, descriptor));
}

/* The value in acpiexec's output. */
static const char *value_of(const char *output)
{
    const char *value = strstr(output, "external buffer length");

    g_assert_nonnull(value);
    return strchr(value, '\n');
}

static void test_tpm_dsm_as_qemu(Guest *g, gconstpointer data)
{
    g_autoptr(GBytes) source = stored("ppi-probe.asl");
    g_autofree char *text = g_strndup(g_bytes_get_data(source, NULL), g_bytes_get_size(source));
    g_autoptr(GBytes) probe = acpi_compile(text);
    g_autoptr(GBytes) dsdt = table(g, "DSDT");
    g_autoptr(GBytes) qemus = stored("crb-dsdt-7.2.aml");
    g_autoptr(GBytes) summed = with_checksum(qemus);
    GBytes *ours[] = { dsdt, probe }, *theirs[] = { summed, probe };
    g_autofree char *our_output = acpi_execute(ours, 2, "evaluate \\_SB.TPM.PROB");
    g_autofree char *their_output = acpi_execute(theirs, 2, "evaluate \\_SB.TPM.PROB");

    (void)data;
    g_assert_nonnull(strstr(value_of(our_output), "[Package] Contains 28 Elements"));
    g_assert_cmpstr(value_of(our_output), ==, value_of(their_output));
}

/* ----------------------------------------------------------------------- vmgenid */

static void test_guid_through_ssdt(Guest *g, gconstpointer data)
{
    g_autoptr(GBytes) ssdt = table(g, "SSDT");
    uint64_t blob = ob_acpi_number(ssdt, VGIA_PLACE, g->machine == &virt ? 8 : 4);
    uint8_t guid[16];

    (void)data;
    g_assert_cmphex(blob % 4096, ==, 0);
    ob_client_memread(g->client, blob + GUID_PLACE, guid, sizeof(guid));
    g_assert_cmpmem(guid, sizeof(guid), GUID_LE, 16);
}

static void test_vmgenid_methods(Guest *g, gconstpointer data)
{
    g_autoptr(GBytes) ssdt = table(g, "SSDT");
    g_autofree char *status = result_of(g, "\\_SB.VGEN._STA");
    g_autofree char *output = result_of(g, "\\_SB.VGEN.ADDR");
    g_autofree char *address = g_strdup_printf("[Integer] = %016" G_GINT64_MODIFIER "X",
                                               ob_acpi_number(ssdt, VGIA_PLACE, 4) + GUID_PLACE);

    (void)data;
    g_assert_nonnull(strstr(status, "[Integer] = 000000000000000F"));
    g_assert_nonnull(strstr(output, address));
}

static void test_event_notifies(Guest *g, gconstpointer data)
{
    const char *output = executed(g);

    (void)data;
    g_assert_nonnull(strstr(output, "Received a Device Notify on [VGEN]"));
    g_assert_nonnull(strstr(output, "Value 0x80 (Status Change)"));
}

#define GUEST(path, machine, function) \
    g_test_add("/acpi-tables/" path, Guest, &machine, guest_set_up, function, guest_tear_down)

int main(int argc, char **argv)
{
    int status;

    g_test_init(&argc, &argv, NULL);
    GUEST("pc/iasl-takes-them-apart-and-together", pc, test_iasl);
    GUEST("q35/iasl-takes-them-apart-and-together", q35, test_iasl);
    GUEST("virt/iasl-takes-them-apart-and-together", virt, test_iasl);
    GUEST("virt/ecam-is-in-the-mcfg", virt, test_mcfg);
    GUEST("pc/pins-have-routes", pc, test_routes);
    GUEST("q35/pins-have-routes", q35, test_routes);
    GUEST("virt/pins-have-routes", virt, test_routes);
    GUEST("q35/tpm2-is-as-qemu-s", q35, test_tpm2_as_qemu);
    GUEST("q35/tpm2-has-room-for-the-log", q35, test_tpm_log);
    GUEST("virt/tpm2-has-room-for-the-log", virt, test_tpm_log);
    GUEST("virt/tpm2-has-the-real-address", virt, test_tpm2_real_address);
    GUEST("q35/tpm-is-present", q35, test_tpm_present);
    GUEST("q35/tpm-has-its-page", q35, test_tpm_resources);
    GUEST("virt/tpm-has-its-page", virt, test_tpm_resources);
    GUEST("q35/tis-has-its-localities", q35_tis, test_tpm_resources);
    GUEST("virt/tis-has-its-localities", virt_tis, test_tpm_resources);
    GUEST("q35/tis-is-in-tpm2", q35_tis, test_tpm2_of_a_fifo);
    GUEST("virt/tis-is-in-tpm2", virt_tis, test_tpm2_of_a_fifo);
    GUEST("q35/tis-has-room-for-the-log", q35_tis, test_tpm_log);
    GUEST("q35/tis-s-dsm-does-as-qemu-s", q35_tis, test_tpm_dsm_as_qemu);
    GUEST("q35/tpm-s-dsm-does-as-qemu-s", q35, test_tpm_dsm_as_qemu);
    GUEST("pc/guid-is-where-the-ssdt-says", pc, test_guid_through_ssdt);
    GUEST("virt/guid-is-where-the-ssdt-says", virt, test_guid_through_ssdt);
    GUEST("q35/vmgenid-s-methods-give-the-address", q35, test_vmgenid_methods);
    GUEST("q35/event-notifies-vmgenid", q35, test_event_notifies);
    GUEST("virt/event-notifies-vmgenid", virt, test_event_notifies);
    status = g_test_run();
    g_free(q35.output);
    g_free(virt.output);
    g_free(q35_tis.output);
    g_free(virt_tis.output);
    return status;
}
