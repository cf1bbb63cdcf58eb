/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Problems in field "virtio" of a section: features and queues that the destination lacks. */
#ifndef OB_VIRTIO_PROBLEMS_H
#define OB_VIRTIO_PROBLEMS_H

#include "qtest/stream/codec/model.h"

/* Appends ObOtherProblem. */
void ob_virtio_compare(const ObModelSection *section, const ObModelSection *own, GArray *problems);

#endif
