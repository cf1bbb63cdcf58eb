/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The virtio network card in a machine, on -netdev stream whose other end the test holds.  OB_PROGRAM
 * names the program, OB_ARGUMENTS has its way to the device, OB_DEVICE the device's name there.
 * OB_OWN is set for QEMU's own card.
 */
#ifndef TESTS_VIRTIO_NIC_H
#define TESTS_VIRTIO_NIC_H

#include "devices/net/virtio-net-regs.h"
#include "qtest/tests/net/virtio-card.h"

/* Features that a driver may accept. */
#define NIC_ALL (HW_VIRTIO_INDIRECT | HW_VIRTIO_EVENT_INDEX | VIRTIO_CARD_MERGE)

enum { NIC_FRAME_MOST = 1514, NIC_BUFFER = VIRTIO_NET_HEADER + NIC_FRAME_MOST };

typedef struct Nic {
    ObClient *c;
    struct ObScratch *scratch;
    PciBus bus;
    VirtioCard card;
    int wire;
} Nic;

bool nic_is_pci(void);
bool nic_is_qemus_own(void);
VirtioDriver nic_driver(Nic *f);

/* `device`: "" or an option -device. */
void nic_machine_start(Nic *f, const char *machine, const char *device);

/* A machine with the card, and with further properties of it: ",mac=...". */
void nic_start(Nic *f, const char *properties);

/* Starts a driver that accepts NIC_ALL and `features`. */
void nic_drive(Nic *f, uint64_t features);

/* For g_test_add(): the card without a driver, and with one that has accepted NIC_ALL. */
void nic_set_up_stopped(Nic *f, gconstpointer data);
void nic_set_up(Nic *f, gconstpointer data);
void nic_tear_down(Nic *f, gconstpointer data);

#endif
