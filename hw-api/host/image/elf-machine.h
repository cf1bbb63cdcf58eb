/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * This machine's part of ELF: numbers in the header, the relocations of data, the words of
 * DT_HASH, and how instructions are aligned.  Follows the processor supplements of the
 * System V ABI.
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
#define R_JUMP_SLOT    R_X86_64_JUMP_SLOT
#define R_TLS_MODULE   R_X86_64_DTPMOD64
#define R_TLS_OFFSET   R_X86_64_DTPOFF64
#define R_TLS_STATIC   R_X86_64_TPOFF64
#define R_TLS_DESC     R_X86_64_TLSDESC
typedef Elf64_Word HwElfHashWord;
#elif defined(__aarch64__)
#define MACHINE        EM_AARCH64
#define MACHINE_NAME   "AArch64"
#define R_RELATIVE     R_AARCH64_RELATIVE
#define R_IRELATIVE    R_AARCH64_IRELATIVE
#define R_ABSOLUTE     R_AARCH64_ABS64
#define R_GLOB_DAT     R_AARCH64_GLOB_DAT
#define FUNCTION_ALIGN 4
#define R_JUMP_SLOT    R_AARCH64_JUMP_SLOT
#define R_TLS_MODULE   R_AARCH64_TLS_DTPMOD
#define R_TLS_OFFSET   R_AARCH64_TLS_DTPREL
#define R_TLS_STATIC   R_AARCH64_TLS_TPREL
#define R_TLS_DESC     R_AARCH64_TLSDESC
typedef Elf64_Word HwElfHashWord;
#elif defined(__s390x__)
#define MACHINE        EM_S390
#define MACHINE_NAME   "S/390"
#define R_RELATIVE     R_390_RELATIVE
#define R_IRELATIVE    R_390_IRELATIVE
#define R_ABSOLUTE     R_390_64
#define R_GLOB_DAT     R_390_GLOB_DAT
#define FUNCTION_ALIGN 2
#define R_JUMP_SLOT    R_390_JMP_SLOT
#define R_TLS_MODULE   R_390_TLS_DTPMOD
#define R_TLS_OFFSET   R_390_TLS_DTPOFF
#define R_TLS_STATIC   R_390_TLS_TPOFF
#define R_TLS_DESC     UINT32_MAX /* it has none */
typedef Elf64_Xword HwElfHashWord;
#else
#error "add this machine's ELF number and its relocations of pointers"
#endif

#ifndef DT_RELR /* glibc before 2.36, musl before 1.2.4 */
#define DT_RELRSZ  35
#define DT_RELR    36
#define DT_RELRENT 37
#endif

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define BYTE_ORDER_ELF ELFDATA2LSB
#else
#define BYTE_ORDER_ELF ELFDATA2MSB
#endif

#endif
