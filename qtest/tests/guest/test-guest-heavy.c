/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Machines as libvirt makes them, with all that brings ACPI tables and fw_cfg files, in each QEMU
 * release.  The guest finds our devices and all of QEMU's tables, and iasl accepts the tables.
 */
#include <stdio.h>
#include <string.h>

#include "qtest/guest/guest.h"
#include "qtest/tests/lib/acpi-guest.h"

#define TABLES "/sys/firmware/acpi/tables/"

typedef struct Heavy {
    const char *name;
    const char *kernel;
    const char *program; /* the environment variable with look.c's program */
    const char *machine;
    const char *firmware; /* the environment variable with its path; NULL: QEMU's default */
    unsigned files;       /* -fw_cfg options: as many as fit with QEMU's own devices, 20 at most */
    const char *devices;
    const char *generation_id; /* vmgenid's ACPI device */
    const char *tables[16];    /* QEMU's, which the guest must have */
    unsigned ssdts;
} Heavy;

#define NODES                                      \
    "-m 512,slots=16,maxmem=8G -smp 2,maxcpus=16 " \
    "-object memory-backend-ram,id=m0,size=256M "  \
    "-object memory-backend-ram,id=m1,size=256M "  \
    "-numa node,nodeid=0,cpus=0-7,memdev=m0 "      \
    "-numa node,nodeid=1,cpus=8-15,memdev=m1 "     \
    "-numa dist,src=0,dst=1,val=21 "               \
    "-object memory-backend-ram,id=n0,size=128M "  \
    "-device nvdimm,memdev=n0,id=nv0,label-size=131072 "

#define ROOT_PORTS                                                                        \
    "-device pcie-root-port,port=1,chassis=1,id=r1,bus=pcie.0,addr=0x2,multifunction=on " \
    "-device pcie-root-port,port=2,chassis=2,id=r2,bus=pcie.0,addr=0x2.0x1 "              \
    "-device pcie-root-port,port=3,chassis=3,id=r3,bus=pcie.0,addr=0x2.0x2 "              \
    "-device pcie-root-port,port=4,chassis=4,id=r4,bus=pcie.0,addr=0x2.0x3 "              \
    "-device qemu-xhci,bus=r1 -device virtio-rng-pci,bus=r2 "                             \
    "-device virtio-balloon-pci,bus=r3 -device virtio-serial-pci,bus=r4 "                 \
    "-device pxb-pcie,bus_nr=64,id=px,bus=pcie.0 -device vmcoreinfo "

#define Q35                                              \
    "-machine q35,nvdimm=on,kernel-irqchip=split " NODES \
    "-device intel-iommu,intremap=on " ROOT_PORTS "-device pvpanic "
#define PC           "-machine pc,nvdimm=on " NODES "-device virtio-rng-pci -device pvpanic "
#define VIRT         "-machine virt,nvdimm=on,iommu=smmuv3,gic-version=3 -cpu cortex-a57 " NODES ROOT_PORTS

#define PC_DEVICES   "-device outboard-vmgenid -device outboard-tpm-crb,tpmdev=tpm0"
#define VIRT_DEVICES "-device vmgenid -device tpm-crb-device,tpmdev=tpm0"

#define MORE_SLOTS   "-global fw_cfg_io.x-file-slots=64 "

/* clang-format off */
static const Heavy heavies[] = {
    { "pc-seabios", "amd64-6.1", "OB_GUEST_LOOK_AMD64", PC, NULL, 10, PC_DEVICES, "QEMUVGID:00",
      { "DSDT", "FACP", "APIC", "SRAT", "SLIT", "HPET", "WAET", "NFIT" }, 3 },
    { "q35-seabios", "amd64-6.1", "OB_GUEST_LOOK_AMD64", Q35, NULL, 7, PC_DEVICES, "QEMUVGID:00",
      { "DSDT", "FACP", "APIC", "SRAT", "SLIT", "HPET", "WAET", "NFIT", "MCFG", "DMAR" }, 3 },
    { "q35-seabios-20-files", "amd64-6.1", "OB_GUEST_LOOK_AMD64", Q35 MORE_SLOTS, NULL, 20,
      PC_DEVICES, "QEMUVGID:00",
      { "DSDT", "FACP", "APIC", "SRAT", "SLIT", "HPET", "WAET", "NFIT", "MCFG", "DMAR" }, 3 },
    { "q35-ovmf", "amd64-6.1", "OB_GUEST_LOOK_AMD64", Q35, "OB_OVMF", 7, PC_DEVICES, "QEMUVGID:00",
      { "DSDT", "FACP", "APIC", "SRAT", "SLIT", "HPET", "WAET", "NFIT", "MCFG", "DMAR" }, 3 },
    { "q35-linux-7", "amd64-7", "OB_GUEST_LOOK_AMD64", Q35, NULL, 7, PC_DEVICES, "QEMUVGID:00",
      { "DSDT", "FACP", "APIC", "SRAT", "SLIT", "HPET", "WAET", "NFIT", "MCFG", "DMAR" }, 3 },
    { "virt-edk2", "arm64-6.1", "OB_GUEST_LOOK_ARM64", VIRT, "OB_AAVMF", 17, VIRT_DEVICES,
      "VMGENCTR:00",
      { "DSDT", "FACP", "APIC", "SRAT", "SLIT", "GTDT", "SPCR", "NFIT", "MCFG", "IORT", "PPTT" },
      3 },
};
/* clang-format on */

/* ------------------------------------------------------------------- the guest */

/* SeaBIOS's file is QEMU's own.  The others go into the flash. */
static char *firmware_option(const Heavy *h)
{
    const char *file = h->firmware ? g_getenv(h->firmware) : NULL;

    if (!file) {
        return g_strdup("");
    }
    if (!g_file_test(file, G_FILE_TEST_EXISTS)) {
        g_autofree char *missing = g_strdup_printf("%s is missing: run scripts/setup guest", file);

        g_test_skip(missing);
        return NULL;
    }
    return g_strdup_printf("-drive if=pflash,format=raw,unit=0,readonly=on,file=%s ", file);
}

static char *arguments_make(const Heavy *h, const char *firmware)
{
    GString *text = g_string_new(h->machine);

    g_string_append_printf(text, "%s-plugin file=%s,libtpms=tpm0 %s", firmware,
                           g_getenv("OUTBOARD_BRIDGE"), h->devices);
    for (unsigned i = 0; i < h->files; i++) {
        g_string_append_printf(text, " -fw_cfg name=opt/org.example/c%u,string=x", i);
    }
    return g_string_free(text, FALSE);
}

static void words_add_tables(GString *words, const Heavy *h)
{
    for (size_t i = 0; h->tables[i]; i++) {
        g_string_append_printf(words, " hex=" TABLES "%s", h->tables[i]);
    }
    for (unsigned i = 1; i <= h->ssdts; i++) {
        g_string_append_printf(words, " hex=" TABLES "SSDT%u", i);
    }
}

/* Since Linux 7 both drivers are platform drivers, and the TPM's has another name. */
static bool is_linux_7(const Heavy *h)
{
    return g_str_has_suffix(h->kernel, "-7");
}

/*
 * QEMU 10.0 under TCG aborts at times while Linux 7 starts here: iotlb_to_section() finds no section.
 * Likely one processor's thread uses its TLB while another thread changes the memory map.
 */
static bool has_stale_tlb(const Heavy *h)
{
    return is_linux_7(h);
}

/* The first line is the TPM's driver, then come vmgenid's, TPM2 and the other tables. */
static char **guest_ask(const Heavy *h, const char *arguments)
{
    g_autoptr(GString) words = g_string_new("link=/sys/class/tpm/tpm0/device/driver link=");
    ObGuestBoot boot = { .kernel = h->kernel,
                         .initramfs = g_getenv(h->program),
                         .arguments = arguments,
                         .limit_s = 250,
                         .one_thread = has_stale_tlb(h) };
    HW_ERROR(error, 8192);
    g_autofree char *missing = ob_guest_missing(&boot);
    g_autofree char *said = NULL;

    if (missing) {
        g_test_skip(missing);
        return NULL;
    }
    g_string_append_printf(words, "/sys/bus/%s/drivers/vmgenid/%s hex=" TABLES "TPM2",
                           is_linux_7(h) ? "platform" : "acpi", h->generation_id);
    words_add_tables(words, h);
    boot.words = words->str;
    said = ob_guest_run(&boot, &error);
    g_assert_cmpstr(error.text, ==, "");
    return g_strsplit(said, "\n", 0);
}

/* ------------------------------------------------------------------- the tables */

/* A whole table with the right signature and checksum. */
static GBytes *table_of(const char *line, const char *name)
{
    GBytes *table = ob_guest_bytes(line);
    gsize size = 0;
    const uint8_t *bytes = table ? g_bytes_get_data(table, &size) : NULL;
    uint8_t sum = 0;

    if (!table || size < 36) {
        g_error("%s: no table: %s", name, line);
    }
    g_assert_cmpmem(bytes, 4, name, 4);
    g_assert_cmpuint(ob_acpi_number(table, 4, 4), ==, size);
    for (gsize at = 0; at < size; at++) {
        sum = (uint8_t)(sum + bytes[at]);
    }
    g_assert_cmphex(sum, ==, 0);
    return table;
}

static bool table_is_of(GBytes *table, const char *id)
{
    return memcmp((const char *)g_bytes_get_data(table, NULL) + 16, id, strlen(id)) == 0;
}

/* iasl marks what it can't decode.  It also marks QEMU's DSDT, whose revision is 1. */
#define NOTE      "**** "
#define OLD_TABLE "32-bit table"

/* Warnings for QEMU's tables are QEMU's.  Ours must be taken apart and together. */
static void iasl_judge(GBytes *table, bool is_ours)
{
    g_autofree char *text = is_ours ? acpi_disassemble(table, "-f") : acpi_decode(table);

    for (const char *note = text; (note = strstr(note, NOTE)); note += strlen(NOTE)) {
        if (!g_str_has_prefix(note, NOTE OLD_TABLE)) {
            g_error("%.4s: iasl says: %.200s", (const char *)g_bytes_get_data(table, NULL), note);
        }
    }
}

/* The DSDT and all SSDTs make one namespace, and our devices are in it. */
static void namespace_judge(GPtrArray *aml)
{
    g_autofree char *output = acpi_execute((GBytes *const *)aml->pdata, aml->len,
                                           "evaluate \\_SB.TPM._STA;evaluate \\_SB.VGEN.ADDR");

    g_assert_null(strstr(output, "AE_"));
    g_assert_nonnull(strstr(output, "[Integer] = 000000000000000F"));
    g_assert_nonnull(strstr(output, "Contains 2 Elements"));
}

static void tables_judge(const Heavy *h, char **lines)
{
    g_autoptr(GPtrArray) aml = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
    unsigned ours = 0;

    for (size_t i = 0; h->tables[i]; i++, lines++) {
        GBytes *table = table_of(*lines, h->tables[i]);

        iasl_judge(table, false);
        if (strcmp(h->tables[i], "DSDT") == 0) {
            g_ptr_array_add(aml, table);
        } else {
            g_bytes_unref(table);
        }
    }
    for (unsigned i = 0; i < h->ssdts; i++, lines++) {
        GBytes *table = table_of(*lines, "SSDT");
        bool is_ours = table_is_of(table, "OUTBOARD") || table_is_of(table, "VMGENID");

        ours += is_ours;
        iasl_judge(table, is_ours);
        g_ptr_array_add(aml, table);
    }
    g_assert_cmpuint(ours, ==, 2);
    namespace_judge(aml);
}

static void test_heavy(gconstpointer data)
{
    const Heavy *h = data;
    g_autofree char *firmware = firmware_option(h);
    g_autofree char *arguments = firmware ? arguments_make(h, firmware) : NULL;
    g_auto(GStrv) lines = arguments ? guest_ask(h, arguments) : NULL;
    g_autoptr(GBytes) tpm2 = NULL;

    if (!lines) {
        return;
    }
    g_assert_cmpuint(g_strv_length(lines), >=, 4 + h->ssdts);
    g_assert_true(g_str_has_suffix(lines[0], is_linux_7(h) ? "/tpm_crb_acpi" : "/tpm_crb"));
    g_assert_true(g_str_has_suffix(lines[1], h->generation_id));
    tpm2 = table_of(lines[2], "TPM2");
    iasl_judge(tpm2, true);
    tables_judge(h, lines + 3);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(heavies); i++) {
        g_autofree char *path = g_strdup_printf("/guest-heavy/%s", heavies[i].name);

        g_test_add_data_func(path, &heavies[i], test_heavy);
    }
    return g_test_run();
}
