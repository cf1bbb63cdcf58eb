# SPDX-License-Identifier: GPL-2.0-or-later
"""The answers of a kept build's tests: a later run asks only those again that have changed."""
import hashlib
import json
import pathlib
import subprocess

# Tests read these beside the built files: if one changes, all run again.
DATA = ['.', ':!scripts', ':!*.rst', ':!*.[ch]', ':!*meson.build']


def data_sum(root):
    listed = subprocess.check_output(['git', '-C', root, 'ls-files', '-s', '--', *DATA])
    return hashlib.sha256(listed).hexdigest()


def ask(programs, data, run):
    """{test: {'seconds': S, 'failed': bool}}, of run(tests) or of the build's record."""
    sums = programs.sums()
    path = pathlib.Path(programs.build, 'meson-logs', 'mutate.json')
    known = json.loads(path.read_text()) if path.exists() else {}

    def uses(test):
        files = [data, test['cmd'], sorted(sums[file] for file in programs.files[test['name']])]
        return hashlib.sha256(json.dumps(files).encode()).hexdigest()

    def is_known(test):
        answer = known.get(test['name'])
        return (answer and answer['uses'] == uses(test) and not answer['failed'] and
                test['name'] not in programs.unclear)

    asked = [test for test in programs.tests if not is_known(test)]
    seconds, failed = run(asked) if asked else ({}, [])
    for test in asked:
        known[test['name']] = {'uses': uses(test), 'seconds': seconds[test['name']],
                               'failed': test['name'] in failed}
    path.write_text(json.dumps(known))
    return {test['name']: known[test['name']] for test in programs.tests}
