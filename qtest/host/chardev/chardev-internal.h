/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Shared by the files of this room: a stream over an endpoint. */
#ifndef OB_HOST_CHARDEV_INTERNAL_H
#define OB_HOST_CHARDEV_INTERNAL_H

#include "qtest/host/chardev/chardev.h"
#include "qtest/host/chardev/mux.h"
#include "qtest/host/io/endpoint.h"

typedef struct EndpointStream {
    ObChardevStream *stream;
    ObLoop *loop;
    const ObChardev *chardev;
    ObEndpoint *endpoint;        /* NULL: no device has taken the stream */
    ObMux *mux;                  /* has the endpoint; NULL: the stream is not shared */
    ObMuxUser *place;            /* the device's, in the mux; NULL: none */
    bool is_share;               /* another stream frees the mux */
    ObChardev own;               /* a command's */
    ObKeyval *values;            /* its text; NULL: the option has it */
    bool slow;                   /* the peer has not taken all */
    const ObChardevFront *front; /* NULL: none */
    void *front_opaque;
} EndpointStream;

/* NULL: the stream is the test's own. */
EndpointStream *ob_chardev_endpoint(const ObChardevStream *stream);

#endif
