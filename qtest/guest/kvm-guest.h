/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The registers of real KVM for a test on any machine.  A vCPU runs in a guest whose kernel has
 * KVM, behind the same interface as a modelled kernel.  See guest.rst.
 */
#ifndef OB_KVM_GUEST_H
#define OB_KVM_GUEST_H

#include "hw-api/host/vcpu/vcpus.h"
#include "qtest/guest/guest.h"

typedef struct ObKvmGuest ObKvmGuest;

/* Returns NULL if kernel and program exist.  Else a sentence that names the missing part; the
 * caller frees it. */
char *ob_kvm_guest_missing(const char *kernel);

/* Boots a kernel, "arm64-6.12"; the guest may run for `limit_s` seconds.  NULL with a sentence. */
ObKvmGuest *ob_kvm_guest_start(const char *kernel, uint32_t limit_s, HwError *error);

/*
 * One vCPU that has never run.  Values are read from KVM again only after a write, except the
 * timers' counts.  If the guest is gone, every call returns -EIO.
 */
HwVcpus *ob_kvm_guest_vcpus(ObKvmGuest *guest);

/* Replaces the KVM machine, so that its vCPU has never run.  False: the guest is gone. */
bool ob_kvm_guest_renew(ObKvmGuest *guest);

/* Runs the vCPU once.  False: the guest is gone, or KVM failed. */
bool ob_kvm_guest_run_vcpu(ObKvmGuest *guest);

/* The client for QMP commands to the guest's QEMU. */
ObClient *ob_kvm_guest_client(ObKvmGuest *guest);

/* NULL is allowed. */
void ob_kvm_guest_free(ObKvmGuest *guest);

#endif
