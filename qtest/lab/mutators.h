/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The mutators that libFuzzer calls by their names, for inputs that are steps.  A program that has
 * them links mutators.c itself, since nothing else refers to them.
 */
#ifndef OB_LAB_MUTATORS_H
#define OB_LAB_MUTATORS_H

#include "qtest/lab/draw.h"

/* The program sets it before it fuzzes. */
extern const ObLabTarget *ob_lab_mutated;

#endif
