/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The messages that a destination sends back to the source if the stream has OPEN_RETURN_PATH: u16
 * type, u16 length, data.  SHUT is the last one: its u32 is 0 if the machine has been loaded.
 */
#ifndef OB_RETURN_PATH_H
#define OB_RETURN_PATH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define OB_VM_RETURN_SHUT      1u
#define OB_VM_RETURN_SHUT_SIZE 8u

typedef struct ObVmReturnPath {
    uint8_t bytes[OB_VM_RETURN_SHUT_SIZE]; /* the message that comes */
    uint32_t have;
    uint32_t skip; /* bytes of a message that nobody looks at */
    bool shut;     /* SHUT has come */
    uint32_t result;
} ObVmReturnPath;

/* Takes the next bytes from the destination. */
void ob_vm_return_path_feed(ObVmReturnPath *path, const uint8_t *bytes, size_t size);

/* The message that tells the source of a refusal. */
void ob_vm_return_path_refuse(uint8_t message[static OB_VM_RETURN_SHUT_SIZE]);

#endif
