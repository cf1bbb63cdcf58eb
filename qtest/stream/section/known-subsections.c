/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/stream/section/known-subsections.h"

#include <stdlib.h>
#include <string.h>

/* clang-format off */

/* Names in the programs qemu-system-x86_64 and -aarch64 of QEMU 7.2, in the order of strcmp(). */
static const char *const since_7_2[] = {
    "ICH9LPC/rst_cnt", "ICH9LPC/smi_feat", "PIIX3/rcr", "SCSIDevice/sense",
    "TMP105/detect-falling", "acpi-ged/ghes", "acpi-ged/memhp",
    "arm_gicv3/gicd_no_migration_shift_bug", "arm_gicv3_cpu/gicv4", "arm_gicv3_cpu/sre_el1",
    "arm_gicv3_cpu/virt", "armv7m_nvic/m-security", "aspeed.gpio/regs", "clock/muldiv",
    "configuration/capabilities", "configuration/target-page-bits", "configuration/uuid",
    "cpu/amd_tsc_scale_msr", "cpu/arch_lbr", "cpu/async_pf_int_msr", "cpu/async_pf_msr",
    "cpu/async_pv_eoi_msr", "cpu/avx512", "cpu/exception_info", "cpu/fpop_ip_dp",
    "cpu/intel_amx_xtile", "cpu/intel_pt", "cpu/intel_sgx", "cpu/irq-line-state",
    "cpu/kvm_nested_state", "cpu/kvm_nested_state/svm", "cpu/kvm_nested_state/vmx",
    "cpu/kvm_nested_state/vmx/shadow_vmcs12", "cpu/kvm_nested_state/vmx/vmcs12", "cpu/m",
    "cpu/m-security", "cpu/m/csselr", "cpu/m/faultmask-primask", "cpu/m/fp", "cpu/m/mve",
    "cpu/m/other-sp", "cpu/m/scr", "cpu/m/v8m", "cpu/mcg_ext_ctl", "cpu/mpx",
    "cpu/msr_architectural_pmu", "cpu/msr_hyperv_crash", "cpu/msr_hyperv_hypercall",
    "cpu/msr_hyperv_reenlightenment", "cpu/msr_hyperv_runtime", "cpu/msr_hyperv_stimer",
    "cpu/msr_hyperv_synic", "cpu/msr_hyperv_time", "cpu/msr_hyperv_vapic",
    "cpu/msr_ia32_feature_control", "cpu/msr_ia32_misc_enable", "cpu/msr_smi_count",
    "cpu/msr_tsc_adjust", "cpu/msr_tscdeadline", "cpu/msr_tsx_ctrl", "cpu/msr_xfd",
    "cpu/nested_state", "cpu/pdptrs", "cpu/pkrs", "cpu/pkru", "cpu/pmsav7", "cpu/pmsav7-rnr",
    "cpu/pmsav8", "cpu/poll_control_msr", "cpu/serror", "cpu/sme", "cpu/spec_ctrl",
    "cpu/steal_time_msr", "cpu/sve", "cpu/sve/preg", "cpu/sve/zreg_hi", "cpu/svm_guest",
    "cpu/svn_npt", "cpu/thumb2ee", "cpu/triple_fault", "cpu/tsc_khz", "cpu/umwait", "cpu/vfp",
    "cpu/virt_ssbd", "cpu/xss", "cpu_common/crash_occurred", "cpu_common/exception_index",
    "dwc2/packet", "e1000/full_mac_state", "e1000/mit_state", "e1000/tx_tso_state",
    "fdc/phase", "fdc/reset_sensei", "fdc/result_timer", "fdrive/media_changed",
    "fdrive/media_rate", "fdrive/perpendicular", "fw_cfg/acpi_mr", "fw_cfg/dma",
    "hda-audio-stream/buffer", "hpet/offset", "hpet/rtc_irq_level", "ich9_pm/cpuhp",
    "ich9_pm/memhp", "ich9_pm/pcihp", "ich9_pm/tco", "ide_bus/error",
    "ide_drive/atapi/gesn_state", "ide_drive/pio_state", "ide_drive/tray_state",
    "imx.fec/txdescs", "iotkit-secctl/msc", "iotkit-sysctl/sse-200", "iotkit-sysctl/sse-300",
    "kvmclock/clock_is_reliable", "m25p80/aai_enable", "m25p80/block_protect",
    "m25p80/data_read_loop", "m25p80/write_protect", "mc146818rtc/irq_reinject_on_ack_count",
    "ohci-core/eof-timer", "ohci-core/port", "pckbd/extended_state", "piix4_pm/cpuhp",
    "piix4_pm/memhp", "pl011/clock", "pl031/tick-offset", "ps2kbd/command_reply_queue",
    "ps2kbd/ledstate", "ps2kbd/need_high_bit", "pvscsi/pcie", "rtl8139/hotplug_ready",
    "sd-card/ocr-state", "sdhci/pending-insert", "serial/fifo_timeout_timer", "serial/poll",
    "serial/recv_fifo", "serial/thr_ipending", "serial/timeout_ipending", "serial/tsr",
    "serial/xmit_fifo", "stellaris_enet/rx_frame", "timer/icount", "timer/icount/shift",
    "timer/icount/timers", "timer/icount/warp_timer", "tpm-tis/locty", "usb-hub/port-timer",
    "virtio-balloon-device/free-page-report", "virtio-balloon-device/page-poison",
    "virtio-mem-device/sanity-checks", "virtio-net-device/rss", "virtio/64bit_features",
    "virtio/broken", "virtio/device_endian", "virtio/disabled", "virtio/extra_state",
    "virtio/packed_virtqueues", "virtio/ringsize", "virtio/started", "virtio/virtqueues",
    "virtio_mmio/queue_state", "virtio_mmio/state", "virtio_pci/modern_queue_state",
    "virtio_pci/modern_state", "vmbus/channel", "vmbus/gpadl", "vmbus/hyperv_post_message_input",
    "vmbus/rx_queue", "vmsvga_copy_rect/dst", "vmsvga_copy_rect/src", "vmxnet3/mcast_list",
};

/* Names that came later; the programs of 10.0 and 11.1 have them. */
static const struct {
    const char *name, *last; /* the last release that was seen without it */
} later[] = {
    { "acpi-ged/cpuhp", "7.2" },
    { "arm_gicv3/gicd_nmi", "7.2" },
    { "arm_gicv3_cpu/nmi", "7.2" },
    { "cpu/fred", "7.2" },
    { "cpu/msr_hwcr", "7.2" },
    { "cpu/pmsav8/pmsav8r", "7.2" },
    { "cpu/vfp/fpcr_fpsr", "7.2" },
    { "cpu/wfxt-timer", "7.2" },
    { "cpu/xen_vcpu", "7.2" },
    { "i8259/ltim", "7.2" },
    { "sd-card/ext_csd_modes-state", "7.2" },
    { "smmuv3/gbpa", "7.2" },
    { "virtio-net-device/backend", "7.2" },
    { "acpi-ged/hest", "10.0" },
    { "acpi-ged/pcihp", "10.0" },
    { "arm_gicv3/hvf_gic_state", "10.0" },
    { "cpu/apx", "10.0" },
    { "cpu/cet", "10.0" },
    { "cpu/cet_shstk", "10.0" },
    { "cpu/error_code", "10.0" },
    { "cpu/event", "10.0" },
    { "cpu/fpmr", "10.0" },
    { "cpu/msr_pl0_ssp", "10.0" },
    { "cpu/pstate64", "10.0" },
    { "cpu/syndrome64", "10.0" },
    { "cpu/zt0", "10.0" },
    { "scsi-disk/pr", "10.0" },
    { "tpm-crb/chunk", "10.0" },
    { "vhost-user-blk/inflight", "10.0" },
    { "virtio/128bit_features", "10.0" },
    { "virtio_pci/modern_state/features128", "10.0" },
};
/* clang-format on */

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static int name_compare(const void *a, const void *b)
{
    return strcmp(a, *(const char *const *)b);
}

bool ob_vm_subsection_is_old(const char *name)
{
    return bsearch(name, since_7_2, COUNT(since_7_2), sizeof(*since_7_2), name_compare);
}

const char *ob_vm_subsection_unknown_to(const char *name)
{
    for (size_t i = 0; i < COUNT(later); i++) {
        if (strcmp(later[i].name, name) == 0) {
            return later[i].last;
        }
    }
    return NULL;
}
