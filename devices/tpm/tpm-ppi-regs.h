/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Memory and files by which firmware and operating system talk about a TPM, of any interface. */
#ifndef TPM_PPI_REGS_H
#define TPM_PPI_REGS_H

/* The addresses of a TPM in a PC: its registers (PTP, section 6.5.1), and PPI's memory. */
#define TPM_PC_ADDRESS UINT64_C(0xfed40000)
#define PPI_PC_ADDRESS UINT64_C(0xfed45000)

/* Physical presence interface (PPI 1.3): shared memory that firmware fills. */
#define PPI_OFFSET     (PPI_PC_ADDRESS - TPM_PC_ADDRESS)
#define PPI_SIZE       0x400
#define PPI_PPIN       0x100 /* after one byte for each operation: PPI_FUNCTION */
#define PPI_MOVV       0x15a /* memory overwrite variable */
#define PPI_MOVV_CLEAR 0x01  /* clear memory at the next reset */

/* The fw_cfg file etc/tpm/config tells firmware where the interface is; little-endian. */
#define PPI_CONFIG_ADDRESS     0 /* u32 */
#define PPI_CONFIG_TPM_VERSION 4 /* u8 */
#define PPI_CONFIG_PPI_VERSION 5 /* u8 */
#define PPI_CONFIG_SIZE        6
#define PPI_CONFIG_TPM_2_0     2
#define PPI_CONFIG_PPI_1_3     1

/* The low bits of an operation's byte: firmware says if the operation is allowed. */
#define PPI_FUNCTION        0x07
#define PPI_NOT_IMPLEMENTED 0
#define PPI_BLOCKED         2 /* for the operating system */

/* Room for firmware's log of its measurements: a fw_cfg file of zeros. */
#define TPM_LOG_FILE "etc/tpm/log"
#define TPM_LOG_SIZE 0x10000

#endif
