# SPDX-License-Identifier: GPL-2.0-or-later
"""A build and its tests, as Meson knows them."""
import json
import os
import re
import subprocess

BRIDGE = 'bridge-7.2'
OTHER_RELEASE = r'-(?!7\.2$)\d+\.\d+$'


def configure(build, root, arguments):
    """A build that was configured before may be of another commit."""
    known = os.path.exists(os.path.join(build, 'build.ninja'))
    command = (['ninja', '-C', build, 'build.ninja'] if known else
               ['meson', 'setup', build, root, *arguments])
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def introspect(build, what):
    return json.loads(subprocess.check_output(['meson', 'introspect', what, build]))


def suites_of(test):
    """The test's suites; bridge-7.2 is the suite bridge in the distribution's QEMU alone."""
    suites = {suite.split(':')[-1] for suite in test['suite']}
    if 'bridge' in suites and not re.search(OTHER_RELEASE, test['name']):
        suites.add(BRIDGE)
    return suites


def tests_of(build, suites):
    return [test for test in introspect(build, '--tests') if suites_of(test) & suites]
