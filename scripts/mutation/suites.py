# SPDX-License-Identifier: GPL-2.0-or-later
"""A build and its tests, as Meson knows them."""
import hashlib
import json
import os
import pathlib
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


def sum_of(path):
    return hashlib.sha256(pathlib.Path(path).read_bytes()).hexdigest()


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


class Programs:
    """The tests of a build, and the built files that each uses."""

    def __init__(self, build, suites):
        self.build = build
        self.tests = tests_of(build, suites)
        self.targets = {target['id']: target['filename'] for target in introspect(build, '--targets')}
        self.built = {path for files in self.targets.values() for path in files}
        self.unclear = set()  # tests that use more than they say
        self.files = {test['name']: self.files_of(test) for test in self.tests}
        self.all_files = sorted(set().union(*self.files.values()))

    def files_of(self, test):
        """The built files that the test says it uses: its program, what it depends on, and what
        its environment names; of a folder, those that are in it."""
        files = {path for i in test['depends'] for path in self.targets[i]}
        for value in [*test['cmd'], *test['env'].values()]:
            for word in value.split(':'):
                named = {path for path in self.built if word in (path, os.path.dirname(path))}
                if not named and word.startswith(self.build) and os.path.isdir(word):
                    self.unclear.add(test['name'])
                files |= named
        return files

    def relative(self, files):
        return [os.path.relpath(path, self.build) for path in files]

    def sums(self):
        """{built file: the sum of its bytes}"""
        return {path: sum_of(path) for path in self.all_files}
