/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef OB_TOOL_DOCTOR_H
#define OB_TOOL_DOCTOR_H

#include "qtest/stream/arm/diagnosis.h"
#include "qtest/stream/tool/tool.h"

/* Prints a diagnosis as one JSON object, and returns the exit status. */
int tool_doctor_json(const ToolArguments *arguments, const ObDiagnosis *diagnosis,
                     const ObDestination *destination);

/* Prints why the registers of a vCPU differ, and which. */
void tool_doctor_list(const ObVcpuDiagnosis *vcpu, const ObDestination *destination, bool verbose);

#endif
