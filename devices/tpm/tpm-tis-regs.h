/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Registers of the TPM's FIFO interface: PC Client Platform TPM Profile for TPM 2.0 (PTP) 1.05,
 * section 6.5.2.  Offsets are bytes from a locality's page.
 */
#ifndef TPM_TIS_REGS_H
#define TPM_TIS_REGS_H

#include "hw-api/hw-api.h"

#define TIS_ACCESS              0x00
#define TIS_INT_ENABLE          0x08
#define TIS_INT_VECTOR          0x0c
#define TIS_INT_STATUS          0x10
#define TIS_INTF_CAPABILITY     0x14
#define TIS_STS                 0x18
#define TIS_DATA_FIFO           0x24 /* four bytes, all the same */
#define TIS_INTERFACE_ID        0x30
#define TIS_XDATA_FIFO          0x80 /* the same FIFO, for wider accesses */
#define TIS_XDATA_FIFO_END      0xc0
#define TIS_DID_VID             0xf00
#define TIS_RID                 0xf04
#define TIS_PAGE_SIZE           0x1000
#define TIS_LOCALITIES          5
#define TIS_SIZE                (TIS_LOCALITIES * TIS_PAGE_SIZE)

#define ACCESS_ESTABLISHMENT    HW_BIT(0) /* 1: no dynamic launch has happened */
#define ACCESS_REQUEST_USE      HW_BIT(1)
#define ACCESS_PENDING_REQUEST  HW_BIT(2)
#define ACCESS_SEIZE            HW_BIT(3)
#define ACCESS_BEEN_SEIZED      HW_BIT(4)
#define ACCESS_ACTIVE           HW_BIT(5)
#define ACCESS_VALID            HW_BIT(7)

#define INT_DATA_AVAILABLE      HW_BIT(0)
#define INT_STS_VALID           HW_BIT(1)
#define INT_LOCALITY_CHANGED    HW_BIT(2)
#define INT_POLARITY            HW_MASK(4, 3)
#define INT_POLARITY_LOW        HW_BIT(3)
#define INT_COMMAND_READY       HW_BIT(7)
#define INT_GLOBAL_ENABLE       HW_BIT(31)
#define INT_CAUSES              (INT_DATA_AVAILABLE | INT_STS_VALID | INT_LOCALITY_CHANGED | INT_COMMAND_READY)

#define STS_RESPONSE_RETRY      HW_BIT(1)
#define STS_SELF_TEST_DONE      HW_BIT(2)
#define STS_EXPECT              HW_BIT(3)
#define STS_DATA_AVAILABLE      HW_BIT(4)
#define STS_GO                  HW_BIT(5)
#define STS_COMMAND_READY       HW_BIT(6)
#define STS_VALID               HW_BIT(7)
#define STS_BURST_COUNT_SHIFT   8
#define STS_COMMAND_CANCEL      HW_BIT(24)
#define STS_RESET_ESTABLISHMENT HW_BIT(25)
#define STS_FAMILY              HW_MASK(27, 26)
#define STS_FAMILY_TPM_2_0      HW_BIT(26)

#define INTERFACE_ID_LOCKED     HW_BIT(19) /* IntfSelLock */

#endif
