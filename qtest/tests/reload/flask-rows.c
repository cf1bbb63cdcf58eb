/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/tests/reload/flask-rows.h"

#include <stddef.h>

#define FLASK "com.acme.flask: "
#define STAYS ", as it was"

const FlaskRow flask_rows[] = {
    { "other-plugin", "other-plugin", "the plugin is 'bottle', expected 'flask'" },
    { "class-gone", "class-gone", FLASK "the class is gone, expected it to stay: 'bottle' has it" },
    { "other-abi", "abi", "has ABI major version 2, this host has 1" },
    { "group", "group", FLASK "group is 'TPM', expected ''" STAYS },
    { "region-size", "region-size",
      FLASK "region 'registers': size is 0x2000, expected 0x1000" STAYS },
    { "region-name", "region-name",
      FLASK "region 'mmio' has the place of region 'registers', expected it there" },
    { "region-kind", "region-kind", FLASK "region 'memory': kind is 0x4, expected 0x3" STAYS },
    { "region-gone", "region-gone",
      FLASK "region 'memory' is gone, expected the regions as they were" },
    { "region-new", "region-new", FLASK "region 'more' is new, expected the regions as they were" },
    { "ram-block", "block",
      FLASK "region 'memory': its RAM block is 'bottle', expected 'flask'" STAYS },
    { "property-gone", "property-gone", FLASK "property 'label' is gone, expected it to stay" },
    { "property-type", "property-type",
      FLASK "property 'line' is of another type, expected it to stay" },
    { "property-range", "property-range", "bottle: line: 3 is out of range, expected 0 to 2" },
    { "state-gone", "state-gone", FLASK "state 'flask' is gone, expected it to stay" },
    { "state-name", "state-name", FLASK "state 'flask' is gone, expected it to stay" },
    { "state-older", "state-older", "since is 2, expected at most the state's version 1" },
    { "state-newer", "state-newer",
      FLASK "state 'flask' takes version 3 and newer, expected 2" STAYS },
    { "member-gone", "member-gone",
      FLASK "state 'flask': member 'level' is gone, expected it to stay" },
    { "member-narrower", "member-narrow",
      FLASK "state 'flask': member 'level' has elements of 2 bytes, expected 4" STAYS },
    { "member-shorter", "member-short",
      FLASK "state 'flask/notes': member 'notes' has 4 elements, expected 8 or more" },
    { "register-gone", "register-gone",
      FLASK "state 'flask': member 'regs' has 3 elements, expected 4 or more" },
    { "subsection-gone", "subsection-gone",
      FLASK "state 'flask/notes' is gone, expected it to stay" },
    { "file-gone", "file-gone", FLASK "fw_cfg files: number is 0x0, expected 0x1" STAYS },
    { "file-name", "file-name",
      FLASK "fw_cfg file 'etc/bottle' has the place of 'etc/flask', expected the files as they "
            "were" },
    { "file-flags", "file-flags",
      FLASK "fw_cfg file 'etc/flask': flags is 0x0, expected 0x1" STAYS },
    { "realize-fails", "realize", "bottle: the flask is broken" },
    { "post-load-fails", "post-load", "bottle: the wine is sour" },
    { NULL, NULL, NULL },
};
