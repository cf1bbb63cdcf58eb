/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/machine/parts/acpi-pm.h"

#include "hw-api/device/error.h"
#include "qtest/machine/core/host-internal.h"
#include "qtest/machine/parts/acpi-internal.h"

enum { PM1_EVENT, PM1_CONTROL, PM_TIMER, PM_WORDS, GPE_WORDS = 4 };

#define PM1_STATUS 0x8731u /* timer, bus master, global, buttons, clock, wake */
#define PM1_ENABLE 0x0721u
#define TIMER_HZ   UINT64_C(3579545)
#define TIMER_MASK 0xffffffu
#define NS         UINT64_C(1000000000)

typedef struct Pm {
    HwDevice dev;
    uint32_t pm[PM_WORDS];
    uint32_t gpe[GPE_WORDS]; /* PIIX4 has one word, with both halves */
} Pm;

/* ----------------------------------------------------------------------- outputs */

static bool is_piix4(const HwDevice *dev)
{
    return dev->cls == &ob_acpi_piix4.table;
}

/* In PIIX4 status and enable share a word, in ICH9 each has two words. */
static bool gpe_is_active(const Pm *s)
{
    if (is_piix4(&s->dev)) {
        return s->gpe[0] & s->gpe[0] >> 16;
    }
    return (s->gpe[0] & s->gpe[2]) || (s->gpe[1] & s->gpe[3]);
}

static void pm_update(HwDevice *dev)
{
    const Pm *s = HW_DEVICE(Pm, dev);
    bool pm1 = s->pm[PM1_EVENT] & s->pm[PM1_EVENT] >> 16 & PM1_ENABLE;

    hw_irq_set(dev, OB_SCI, pm1 || gpe_is_active(s));
}

bool ob_acpi_pm_raise(HwInstance *pm, uint32_t bit)
{
    Pm *s = HW_DEVICE(Pm, pm->dev);

    if (bit >= (is_piix4(pm->dev) ? 16 : 64)) {
        return false;
    }
    s->gpe[bit / 32] |= HW_BIT(bit % 32);
    hw_instance_update(pm);
    return true;
}

uint64_t ob_acpi_pm_raised(const HwInstance *pm)
{
    const Pm *s = HW_DEVICE(Pm, pm->dev);

    return is_piix4(pm->dev) ? s->gpe[0] & 0xffff : s->gpe[0] | (uint64_t)s->gpe[1] << 32;
}

void ob_acpi_pm_wake(HwInstance *pm, uint64_t events)
{
    Pm *s = HW_DEVICE(Pm, pm->dev);

    s->pm[PM1_EVENT] |= OB_PM1_WAKE_STATUS;
    s->gpe[0] |= (uint32_t)events;
    if (!is_piix4(pm->dev)) {
        s->gpe[1] |= (uint32_t)(events >> 32);
    }
    hw_instance_update(pm);
}

/* --------------------------------------------------------------------- registers */

static uint32_t timer_read(HwDevice *dev, uint32_t stored)
{
    uint64_t now = (uint64_t)ob_host_of(dev)->clock.now;

    (void)stored;
    return (uint32_t)(now / NS * TIMER_HZ + now % NS * TIMER_HZ / NS) & TIMER_MASK;
}

static void control_written(HwDevice *dev, uint32_t value)
{
    static const ObSleep sleeps[] = {
        [OB_SLEEP_TYPE_S5] = OB_SLEEP_OFF,
        [OB_SLEEP_TYPE_S3] = OB_SLEEP_SUSPEND,
        [OB_SLEEP_TYPE_S4] = OB_SLEEP_TO_DISK,
    };
    const Pm *s = HW_DEVICE(Pm, dev);
    uint32_t type = (s->pm[PM1_CONTROL] & OB_PM1_SLEEP_TYPE) >> 10;

    if (!(value & OB_PM1_SLEEP)) {
        return;
    }
    if (type < G_N_ELEMENTS(sleeps)) {
        ob_acpi_sleep(ob_host_of(dev), sleeps[type]);
    } else {
        hw_log(dev, HW_LOG_GUEST_ERROR,
               "sleep type %u is unknown, expected 1 (S3), 2 (S4) or "
               "0 (S5)",
               type);
    }
}

static const HwRegister pm_registers[] = {
    { "PM1_EVT", 4 * PM1_EVENT, .rw = PM1_ENABLE << 16, .w1c = PM1_STATUS,
      .fields = HW_FIELDS({ "wakeStatus", 15, 1 }, { "enable", 16, 16 }) },
    { "PM1_CNT", 4 * PM1_CONTROL, .reset = OB_PM1_SCI_ENABLE, .rw = OB_PM1_SLEEP_TYPE,
      .write_only = OB_PM1_SLEEP, .written = control_written,
      .fields = HW_FIELDS({ "sciEnable", 0, 1 }, { "sleepType", 10, 3 }, { "sleep", 13, 1 }) },
    { "PM_TMR", 4 * PM_TIMER, .read = timer_read },
};

static const HwRegister piix4_gpe_registers[] = {
    { "GPE0", 0x0, .rw = 0xffff0000, .w1c = 0xffff,
      .fields = HW_FIELDS({ "status", 0, 16 }, { "enable", 16, 16 }) },
};

static const HwRegister ich9_gpe_registers[] = {
    { "GPE0_STS_LOW", 0x0, .w1c = UINT32_MAX },
    { "GPE0_STS_HIGH", 0x4, .w1c = UINT32_MAX },
    { "GPE0_EN_LOW", 0x8, .rw = UINT32_MAX },
    { "GPE0_EN_HIGH", 0xc, .rw = UINT32_MAX },
};

/* clang-format off */
#define PM_REGION                                                                     \
    { "pm", HW_REGION_REGISTERS, .space = HW_SPACE_IO, .size = 4 * PM_WORDS,          \
      .offset = OB_PM_PORTS, .words = offsetof(Pm, pm), .word_count = PM_WORDS,       \
      .registers = HW_TABLE(pm_registers) }
#define GPE_REGION(ports, size_, registers_)                                          \
    { "gpe", HW_REGION_REGISTERS, .space = HW_SPACE_IO, .size = (size_),              \
      .offset = (ports), .words = offsetof(Pm, gpe), .word_count = (size_) / 4,       \
      .registers = HW_TABLE(registers_) }
/* clang-format on */

/* ------------------------------------------------------------------------- state */

/*
 * QEMU keeps these registers in sections of its chipsets, with much else, and would refuse
 * this section.  So the section is not sent if a stream from QEMU has brought a chipset.
 * It is not sent either while all registers have their reset values: a machine without the
 * section has these.
 */
static bool pm_needed(HwDevice *dev)
{
    const Pm *s = HW_DEVICE(Pm, dev);
    const ObHost *host = ob_host_of(dev);
    const char *chipset = is_piix4(dev) ? "/piix4_pm" : "/ICH9LPC";
    bool gpe = false;

    for (uint32_t i = 0; i < GPE_WORDS; i++) {
        gpe |= s->gpe[i] != 0;
    }
    return !host->wires->foreign_has(host->foreign, chipset) &&
           (gpe || s->pm[PM1_EVENT] || s->pm[PM1_CONTROL] != OB_PM1_SCI_ENABLE);
}

/* Mask off bits that no write could clear. */
static bool pm_post_load(HwDevice *dev, uint32_t version, HwError *error)
{
    Pm *s = HW_DEVICE(Pm, dev);

    (void)version;
    (void)error;
    s->pm[PM1_EVENT] &= PM1_ENABLE << 16 | PM1_STATUS;
    s->pm[PM1_CONTROL] = OB_PM1_SCI_ENABLE | (s->pm[PM1_CONTROL] & OB_PM1_SLEEP_TYPE);
    return true;
}

static const HwState pm_state = {
    .name = "outboard-acpi-pm",
    .version = 1,
    .minimum_version = 1,
    .fields = HW_ROWS(HwStateField, HW_SAVED(Pm, pm), HW_SAVED(Pm, gpe)),
    .post_load = pm_post_load,
    .needed = pm_needed,
};

#define PM_CLASS(class_, name_, description_, ...) \
    const HwClass class_ = {                                   \
        .table = {                                             \
            .abi = HW_ABI(HwDeviceClass),                      \
            .name = name_,                                     \
            .description = description_,                       \
            .instance_size = sizeof(Pm),                       \
            .flags = HW_CLASS_FLAT,                            \
            .regions = HW_ROWS(HwRegion, PM_REGION, __VA_ARGS__), \
            .state = &pm_state,                                \
            .update = pm_update,                               \
        },                                                     \
        .original = &class_.table,                             \
    }

PM_CLASS(ob_acpi_piix4, "piix4-acpi", "ACPI registers, in PIIX4's places",
         GPE_REGION(OB_PIIX4_GPE0, OB_PIIX4_GPE0_SIZE, piix4_gpe_registers));
PM_CLASS(ob_acpi_ich9, "ich9-acpi", "ACPI registers, in ICH9's places",
         GPE_REGION(OB_ICH9_GPE0, OB_ICH9_GPE0_SIZE, ich9_gpe_registers));
