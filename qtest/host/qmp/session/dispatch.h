/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads and executes one request. */
#ifndef OB_QMP_DISPATCH_H
#define OB_QMP_DISPATCH_H

#include "qtest/host/qmp/qmp.h"

/* The result of the negotiation with the peer. */
typedef struct ObQmpTerms {
    bool has_negotiated;
    bool has_oob;
} ObQmpTerms;

/* `value` is any JSON.  Returns the answer, which the caller owns.  NULL: `call` has the error; or the
 * answer comes later, if call->later is set. */
json_t *ob_qmp_dispatch(ObQmpTerms *terms, ObQmpCall *call, json_t *value);

#endif
