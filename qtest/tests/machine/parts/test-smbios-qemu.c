/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SMBIOS structures as the firmware gets them, compared with those of a stock QEMU that gets the
 * same options. */
#include <string.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "qtest/client/client.h"
#include "qtest/client/drivers/fw-cfg.h"
#include "qtest/tests/lib/qemu-release.h"

/* The release whose structures ours are, for each version of a machine. */
#define RELEASE "11.1"

#define PC_VERSION(version)                                                             \
    {                                                                                   \
        "/smbios-qemu/pc-q35-" version, "x86_64", "-M pc-q35-" version " -m 17G -smp 4" \
    }
#define ARM_VERSION(version)                                                         \
    {                                                                                \
        "/smbios-qemu/virt-" version, "aarch64", "-M virt-" version " -m 17G -smp 4" \
    }

/* %s stands for a folder with the files "text" and "structure". */
static const struct {
    const char *name;
    const char *architecture;
    const char *arguments;
} rows[] = {
    PC_VERSION("7.2"),
    PC_VERSION("8.0"),
    PC_VERSION("8.1"),
    PC_VERSION("8.2"),
    PC_VERSION("9.0"),
    PC_VERSION("9.1"),
    PC_VERSION("9.2"),
    PC_VERSION("10.0"),
    PC_VERSION("10.1"),
    PC_VERSION("10.2"),
    PC_VERSION("11.0"),
    PC_VERSION("11.1"),
    ARM_VERSION("7.2"),
    ARM_VERSION("9.0"),
    ARM_VERSION("9.1"),
    ARM_VERSION("11.1"),
    { "/smbios-qemu/pc", "x86_64", "-M pc-i440fx-11.1 -m 5G" },
    { "/smbios-qemu/sockets", "x86_64",
      "-M pc-q35-10.0 -smp 2,maxcpus=16,sockets=2,dies=2,cores=2,threads=2" },
    { "/smbios-qemu/clusters", "aarch64", "-M virt-11.1 -smp 8,sockets=2,clusters=2,cores=2" },
    { "/smbios-qemu/entry-of-64-bits", "x86_64", "-M pc-q35-7.2,smbios-entry-point-type=64" },
    { "/smbios-qemu/entry-grows", "x86_64", "-M pc-q35-11.1 -smp 255,sockets=1,cores=255" },
    { "/smbios-qemu/firmware", "x86_64",
      "-M pc-q35-11.1 -smbios type=0,vendor=V,version=VER,date=D,release=1.255,uefi=on,vm=off" },
    { "/smbios-qemu/firmware-defaults", "x86_64", "-M pc-q35-11.1 -smbios type=0" },
    { "/smbios-qemu/uuid", "x86_64",
      "-M pc-q35-11.1 -smbios type=1,uuid=12345678-1234-5678-9abc-123456789012" },
    { "/smbios-qemu/last-uuid", "x86_64",
      "-M pc-q35-11.1 -uuid 00000000-0000-0000-0000-000000000001 "
      "-smbios type=1,uuid=12345678-1234-5678-9abc-123456789012" },
    { "/smbios-qemu/system", "x86_64",
      "-M pc-q35-11.1 -smbios type=1,manufacturer=M,product=P,version=V,serial=S,sku=K,family=F "
      "-smbios type=1,serial=later" },
    { "/smbios-qemu/board", "aarch64",
      "-M virt-11.1 -smbios type=2,manufacturer=M,product=P,version=V,serial=S,asset=A,"
      "location=L" },
    { "/smbios-qemu/chassis", "x86_64",
      "-M pc-i440fx-11.1 -smbios type=2 "
      "-smbios type=3,manufacturer=M,version=V,serial=S,asset=A,sku=K" },
    { "/smbios-qemu/processor", "x86_64",
      "-M pc-q35-11.1 -smp 2,sockets=2 "
      "-smbios type=4,sock_pfx=SP,manufacturer=M,version=V,serial=S,asset=A,part=P,"
      "max-speed=3000,current-speed=2500,processor-family=6,processor-id=0x1122334455667788" },
    { "/smbios-qemu/connectors", "x86_64",
      "-M pc-q35-11.1 -smbios type=8,external_reference=E,internal_reference=I,"
      "connector_type=3,port_type=4 -smbios type=8,internal_reference=J" },
    { "/smbios-qemu/slots", "x86_64",
      "-M pc-q35-11.1 -smbios "
      "type=9,slot_designation=SD,slot_type=1,slot_data_bus_width=2,current_usage=3,"
      "slot_length=4,slot_id=0x105,slot_characteristics1=6,slot_characteristics2=7 "
      "-smbios type=9" },
    { "/smbios-qemu/strings", "x86_64",
      "-M pc-q35-11.1 -smbios type=11,value=one,value=two -smbios type=11,path=%s/text "
      "-smbios type=11" },
    { "/smbios-qemu/memory", "x86_64",
      "-M pc-q35-9.0 -m 17G "
      "-smbios type=17,loc_pfx=LP,bank=B,manufacturer=M,serial=S,asset=A,part=P,speed=1600" },
    { "/smbios-qemu/onboard", "x86_64",
      "-M pc-q35-11.1 -device pcie-root-port,id=r,addr=4 -device pci-testdev,id=t,addr=5.0 "
      "-smbios type=41,designation=ON,kind=ethernet,instance=1,pcidev=t -smbios type=41 "
      "-smbios type=41,kind=sas,pcidev=r" },
    { "/smbios-qemu/structure", "x86_64",
      "-M pc-q35-11.1 -smbios type=1,serial=S -smbios file=%s/structure" },
};

typedef struct Files {
    uint8_t *bytes[2];
    uint32_t sizes[2];
} Files;

static Files files_read(const char *program, const char *accelerator, const char *architecture,
                        const char *arguments)
{
    static const char *const names[] = { "etc/smbios/smbios-anchor", "etc/smbios/smbios-tables" };
    ObStart how = { .program = program, .arguments = arguments, .accelerator = accelerator };
    HW_ERROR(error, 4096);
    ObClient *c = ob_client_start(&how, &error);
    ObFwCfgPort port;
    Files files;

    if (!c) {
        g_error("%s", error.text);
    }
    port = g_str_equal(architecture, "x86_64") ? fw_cfg_of_pc(c) : fw_cfg_of_virt(c);
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        uint16_t key = fw_cfg_find(&port, names[i], &files.sizes[i]);

        g_assert_cmphex(key, !=, 0);
        files.bytes[i] = g_malloc(files.sizes[i]);
        fw_cfg_select(&port, key);
        fw_cfg_read(&port, files.bytes[i], files.sizes[i]);
    }
    ob_client_quit(c);
    return files;
}

/* A structure of type 3, which replaces the machine's own. */
static char *folder_new(void)
{
    static const char structure[] = "\x03\x09\x00\x50\x01\x02\x03\x04\x05"
                                    "abc\0";
    char *folder = g_dir_make_tmp("outboard-XXXXXX", NULL);
    g_autofree char *text = g_build_filename(folder, "text", NULL);
    g_autofree char *file = g_build_filename(folder, "structure", NULL);

    g_assert_true(g_file_set_contents(text, "hello", -1, NULL));
    g_assert_true(g_file_set_contents(file, structure, sizeof(structure), NULL));
    return folder;
}

static void folder_remove(const char *folder)
{
    g_autofree char *text = g_build_filename(folder, "text", NULL);
    g_autofree char *file = g_build_filename(folder, "structure", NULL);

    g_unlink(text);
    g_unlink(file);
    g_rmdir(folder);
}

static void test_same(gconstpointer data)
{
    size_t row = GPOINTER_TO_SIZE(data);
    const QemuRelease *release = qemu_release_named(RELEASE);
    const char *architecture = rows[row].architecture;
    g_autofree char *folder = folder_new();
    g_auto(GStrv) parts = g_strsplit(rows[row].arguments, "%s", -1);
    g_autofree char *joined = g_strjoinv(folder, parts);
    g_autofree char *arguments = g_strconcat(joined, " -S", NULL);
    g_autofree char *theirs = NULL;
    Files a, b;

    if (qemu_release_require(release)) {
        theirs = qemu_release_program(release, architecture);
        a = files_read(g_getenv(g_str_equal(architecture, "x86_64") ? "OB_X86_64" : "OB_AARCH64"),
                       NULL, architecture, arguments);
        b = files_read(theirs, "tcg", architecture, arguments);
        for (size_t i = 0; i < G_N_ELEMENTS(a.bytes); i++) {
            g_assert_cmpmem(a.bytes[i], a.sizes[i], b.bytes[i], b.sizes[i]);
            g_free(a.bytes[i]);
            g_free(b.bytes[i]);
        }
    }
    folder_remove(folder);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_add_data_func(rows[i].name, GSIZE_TO_POINTER(i), test_same);
    }
    return g_test_run();
}
