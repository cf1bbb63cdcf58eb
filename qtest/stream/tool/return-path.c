/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/stream/tool/return-path.h"

#include "hw-api/device/bytes.h"

#define HEADER_SIZE 4u

static bool is_shut(const ObVmReturnPath *path)
{
    return hw_load_be16(path->bytes) == OB_VM_RETURN_SHUT &&
           hw_load_be16(path->bytes + 2) == OB_VM_RETURN_SHUT_SIZE - HEADER_SIZE;
}

static void byte_take(ObVmReturnPath *path, uint8_t byte)
{
    path->bytes[path->have++] = byte;
    if (path->have == HEADER_SIZE && !is_shut(path)) {
        path->skip = hw_load_be16(path->bytes + 2);
        path->have = 0;
    } else if (path->have == OB_VM_RETURN_SHUT_SIZE) {
        path->shut = true;
        path->result = hw_load_be32(path->bytes + HEADER_SIZE);
        path->have = 0;
    }
}

void ob_vm_return_path_feed(ObVmReturnPath *path, const uint8_t *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if (path->skip) {
            path->skip--;
        } else {
            byte_take(path, bytes[i]);
        }
    }
}

void ob_vm_return_path_refuse(uint8_t message[static OB_VM_RETURN_SHUT_SIZE])
{
    hw_store_be16(message, OB_VM_RETURN_SHUT);
    hw_store_be16(message + 2, OB_VM_RETURN_SHUT_SIZE - HEADER_SIZE);
    hw_store_be32(message + HEADER_SIZE, 1);
}
