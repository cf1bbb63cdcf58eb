/* SPDX-License-Identifier: GPL-2.0-or-later */
/* arm-sysreg-sync on a modelled kernel, in process. */
#ifndef OB_TESTS_ARM_SYSREG_HOST_H
#define OB_TESTS_ARM_SYSREG_HOST_H

#include <glib.h>

#include "devices/arm-sysreg-regs.h"
#include "hw-api/device/vcpu-id.h"
#include "hw-api/device/vcpu-policy.h"
#include "hw-api/host/run/state.h"
#include "hw-api/host/vcpu/model.h"
#include "qtest/machine/core/host.h"

#define SYSREG_6_1  "linux-6.1.192.regs"
#define SYSREG_6_12 "linux-6.12.100.regs"

/* A kernel that a test can make fail. */
typedef struct FaultyVcpus {
    HwVcpus vcpus;
    HwVcpus *behind;
    uint64_t refused_id; /* setting it answers `refusal` */
    int refusal;
    uint64_t extra_id; /* an id that is added to the list; 0: none */
    uint32_t growing;  /* number of lists with one id more than was counted */
    uint32_t surplus;  /* number of ids that are counted but missing */
} FaultyVcpus;

typedef struct SysregHost {
    ObHost *host;
    HwVcpuModel *model;
    FaultyVcpus faulty;
    HwInstance *device;
    uint64_t base;
    GString *log; /* "LEVEL TEXT\n" */
    char text[600];
    HwError error;
} SysregHost;

/* Make a host on the file's kernel, with two vCPUs.  `settings` are separated by blanks:
 * "class=K3 limit=...". */
void sysreg_host_up(SysregHost *h, const char *file, const char *settings);
void sysreg_host_up_file(SysregHost *h, const HwRegsFile *file, const char *settings);
void sysreg_host_down(SysregHost *h);
HwRegsFile *sysreg_file(const char *name);
HwVcpuModel *sysreg_model(const HwRegsFile *file, const char *settings);

/* Adds the device with options that are separated by blanks: "hide=A:B form=read-back".  Returns
 * false if the device is refused; h->text has the reason. */
bool sysreg_device_try(SysregHost *h, const char *options);
void sysreg_device(SysregHost *h, const char *options);

/* Accesses by the device's window. */
uint64_t sysreg_read(SysregHost *h, uint32_t offset); /* 64 bits */
uint32_t sysreg_readl(SysregHost *h, uint32_t offset);
uint32_t sysreg_command(SysregHost *h, uint32_t command); /* returns the status after it */
void sysreg_select(SysregHost *h, uint64_t id);           /* `id` must be in the list */
uint32_t sysreg_write(SysregHost *h, uint32_t command, uint64_t id, uint64_t value);
uint64_t sysreg_list(SysregHost *h, uint64_t id);
uint64_t sysreg_state(SysregHost *h, uint64_t id);
uint32_t sysreg_flags(SysregHost *h, uint64_t id);

/* Accesses to the kernel's register. */
uint64_t sysreg_kernel(SysregHost *h, uint64_t id);
void sysreg_kernel_set(SysregHost *h, uint64_t id, uint64_t value);

/* The device's section of a stream: saved, made up, taken apart, loaded.  The caller frees an
 * array. */
GByteArray *sysreg_save(SysregHost *h);
GByteArray *sysreg_section(uint32_t vcpu, const HwVcpuEntry *list, uint32_t count);
GArray *sysreg_section_list(const GByteArray *section);     /* HwVcpuEntry, in the sent order */
bool sysreg_load(SysregHost *h, const GByteArray *section); /* false: reason in h->text */

#endif
