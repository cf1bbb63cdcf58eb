/* SPDX-License-Identifier: GPL-2.0-or-later */
/* All that a machine tells its guest by ACPI, as ASL: each change of a table is seen here. */
#include <string.h>

#include "qtest/machine/board.h"
#include "qtest/machine/firmware/stand-in.h"
#include "qtest/tests/lib/acpi-guest.h"
#include "qtest/tests/lib/device-options.h"
#include "qtest/tests/lib/golden.h"

typedef struct Machine {
    const char *file;
    const char *architecture;
    const char *name;
    uint16_t cpus;
    uint64_t ram;
    bool devices_alone; /* the other tables are another row's */
    const char *devices[12];
} Machine;

static const Machine machines[] = {
    { "acpi-pc.dsl", "x86_64", "pc", 1, 0, false, { "tpm-crb,tpmdev=tpm0", "vmclock" } },
    { "acpi-q35.dsl", "x86_64", "q35", 3, 0, false, { "tpm-crb,tpmdev=tpm0", "vmclock" } },
    { "acpi-virt.dsl",
      "aarch64",
      "virt",
      2,
      0x40000000,
      false,
      { "tpm-crb-device,tpmdev=tpm0", "vmclock" } },
    { "acpi-q35-devices.dsl",
      "x86_64",
      "q35",
      1,
      0,
      true,
      { "tpm-tis,tpmdev=tpm0", "virtio-net-mmio,addr=0xfe000000", "virtio-net-mmio,addr=0xfffffc00",
        "virtio-net-mmio,addr=0x8000000000", "ns16550a-isa,iobase=0x2e8,irq-line=3", "pvpanic",
        "vmgenid" } },
    { "acpi-virt-devices.dsl",
      "aarch64",
      "virt",
      1,
      0x40000000,
      true,
      { "tpm-crb-device,tpmdev=tpm0,addr=0x8000000000", "virtio-net-mmio", "ns16550a",
        "vmgenid" } },
};

/* The tables without pointers to other tables, and the FADT, whose pointers are taken out. */
static const char *const signatures[] = { "DSDT", "FACP", "APIC", "GTDT", "MCFG", "TPM2" };

static const char *const device_signatures[] = { "DSDT", "SSDT", "TPM2" };

/* Nodes of memory are the program's: its tables are read with these options. */
typedef struct Program {
    const char *file;
    const char *arguments;
} Program;

#define NODES                                                                                   \
    "-m 128 -object memory-backend-ram,id=a,size=32M -object memory-backend-ram,id=b,size=96M " \
    "-numa node,memdev=a -numa node,memdev=b"

static const Program programs[] = {
    { "acpi-pc-numa.dsl",
      "-M pc,firmware=stand-in -smp 4,sockets=2 " NODES " -numa node "
      "-numa cpu,node-id=2,socket-id=0,core-id=1 -numa cpu,node-id=1,socket-id=1 "
      "-numa dist,src=0,dst=1,val=21 -numa dist,src=0,dst=2,val=31 "
      "-numa dist,src=1,dst=2,val=41" },
    { "acpi-q35-hmat.dsl",
      "-M q35,hmat=on,firmware=stand-in -smp 2,sockets=2 " NODES ",initiator=0 "
      "-numa cpu,node-id=0,socket-id=0 -numa cpu,node-id=0,socket-id=1 "
      "-numa hmat-lb,initiator=0,target=0,hierarchy=memory,data-type=access-latency,latency=10 "
      "-numa hmat-lb,initiator=0,target=1,hierarchy=memory,data-type=access-latency,latency=250 "
      "-numa hmat-lb,initiator=0,target=0,hierarchy=memory,data-type=access-bandwidth,"
      "bandwidth=400M "
      "-numa hmat-lb,initiator=0,target=1,hierarchy=memory,data-type=access-bandwidth,"
      "bandwidth=100M "
      "-numa hmat-cache,node-id=0,size=10K,level=1,associativity=direct,policy=write-back,line=8" },
};

static const char *const node_signatures[] = { "SRAT", "SLIT", "HMAT" };

static bool devices_add(ObHost *host, const Machine *machine, HwError *error)
{
    for (size_t i = 0; i < G_N_ELEMENTS(machine->devices) && machine->devices[i]; i++) {
        g_auto(GStrv) parts = g_strsplit(machine->devices[i], ",", 2);

        if (!device_with_options(host, parts[0], parts[1] ? parts[1] : "", error)) {
            return false;
        }
    }
    return true;
}

static ObHost *machine_start(const Machine *machine)
{
    const ObBoot boot = { .cpus = machine->cpus };
    const ObHostConfig config = { .architecture = machine->architecture,
                                  .machine = machine->name,
                                  .boot = &boot };
    HW_ERROR(error, 512);
    ObHost *host = ob_host_new(&config, &error);

    if (!ob_host_load_plugins(host, g_getenv("OUTBOARD_SET"), &error) ||
        !hw_tpm_add(ob_host_tpms(host), "libtpms", "tpm0", NULL, 0, &error) ||
        !devices_add(host, machine, &error) || !ob_firmware_boot(host, NULL, &error)) {
        g_error("%s", error.text);
    }
    return host;
}

/* iasl's first comment has its version and the date. */
static const char *text_after_comment(const char *text)
{
    const char *end = strstr(text, "*/\n");

    return end ? end + 3 : text;
}

/* The FADT's pointers to FACS and DSDT change with the size of any table. */
static GBytes *without_pointers(GBytes *table)
{
    static const struct {
        gsize place, size;
    } pointers[] = { { 36, 4 }, { 40, 4 }, { 140, 8 } };
    gsize size;
    g_autofree uint8_t *bytes = g_bytes_unref_to_data(g_bytes_ref(table), &size);

    if (memcmp(bytes, "FACP", 4) == 0) {
        for (size_t i = 0; i < G_N_ELEMENTS(pointers); i++) {
            for (gsize at = pointers[i].place; at < pointers[i].place + pointers[i].size; at++) {
                bytes[9] = (uint8_t)(bytes[9] + bytes[at]);
                bytes[at] = 0;
            }
        }
    }
    return g_bytes_new(bytes, size);
}

static void tables_expect(ObClient *client, uint64_t ram, const char *const *names, size_t count,
                          const char *file)
{
    g_autoptr(GString) text = g_string_new(NULL);

    for (size_t i = 0; i < count; i++) {
        g_autoptr(GBytes) table = acpi_table(client, ram, names[i]);
        g_autoptr(GBytes) whole = table ? without_pointers(table) : NULL;
        g_autofree char *decoded = whole ? acpi_decode(whole) : NULL;

        g_string_append_printf(text, "==== %s%s\n", names[i], decoded ? "" : ": none");
        g_string_append(text, decoded ? text_after_comment(decoded) : "");
    }
    golden_expect(file, text->str);
}

static void test_machine(gconstpointer data)
{
    const Machine *machine = data;
    ObHost *host = machine_start(machine);
    ObClient *client = ob_client_in_process(host);

    if (machine->devices_alone) {
        tables_expect(client, machine->ram, device_signatures, G_N_ELEMENTS(device_signatures),
                      machine->file);
    } else {
        tables_expect(client, machine->ram, signatures, G_N_ELEMENTS(signatures), machine->file);
    }
    ob_client_quit(client);
    ob_host_free(host);
}

static void test_program(gconstpointer data)
{
    const Program *program = data;
    const ObStart start = { .program = g_getenv("OB_PROGRAM"), .arguments = program->arguments };
    HW_ERROR(error, 4096);
    ObClient *client = ob_client_start(&start, &error);

    g_assert_cmpstr(error.text, ==, "");
    tables_expect(client, 0, node_signatures, G_N_ELEMENTS(node_signatures), program->file);
    ob_client_quit(client);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(machines); i++) {
        g_autofree char *path = g_strconcat("/acpi-golden/", machines[i].file, NULL);

        g_test_add_data_func(path, &machines[i], test_machine);
    }
    for (size_t i = 0; i < G_N_ELEMENTS(programs); i++) {
        g_autofree char *path = g_strconcat("/acpi-golden/", programs[i].file, NULL);

        g_test_add_data_func(path, &programs[i], test_program);
    }
    return g_test_run();
}
