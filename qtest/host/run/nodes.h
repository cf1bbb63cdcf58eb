/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The machine's NUMA nodes: RAM from memory backends, ACPI tables, fw_cfg.  For the loop's thread. */
#ifndef OB_RUN_NODES_H
#define OB_RUN_NODES_H

#include "qtest/host/run/system.h"

/* True if the machine has nodes, by -numa or set-numa-node. */
bool ob_nodes_exist(const ObSystem *system);

/* The bytes of a node's memory. */
uint64_t ob_nodes_memory(const ObSystem *system, uint32_t node);

/* Takes the nodes' memory as the machine's RAM of `size` bytes.  Returns false and sets `error`
 * on failure. */
bool ob_nodes_open(ObSystem *system, const ObMachine *machine, uint64_t size, HwError *error);

/* The tables of -acpitable, then those of the nodes: system->tables. */
void ob_nodes_collect_tables(ObSystem *system, const ObMachine *machine);

/* Tells the firmware of a PC by fw_cfg. */
void ob_nodes_tell_firmware(ObSystem *system);

/* x-exit-preconfig: the machine gets the nodes that were added since its start.  Returns false and
 * sets `error` on failure. */
bool ob_nodes_apply(ObSystem *system, HwError *error);

#endif
