/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One or two session daemons of libvirt, as on two computers. */
#ifndef OB_TESTS_LIB_LIBVIRT_SIDES_H
#define OB_TESTS_LIB_LIBVIRT_SIDES_H

#include <glib.h>
#include <stdbool.h>

typedef struct LibvirtSide {
    char *home;
    char **environment;
    GPid daemon;
} LibvirtSide;

/* A directory that the daemons' user can read; set while the daemons run. */
extern const char *libvirt_directory;

/* True if libvirt is installed. */
bool libvirt_exists(void);

/* Calls `run` in a child process, and ends the daemons and machines that a failed test leaves.
 * Returns the exit status. */
int libvirt_tests_run(int (*run)(void));

/* Starts one side or two.  `configuration`: the lines of each side's qemu.conf. */
void libvirt_sides_start(int count, const char *configuration);
void libvirt_sides_end(void);
LibvirtSide *libvirt_side(int number);

/* Runs a program as the daemons' user, and returns its output.  NULL: it failed, and `errors` has
 * its reason. */
char *libvirt_side_try(const LibvirtSide *side, const char *line, char **errors);

/* Runs virsh, which must succeed.  The caller frees the output. */
char *virsh(const LibvirtSide *side, const char *format, ...) G_GNUC_PRINTF(2, 3);

void libvirt_file_write(const char *directory, const char *name, const char *text);

/* Installs a file of the build as an administrator does, where other users can read it. */
void libvirt_file_install(const char *from, const char *name);

#endif
