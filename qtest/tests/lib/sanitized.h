/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef OB_TESTS_SANITIZED_H
#define OB_TESTS_SANITIZED_H

#include <stdbool.h>

/* True if the build puts a sanitizer's initialisers into the devices' plugin. They stop the host on
 * purpose when they are damaged, and a host in a sandbox can't try them in a child. */
static inline bool devices_are_sanitized(void)
{
#if defined(__SANITIZE_ADDRESS__)
    return true;
#elif defined(__has_feature)
    return __has_feature(address_sanitizer);
#else
    return false;
#endif
}

#endif
