/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The header of this machine's object files, the relocations of pointers in data, and how
 * instructions are aligned.  Follows the processor supplements of the System V ABI.
 */
#ifndef HW_HOST_ELF_MACHINE_H
#define HW_HOST_ELF_MACHINE_H

#include <elf.h>

#if defined(__x86_64__)
#define MACHINE        EM_X86_64
#define MACHINE_NAME   "x86-64"
#define R_RELATIVE     R_X86_64_RELATIVE
#define R_IRELATIVE    R_X86_64_IRELATIVE
#define R_ABSOLUTE     R_X86_64_64
#define R_GLOB_DAT     R_X86_64_GLOB_DAT
#define FUNCTION_ALIGN 1
#elif defined(__aarch64__)
#define MACHINE        EM_AARCH64
#define MACHINE_NAME   "AArch64"
#define R_RELATIVE     R_AARCH64_RELATIVE
#define R_IRELATIVE    R_AARCH64_IRELATIVE
#define R_ABSOLUTE     R_AARCH64_ABS64
#define R_GLOB_DAT     R_AARCH64_GLOB_DAT
#define FUNCTION_ALIGN 4
#elif defined(__s390x__)
#define MACHINE        EM_S390
#define MACHINE_NAME   "S/390"
#define R_RELATIVE     R_390_RELATIVE
#define R_IRELATIVE    R_390_IRELATIVE
#define R_ABSOLUTE     R_390_64
#define R_GLOB_DAT     R_390_GLOB_DAT
#define FUNCTION_ALIGN 2
#else
#error "add this machine's ELF number and its relocations of pointers"
#endif

#ifndef SHT_RELR /* musl before 1.2.4 */
#define SHT_RELR 19
#endif

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define BYTE_ORDER_ELF ELFDATA2LSB
#else
#define BYTE_ORDER_ELF ELFDATA2MSB
#endif

#endif
