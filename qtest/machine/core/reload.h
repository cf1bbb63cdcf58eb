/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A rebuilt plugin takes over its devices while the machine runs (hw-api/host/reload). */
#ifndef OB_RELOAD_H
#define OB_RELOAD_H

#include "hw-api/host/reload/reload.h"
#include "qtest/machine/core/host.h"

/* Loads a plugin from a private copy of the file, so that the file may be overwritten.  Returns its
 * name, valid until it is reloaded; NULL with a sentence. */
const char *ob_host_load_plugin_copy(ObHost *host, const char *path, HwError *error);

/*
 * Loads `path` in the place of the loaded plugin `name`.  Both may be NULL: the only plugin, and its
 * file.  The file is read once, into a private copy.  Returns false with a sentence, and nothing has
 * changed; `result` is then meaningless, but for `is_lost`: that device is removed.  The old plugin is
 * unloaded, so pointers to its classes and registers end here.
 *
 * Under the device lock, never inside a hook or callback.
 */
bool ob_host_reload_plugin(ObHost *host, const char *name, const char *path, HwReloadResult *result,
                           HwError *error);

#endif
