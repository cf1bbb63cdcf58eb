# SPDX-License-Identifier: GPL-2.0-or-later
"""The tests that execute a line of C: each test runs once in a second build, which counts for gcov."""
import collections
import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import threading
import urllib.parse

from mutation import record, trial
from mutation.suites import Programs, configure

ARGUMENTS = ['-Dbuildtype=plain', '-Doptimization=0', '-Db_coverage=true']

Function = collections.namedtuple('Function', 'start end lines')  # lines: {line: the tests}


def anchor_of(function, line):
    """The line for which gcov counts a statement that has this line, or None."""
    return max((known for known in function.lines if known <= line), default=None)


class Coverage:
    """A build below `root`; each test has a folder with what its programs executed."""

    def __init__(self, root, suites):
        self.root = root
        self.build = os.path.join(root, 'build-coverage')
        self.known = {}  # by path
        self.lock = threading.Lock()
        configure(self.build, root, ARGUMENTS)
        programs = Programs(self.build, suites)
        print('building with counters', flush=True)
        subprocess.run(['ninja', '-C', self.build, *programs.relative(programs.all_files)],
                       check=True, stdout=subprocess.DEVNULL)
        answers = record.ask(programs, record.data_sum(root), self.run)
        self.tests = list(answers)
        self.failed = {name for name, answer in answers.items() if answer['failed']}

    def run(self, tests):
        print('running %d tests with counters' % len(tests), flush=True)
        for test in tests:
            shutil.rmtree(self.folder(test['name']), ignore_errors=True)
        return trial.times([dict(test, env=dict(test['env'], GCOV_PREFIX=self.folder(test['name'])))
                            for test in tests], self.build)

    def folder(self, name):
        return os.path.join(self.build, 'tests', urllib.parse.quote(name, safe=''))

    def counts(self, path):
        """(test, gcov's JSON) of each test whose programs have an object of this name."""
        notes = [str(note) for note in
                 pathlib.Path(self.build).rglob('*' + os.path.basename(path) + '.gcno')]
        with tempfile.TemporaryDirectory() as folder:
            names = []
            for name in self.tests:
                for note in notes:
                    data = self.folder(name) + note[:-len('.gcno')] + '.gcda'
                    if os.path.exists(data):
                        link = os.path.join(folder, str(len(names)))
                        os.symlink(note, link + '.gcno')
                        os.symlink(data, link + '.gcda')
                        names.append(name)
            data = ['%d.gcda' % number for number in range(len(names))]
            printed = data and subprocess.run(['gcov', '--json-format', '--stdout', *data], text=True,
                                              check=True, cwd=folder, stdout=subprocess.PIPE,
                                              stderr=subprocess.DEVNULL).stdout.splitlines()
        return zip(names, map(json.loads, printed))

    def functions(self, path):
        """({name: Function}, {the tests that have counted anything}) of a source file."""
        with self.lock:
            if path not in self.known:
                self.known[path] = self.functions_asked(path)
            return self.known[path]

    def functions_asked(self, path):
        functions, counted = {}, set()
        for test, answer in self.counts(path):
            own = [part for part in answer['files'] if os.path.normpath(os.path.join(
                answer['current_working_directory'], part['file'])) == os.path.join(self.root, path)]
            counted |= {test} if own else set()
            for part in own:
                for f in part['functions']:
                    functions.setdefault(f['name'], Function(f['start_line'], f['end_line'], {}))
                for line in part['lines']:
                    if 'function_name' not in line:
                        continue  # outside of functions
                    tests = functions[line['function_name']].lines.setdefault(
                        line['line_number'], set())
                    tests |= {test} if line['count'] else set()
        return functions, counted

    def executed(self, path, line):
        """(the tests that execute the line, or anything of the file if none does or it is in no
        function; those that have counted, whether or not they do)."""
        functions, counted = self.functions(path)
        around = [f for f in functions.values() if f.start <= line <= f.end and anchor_of(f, line)]
        tests = set().union(*(f.lines[anchor_of(f, line)] for f in around))
        # A child that ends by _exit() or a signal doesn't tell its counts.
        if not tests:
            tests = set().union(*(t for f in functions.values() for t in f.lines.values()))
        return tests, counted - self.failed
