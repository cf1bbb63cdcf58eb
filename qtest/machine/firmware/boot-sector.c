/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/machine/firmware/boot-sector.h"

#include "hw-api/device/bytes.h"
#include "hw-api/device/error.h"

enum {
    LOAD_ADDRESS = 0x7c00,
    SIGNATURE_AT = 510,
    SIGNATURE = 0xaa55,
    STEPS_MAX = 1000, /* a sector that loops without HLT */
};

/* The registers of the instructions below (Intel SDM volume 2). */
typedef struct Cpu {
    ObHost *host;
    uint16_t ip;
    uint16_t ax;
    uint16_t ds;
    bool halted;
} Cpu;

static uint64_t operand(Cpu *cpu, uint32_t size)
{
    uint64_t value = 0;

    for (uint32_t i = 0; i < size; i++) {
        value |= ob_host_load(cpu->host, HW_SPACE_MEMORY, cpu->ip++, 1) << (8 * i);
    }
    return value;
}

static void mov_al(Cpu *cpu)
{
    cpu->ax = (uint16_t)((cpu->ax & 0xff00) | operand(cpu, 1));
}

static void mov_ax(Cpu *cpu)
{
    cpu->ax = (uint16_t)operand(cpu, 2);
}

static void store(Cpu *cpu, uint32_t size)
{
    uint64_t address = ((uint64_t)cpu->ds << 4) + operand(cpu, 2);
    uint8_t bytes[2];

    hw_store_le(bytes, cpu->ax, sizeof(bytes));
    ob_host_write(cpu->host, address, bytes, size);
}

static void store_al(Cpu *cpu)
{
    store(cpu, 1);
}

static void store_ax(Cpu *cpu)
{
    store(cpu, 2);
}

static void mov_ds_ax(Cpu *cpu)
{
    cpu->ds = cpu->ax;
}

static void jump(Cpu *cpu)
{
    int8_t distance = (int8_t)operand(cpu, 1);

    cpu->ip = (uint16_t)(cpu->ip + distance);
}

static void halt(Cpu *cpu)
{
    cpu->halted = true;
}

/* No interrupt comes. */
static void nothing(Cpu *cpu)
{
    (void)cpu;
}

static const struct {
    uint32_t code;
    uint32_t size; /* bytes of the code */
    void (*run)(Cpu *cpu);
} instructions[] = {
    { 0x90, 1, nothing },                        /* NOP */
    { 0xa2, 1, store_al },                       /* MOV [moffs8], AL */
    { 0xa3, 1, store_ax },                       /* MOV [moffs16], AX */
    { 0xb0, 1, mov_al },                         /* MOV AL, imm8 */
    { 0xb8, 1, mov_ax },                         /* MOV AX, imm16 */
    { 0xd88e, 2, mov_ds_ax }, { 0xeb, 1, jump }, /* JMP rel8 */
    { 0xf4, 1, halt },                           /* HLT */
    { 0xfa, 1, nothing },                        /* CLI */
    { 0xfb, 1, nothing },                        /* STI */
};

static bool step(Cpu *cpu, HwError *error)
{
    uint16_t at = cpu->ip;

    for (size_t i = 0; i < G_N_ELEMENTS(instructions); i++) {
        cpu->ip = at;
        if (operand(cpu, instructions[i].size) == instructions[i].code) {
            instructions[i].run(cpu);
            return true;
        }
    }
    cpu->ip = at;
    return hw_error_set(
        error, "boot sector: the instruction 0x%02x at 0x%x is not known: no CPU runs here",
        (unsigned)operand(cpu, 1), at);
}

bool ob_firmware_boot_sector(ObHost *host, const uint8_t *sector, HwError *error)
{
    Cpu cpu = { .host = host, .ip = LOAD_ADDRESS };

    if (hw_load_le(sector + SIGNATURE_AT, 2) != SIGNATURE) {
        return hw_error_set(error, "boot sector: the signature is 0x%04x, expected 0x%04x",
                            (unsigned)hw_load_le(sector + SIGNATURE_AT, 2), SIGNATURE);
    }
    ob_host_write(host, LOAD_ADDRESS, sector, OB_BOOT_SECTOR_SIZE);
    for (int i = 0; i < STEPS_MAX; i++) {
        if (!step(&cpu, error)) {
            return false;
        }
        if (cpu.halted) {
            return true;
        }
    }
    return hw_error_set(error, "boot sector: no HLT after %d instructions", STEPS_MAX);
}
