/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Registers of the TPM Command Response Buffer interface, locality 0: PC Client
 * Platform TPM Profile for TPM 2.0 (PTP) 1.05, section 6.5.3.  Offsets are bytes
 * from the locality's page.
 */
#ifndef TPM_CRB_REGS_H
#define TPM_CRB_REGS_H

#include "devices/tpm/tpm-ppi-regs.h"
#include "hw-api/hw-api.h"

#define CRB_LOC_STATE             0x00
#define CRB_LOC_CTRL              0x08
#define CRB_LOC_STS               0x0c
#define CRB_INTF_ID               0x30
#define CRB_INTF_ID2              0x34
#define CRB_CTRL_EXT              0x38
#define CRB_CTRL_REQ              0x40
#define CRB_CTRL_STS              0x44
#define CRB_CTRL_CANCEL           0x48
#define CRB_CTRL_START            0x4c
#define CRB_INT_ENABLE            0x50
#define CRB_INT_STS               0x54
#define CRB_CMD_SIZE              0x58
#define CRB_CMD_LADDR             0x5c
#define CRB_CMD_HADDR             0x60
#define CRB_RSP_SIZE              0x64
#define CRB_RSP_LADDR             0x68 /* one 64-bit register, in two words */
#define CRB_RSP_HADDR             0x6c
#define CRB_WORDS                 32 /* 0x00..0x7f */
#define CRB_BUFFER                0x80
#define CRB_PAGE_SIZE             0x1000
#define CRB_BUFFER_SIZE           (CRB_PAGE_SIZE - CRB_BUFFER)
#define CRB_PC_ADDRESS            TPM_PC_ADDRESS

#define LOC_STATE_ESTABLISHED     HW_BIT(0) /* 1: no dynamic launch has happened */
#define LOC_STATE_ASSIGNED        HW_BIT(1)
#define LOC_STATE_ACTIVE_LOCALITY HW_MASK(4, 2)
#define LOC_STATE_VALID           HW_BIT(7)
#define LOC_CTRL_REQUEST          HW_BIT(0)
#define LOC_CTRL_RELINQUISH       HW_BIT(1)
#define LOC_CTRL_SEIZE            HW_BIT(2)
#define LOC_CTRL_RESET            HW_BIT(3)
#define LOC_STS_GRANTED           HW_BIT(0)
#define LOC_STS_BEEN_SEIZED       HW_BIT(1)
#define CTRL_REQ_COMMAND_READY    HW_BIT(0)
#define CTRL_REQ_GO_IDLE          HW_BIT(1)
#define CTRL_STS_FATAL            HW_BIT(0)
#define CTRL_STS_IDLE             HW_BIT(1)
#define CTRL_CANCEL_CANCEL        HW_BIT(0)
#define CTRL_START_START          HW_BIT(0)
#define CTRL_START_RSP_RETRY      HW_BIT(1)
#define CTRL_START_NEXT_CHUNK     HW_BIT(2)
#define INTF_ID_CAP_CHUNK         HW_BIT(10)

#endif
