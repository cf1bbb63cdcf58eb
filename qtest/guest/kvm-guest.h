/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The registers of real KVM for a test on any machine: a guest whose kernel has KVM, and in
 * it a vCPU, behind the same seam as a modelled kernel.  See guest.rst.
 */
#ifndef OB_KVM_GUEST_H
#define OB_KVM_GUEST_H

#include "hw-api/host/vcpu/vcpus.h"
#include "qtest/guest/guest.h"

typedef struct ObKvmGuest ObKvmGuest;

/* NULL if kernel and program are there, else what is missing; to be freed. */
char *ob_kvm_guest_missing(const char *kernel);

/* Boots "arm64-6.12" for `limit_s` at most.  NULL with a sentence. */
ObKvmGuest *ob_kvm_guest_start(const char *kernel, uint32_t limit_s, HwError *error);

/*
 * One vCPU that has never run.  Timers' counts apart, values are read from KVM after each
 * set only.  A guest that is gone answers -EIO.
 */
HwVcpus *ob_kvm_guest_vcpus(ObKvmGuest *guest);

/* Another machine instead; with a vCPU that has never run.  False: the guest is gone. */
bool ob_kvm_guest_renew(ObKvmGuest *guest);

/* The vCPU has run from now on. */
bool ob_kvm_guest_run_vcpu(ObKvmGuest *guest);

/* For QMP. */
ObClient *ob_kvm_guest_client(ObKvmGuest *guest);

/* NULL is allowed. */
void ob_kvm_guest_free(ObKvmGuest *guest);

#endif
