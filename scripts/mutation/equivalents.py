# SPDX-License-Identifier: GPL-2.0-or-later
"""The list of changes that change no behaviour: three lines each, the change, the text of its line
and the reason."""
import pathlib

from mutation.changes import line_of, parts_of

LIST = pathlib.Path(__file__).with_name('equivalents')


def read():
    """{(change or `PATH: any`, the line's text): reason}"""
    reasons = {}
    for entry in LIST.read_text().split('\n\n'):
        lines = [line.strip() for line in entry.splitlines() if not line.startswith('#')]
        if lines:
            reasons[lines[0], lines[1]] = ' '.join(lines[2:])
    return reasons


REASONS = read()


def reason_of(change):
    """Why it changes nothing, or None.  The line has no number: other lines may come and go."""
    text = pathlib.Path(change.path).read_text().splitlines()[line_of(change) - 1].strip()
    names = ['%s: %s' % (change.path, parts) for parts in (parts_of(change), 'any')]
    return next((REASONS[name, text] for name in names if (name, text) in REASONS), None)


def stale():
    """The changes of the list whose file has no such line."""
    def lines(path):
        text = pathlib.Path(path).read_text() if pathlib.Path(path).exists() else ''
        return [line.strip() for line in text.splitlines()]

    return [name for name, text in REASONS if text not in lines(name.split(':')[0])]
