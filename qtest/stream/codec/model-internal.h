/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The reading of a file into a model: the reader's events are in one file, the rest in another. */
#ifndef OB_VM_MODEL_INTERNAL_H
#define OB_VM_MODEL_INTERNAL_H

#include "qtest/stream/container/input.h"
#include "qtest/stream/codec/model.h"

typedef struct ObModelReading {
    ObModel *model;
    const HwPluginSet *set;
    ObVmInput *input;
    ObVmReader *reader;
    uint64_t coverage_budget;
    bool pages; /* the contents of RAM are wanted */
} ObModelReading;

/* The reader's events; their `opaque` is an ObModelReading. */
extern const ObVmEvents ob_model_events;

#endif
