/* SPDX-License-Identifier: GPL-2.0-or-later */
/* -vcpu-registers: what stands behind the registers of vCPUs, as no CPU does here. */
#ifndef OB_VCPUS_H
#define OB_VCPUS_H

#include "hw-api/host/vcpu/model.h"
#include "qtest/host/options/keyval.h"

/*
 * A modelled kernel from model=FILE, vcpus=NUMBER and the keys of hw_vcpu_model_configure(),
 * in their order.  NULL with a sentence.
 */
HwVcpuModel *ob_vcpus_new(const ObKeyval *keyval, HwError *error);

#endif
