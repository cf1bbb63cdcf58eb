/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The main job: a guest driver's first session with a TPM behind our CRB. */
#ifndef OB_MAIN_JOB_H
#define OB_MAIN_JOB_H

#include "qtest/client/drivers/crb.h"
#include "qtest/client/drivers/tpm-command.h"

typedef struct Job {
    ObCrb crb;
    GArray *accesses; /* ObAccess: the accesses of the current step */
    char *failure;    /* one sentence; NULL: nothing failed */
    char *finding;    /* the result of the current step, or NULL */
    uint8_t response[CRB_BUFFER_SIZE];
    size_t response_size;
    TPM2B_DIGEST random;
    TPM2B_DIGEST pcr;
    TPM2_HANDLE primary;
} Job;

typedef struct JobStep {
    const char *name;
    bool (*run)(Job *job); /* false: job->failure says why */
} JobStep;

extern const JobStep job_steps[];
extern const size_t job_step_count;

#endif
