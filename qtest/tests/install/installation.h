/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An installation as a user has it, from this build or from packages. */
#ifndef OB_TESTS_INSTALL_INSTALLATION_H
#define OB_TESTS_INSTALL_INSTALLATION_H

#include "qtest/tests/lib/shell.h"

/*
 * Installs below DIRECTORY of a scratch directory: this build, or the packages in the folder
 * OB_PACKAGES.  The shell's commands find the prefix's directory as $P, and the libraries as $L.
 */
ObScratch *installation_new(const char *directory);

/* Lets pkg-config find the installation, and the shell its programs.  The files of pkg-config name
 * the prefix, which lies in a test's directory here. */
void installation_use(const ObScratch *scratch);

#endif
