/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fw_cfg of a host in process, and a guest's accesses to it by port and by DMA. */
#ifndef OB_TESTS_MACHINE_PARTS_FW_CFG_HOST_H
#define OB_TESTS_MACHINE_PARTS_FW_CFG_HOST_H

#include "qtest/machine/parts/fw-cfg.h"
#include "qtest/tests/lib/gadget.h"

#define SELECTOR   0x510
#define DATA       0x511
#define DMA        0x514
#define DESCRIPTOR 0x8000u /* in RAM */
#define BUFFER     0x10000u
#define RAM_END    (128 * MIB)

#define ERROR      0x01u
#define READ       0x02u
#define SKIP       0x04u
#define SELECT     0x08u
#define WRITE      0x10u

ObFwCfg *fw_cfg(GadgetHost *f);
uint16_t key_of(GadgetHost *f, const char *name); /* the file must exist */

/* Adds "opt/file", which has the first 8 bytes of content, and returns its key. */
uint16_t fw_cfg_file_add(GadgetHost *f, bool writable);
extern uint8_t content[9];

void port_select(GadgetHost *f, uint16_t key);
uint8_t port_read(GadgetHost *f);

/* Makes a transfer by a descriptor in RAM, and returns the descriptor's control word after it. */
uint32_t dma(GadgetHost *f, uint32_t control, uint32_t length, uint64_t address);
uint32_t dma_at(GadgetHost *f, uint64_t descriptor, uint32_t control, uint32_t length,
                uint64_t address);
uint32_t selecting(uint16_t key); /* the control word's bits that select */
void ram_expect(GadgetHost *f, uint64_t address, const void *bytes, size_t size);

#endif
