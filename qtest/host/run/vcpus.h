/* SPDX-License-Identifier: GPL-2.0-or-later */
/* -vcpu-registers: a modelled kernel behind the registers of vCPUs, since no CPU runs here. */
#ifndef OB_VCPUS_H
#define OB_VCPUS_H

#include "hw-api/host/vcpu/model.h"
#include "qtest/host/options/keyval.h"

/*
 * Makes a model from model=FILE, vcpus=NUMBER and the keys of hw_vcpu_model_configure(), in
 * their order.  Returns NULL and sets `error` on failure.
 */
HwVcpuModel *ob_vcpus_new(const ObKeyval *keyval, HwError *error);

#endif
