/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/client/drivers/migration.h"
#include "qtest/tests/bridge/pci/pci-machine.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#define ECAM        UINT64_C(0x4010000000) /* on virt */
#define VIRT_PORTS  UINT64_C(0x3eff0000)
#define PLACE_SIZE  0x1000000u
#define PORTS_SIZE  0x100u
#define MSI_CONTROL 2u
#define MSI_ADDRESS 4u
#define MSI_DATA    12u /* the function has addresses of 64 bits */
#define MSI_ON      1u

#define BIOS_SIZE   0x10000
#define HLT         0xf4

/* virt has no firmware unless asked, and its CPU finds no instruction. */
static char *halting_bios(void)
{
    g_autofree char *bytes = g_malloc(BIOS_SIZE);
    char *path;
    int fd = g_file_open_tmp("outboard-XXXXXX", &path, NULL);

    memset(bytes, HLT, BIOS_SIZE);
    g_assert_cmpint(fd, >=, 0);
    g_assert_cmpint(write(fd, bytes, BIOS_SIZE), ==, BIOS_SIZE);
    close(fd);
    return path;
}

ObClient *pci_start_as(const char *machine, const char *arguments)
{
    bool has_cpu = !bridge_machine_is_ours();
    g_autofree char *bios = has_cpu && bridge_machine_is_pc() ? halting_bios() : NULL;
    g_autofree char *all = g_strdup_printf("%s %s %s", bios ? "-bios" : "", bios ? bios : "",
                                           arguments);
    ObClient *c = bridge_machine_start(machine, all);

    if (bios) {
        g_unlink(bios);
    }
    return c;
}

ObClient *pci_start(const char *arguments)
{
    return pci_start_as(NULL, arguments);
}

/* ----------------------------------------------------------------- migration */

static void migrate_out(ObClient *c, const char *path)
{
    g_autofree char *uri = g_strdup_printf("exec:cat >%s", path);

    json_decref(ob_client_qmp(c, "migrate", json_pack("{s:s}", "uri", uri), NULL));
    ob_migration_complete(c);
    ob_client_quit(c);
}

static ObClient *migrate_in(const char *path, const char *machine, const char *arguments)
{
    g_autofree char *uri = g_strdup_printf("exec:cat %s", path);
    g_autofree char *all = g_strdup_printf("%s -incoming defer", arguments);
    ObClient *c = pci_start_as(machine, all);

    json_decref(ob_client_qmp(c, "migrate-incoming", json_pack("{s:s}", "uri", uri), NULL));
    ob_migration_complete(c);
    return c;
}

ObClient *pci_migrate(ObClient *c, GBytes **stream, const char *machine, const char *arguments)
{
    g_autofree char *path = NULL;
    int fd = g_file_open_tmp("outboard-XXXXXX", &path, NULL);

    g_assert_cmpint(fd, >=, 0);
    close(fd);
    migrate_out(c, path);
    c = migrate_in(path, machine, arguments);
    if (stream) {
        char *bytes;
        gsize size;

        g_assert_true(g_file_get_contents(path, &bytes, &size, NULL));
        *stream = g_bytes_new_take(bytes, size);
    }
    g_unlink(path);
    return c;
}

/* ------------------------------------------------------- configuration space */

void pci_run_until(ObClient *c, bool (*holds)(ObClient *c, const void *opaque), const void *opaque)
{
    json_decref(ob_client_qmp(c, "cont", NULL, NULL));
    while (!holds(c, opaque)) {
        g_thread_yield();
    }
    json_decref(ob_client_qmp(c, "stop", NULL, NULL));
}

static bool is_extended(uint32_t offset)
{
    return offset >= 0x100;
}

/* Only q35 and virt reach the extended space, by memory. */
static uint64_t ecam_of(ObClient *c, uint32_t address, uint32_t offset)
{
    if (!bridge_machine_is_pc()) {
        return ECAM + (address << 12 | offset);
    }
    ob_client_outl(c, 0xcf8, 0x80000064); /* q35: the high, then the low half of PCIEXBAR */
    ob_client_outl(c, 0xcfc, 0);
    ob_client_outl(c, 0xcf8, 0x80000060);
    ob_client_outl(c, 0xcfc, 0xb0000001);
    return UINT64_C(0xb0000000) + (address << 12 | offset);
}

static uint16_t select_port(ObClient *c, uint32_t address, uint32_t offset)
{
    ob_client_outl(c, 0xcf8, 0x80000000 | address << 8 | (offset & 0xfc));
    return (uint16_t)(0xcfc + (offset & 3));
}

uint32_t pci_read(ObClient *c, uint32_t address, uint32_t offset, uint32_t size)
{
    uint16_t port;

    if (!bridge_machine_is_pc() || is_extended(offset)) {
        return (uint32_t)ob_client_load(c, ecam_of(c, address, offset), size);
    }
    port = select_port(c, address, offset);
    return size == 1   ? ob_client_inb(c, port)
           : size == 2 ? ob_client_inw(c, port)
                       : ob_client_inl(c, port);
}

void pci_write(ObClient *c, uint32_t address, uint32_t offset, uint32_t value, uint32_t size)
{
    uint16_t port;

    if (!bridge_machine_is_pc() || is_extended(offset)) {
        ob_client_store(c, ecam_of(c, address, offset), value, size);
        return;
    }
    port = select_port(c, address, offset);
    if (size == 1) {
        ob_client_outb(c, port, (uint8_t)value);
    } else if (size == 2) {
        ob_client_outw(c, port, (uint16_t)value);
    } else {
        ob_client_outl(c, port, value);
    }
}

uint32_t pci_find(ObClient *c, uint32_t address, uint8_t id)
{
    uint32_t at = pci_read(c, address, PCI_CAPABILITIES, 1);

    while (at && pci_read(c, address, at, 1) != id) {
        at = pci_read(c, address, at + 1, 1);
    }
    return at;
}

uint32_t pci_find_extended(ObClient *c, uint32_t address, uint16_t id)
{
    uint32_t at = 0x100;

    while (at && (pci_read(c, address, at, 4) & 0xffff) != id) {
        at = pci_read(c, address, at, 4) >> 20;
    }
    return at;
}

uint64_t pci_map(ObClient *c, uint32_t address, uint32_t bar, uint32_t place)
{
    bool is_io = pci_read(c, address, PCI_BAR_0 + 4 * bar, 4) & 1;
    uint32_t base = is_io ? 0x6000 + PORTS_SIZE * place
                          : (bridge_machine_is_pc() ? 0xc0000000 : 0x10000000) + PLACE_SIZE * place;

    pci_write(c, address, PCI_BAR_0 + 4 * bar, base, 4);
    pci_write(c, address, PCI_COMMAND,
              pci_read(c, address, PCI_COMMAND, 2) | PCI_COMMAND_IO | PCI_COMMAND_MEMORY, 2);
    return is_io && !bridge_machine_is_pc() ? VIRT_PORTS + base : base;
}

uint64_t pci_ram(void)
{
    return bridge_machine_is_pc() ? 0x100000 : 0x40100000;
}

void pci_msi_on(ObClient *c, uint32_t address, uint32_t data, uint32_t allowed)
{
    uint32_t at = pci_find(c, address, PCI_MSI);

    g_assert_cmpuint(at, !=, 0);
    ob_client_writel(c, pci_ram(), 0);
    pci_write(c, address, at + MSI_ADDRESS, (uint32_t)pci_ram(), 4);
    pci_write(c, address, at + MSI_ADDRESS + 4, 0, 4);
    pci_write(c, address, at + MSI_DATA, data, 2);
    pci_write(c, address, at + MSI_CONTROL, allowed << 4 | MSI_ON, 2);
    pci_write(c, address, PCI_COMMAND, pci_read(c, address, PCI_COMMAND, 2) | PCI_COMMAND_MASTER,
              2);
}

uint32_t pci_message(ObClient *c)
{
    uint32_t message = ob_client_readl(c, pci_ram());

    ob_client_writel(c, pci_ram(), 0);
    return message;
}
