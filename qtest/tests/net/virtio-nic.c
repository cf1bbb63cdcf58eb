/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/tests/net/virtio-nic.h"

#include <string.h>
#include <unistd.h>

#include "qtest/client/process/scratch.h"
#include "qtest/client/process/unix-socket.h"
#include "qtest/tests/net/frame-wire.h"

#define BASE   0xfef00000
#define SLOT   4
#define MEMORY 0x200000

bool nic_is_pci(void)
{
    return strstr(g_getenv("OB_DEVICE"), "-pci") != NULL;
}

bool nic_is_qemus_own(void)
{
    return g_getenv("OB_OWN") != NULL;
}

VirtioDriver nic_driver(Nic *f)
{
    f->bus = pci_of_pc(f->c);
    return nic_is_pci() ? virtio_of_pci(&f->bus, VIRTIO_NET_ID, 0, MEMORY)
                        : virtio_of_mmio(f->c, BASE, MEMORY);
}

void nic_machine_start(Nic *f, const char *machine, const char *device)
{
    g_autofree char *path = NULL;
    g_autofree char *arguments = NULL;
    ObStart s = { .program = g_getenv("OB_PROGRAM"), .accelerator = g_getenv("OB_ACCELERATOR") };
    HW_ERROR(error, 4096);
    int listener;

    f->scratch = ob_scratch_new();
    path = g_build_filename(ob_scratch_path(f->scratch), "net", NULL);
    listener = ob_unix_listen(path);
    g_assert_cmpint(listener, >=, 0);
    arguments = g_strdup_printf("-M %s -nodefaults %s -netdev "
                                "stream,id=n0,server=off,addr.type=unix,addr.path=%s %s",
                                machine, g_getenv("OB_ARGUMENTS"), path, device);
    s.arguments = arguments;
    s.halts = strcmp(s.accelerator, "qtest") != 0;
    f->c = ob_client_start(&s, &error);
    g_assert_cmpstr(error.text, ==, "");
    f->wire = wire_accept(listener);
}

void nic_start(Nic *f, const char *properties)
{
    g_autofree char *device = g_strdup_printf("-device %s,addr=0x%x,id=nic,netdev=n0%s",
                                              g_getenv("OB_DEVICE"), nic_is_pci() ? SLOT : BASE,
                                              properties);

    nic_machine_start(f, "q35", device);
}

void nic_set_up_stopped(Nic *f, gconstpointer data)
{
    (void)data;
    nic_start(f, "");
}

void nic_set_up(Nic *f, gconstpointer data)
{
    nic_set_up_stopped(f, data);
    f->card = virtio_card_start(nic_driver(f), NIC_ALL, NIC_BUFFER);
}

void nic_tear_down(Nic *f, gconstpointer data)
{
    (void)data;
    close(f->wire);
    ob_client_quit(f->c);
    ob_scratch_free(f->scratch);
}

void nic_drive(Nic *f, uint64_t features)
{
    f->card = virtio_card_start(nic_driver(f), NIC_ALL | features, NIC_BUFFER);
}
