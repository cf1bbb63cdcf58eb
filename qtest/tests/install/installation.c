/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/tests/install/installation.h"

#include <glib.h>

static char *command_of(const char *directory)
{
    return g_getenv("OB_PACKAGES")
               ? g_strdup_printf("for p in \"$OB_PACKAGES\"/outboard*_*.deb; do "
                                 "    case $p in *dbgsym*) ;; "
                                 "    *) dpkg-deb -x \"$p\" \"%s\" || exit 1;; esac; done",
                                 directory)
               : g_strdup_printf("meson install -C \"$OB_BUILD\" --quiet --no-rebuild --destdir "
                                 "\"$PWD/%s\"",
                                 directory);
}

ObScratch *installation_new(const char *directory)
{
    const char *at = g_getenv("OB_PACKAGES") ? "/usr" : g_getenv("OB_PREFIX");
    ObScratch *scratch = ob_scratch_new();
    g_autofree char *command = command_of(directory);
    g_autofree char *prefix = NULL;
    g_autofree char *libraries = NULL;

    g_assert_nonnull(scratch);
    prefix = g_strconcat(ob_scratch_path(scratch), "/", directory, at, NULL);
    libraries = g_build_filename(prefix, g_getenv("OB_LIBDIR"), NULL);
    shell_run(scratch, command);
    g_setenv("P", prefix, TRUE);
    g_setenv("L", libraries, TRUE);
    return scratch;
}

void installation_use(const ObScratch *scratch)
{
    static char *path; /* before the first installation */
    g_autofree char *programs = NULL;
    g_autofree char *modules = g_strconcat(g_getenv("L"), "/pkgconfig", NULL);

    path = path ? path : g_strdup(g_getenv("PATH"));
    programs = g_strconcat(g_getenv("P"), "/bin:", path, NULL);
    shell_run(scratch, "quoted=$(echo \"$P\" | sed 's/ /\\\\\\\\ /g'); "
                       "sed -i \"s|^prefix=.*|prefix=$quoted|\" \"$L\"/pkgconfig/outboard-*.pc");
    g_setenv("PATH", programs, TRUE);
    g_setenv("PKG_CONFIG_PATH", modules, TRUE);
}
