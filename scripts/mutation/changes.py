# SPDX-License-Identifier: GPL-2.0-or-later
"""The changes that scripts/mutate can make to a C file."""
import collections
import pathlib
import random
import re

# The parts of C that a change leaves alone come first.
TOKEN = re.compile(r'''(?P<skip>\bG_GNUC_PRINTF\([^)]*\)|/\*.*?\*/|//[^\n]*|^[ \t]*\#(?:[^\n]*\\\n)*[^\n]*
                             |"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')
                     | (?P<word>[A-Za-z_]\w*)
                     | (?P<number>(?:0[xX][0-9a-fA-F]+|\d+)[uUlL]*)
                     | (?P<sign>->|\+\+|--|<<=|>>=|<<|>>|[<>=!+\-*/%&|^]=|&&|\|\||[^\s\w])''',
                   re.VERBOSE | re.DOTALL | re.MULTILINE)
OTHER = {'<': '<=', '<=': '<', '>': '>=', '>=': '>', '==': '!=', '!=': '==',
         'true': 'false', 'false': 'true'}
NO_STATEMENT = set('return break continue goto if for while switch case default else do typedef '
                   'struct enum union static extern const g_autofree g_autoptr g_auto'.split())
HEADS = set('if for while switch'.split())  # a statement follows their parentheses
WEAKER = set('; { } , ? : = && || & | ^ return += -='.split())
ORDERS = set('< <= > >='.split())
ENDS = set('; , ) } ] ? :'.split())  # signs behind an expression
CLAMP_MOST = 24  # tokens of its two operands

Token = collections.namedtuple('Token', 'kind text start end')
Change = collections.namedtuple('Change', 'kind path start end text')


def tokens_of(text):
    return [Token(m.lastgroup, m.group(), m.start(), m.end()) for m in TOKEN.finditer(text)
            if m.lastgroup != 'skip']


def closing(tokens, i):
    """The index of the parenthesis that closes tokens[i]."""
    depth = 0
    for k in range(i, len(tokens)):
        depth += (tokens[k].text == '(') - (tokens[k].text == ')')
        if depth == 0:
            return k
    return len(tokens) - 1


def changes_of_condition(path, text, tokens, i):
    end = closing(tokens, i + 1)
    start, stop = tokens[i + 1].start, tokens[end].end
    condition = text[start:stop]
    yield Change('negate', path, start, stop, '(!%s)' % condition)
    after = [t.text for t in tokens[end + 1:end + 3]]
    if 'return' in after or 'goto' in after or 'continue' in after or 'break' in after:
        yield Change('never', path, start, stop, '(0 && %s)' % condition)


def changes_of_statement(path, tokens, i):
    """The statement that begins at tokens[i], if it is an assignment or a call."""
    first, second = tokens[i], tokens[i + 1] if i + 1 < len(tokens) else None
    if first.kind != 'word' or first.text in NO_STATEMENT or second is None:
        return
    if second.kind == 'word' or second.text in ('*', ':'):
        return  # a declaration, or a label
    if first.text.startswith('g_assert'):
        return  # an assertion that holds changes nothing
    end = next((k for k in range(i, len(tokens)) if tokens[k].text in ';{}'), None)
    if end is not None and tokens[end].text == ';':
        yield Change('delete', path, first.start, tokens[end].end, ';')


def operand_before(tokens, i):
    """The texts of the operand that ends before tokens[i], as far as no weaker operator joins it."""
    depth, start = 0, i
    while start > 0:
        text = tokens[start - 1].text
        depth += (text in ')]') - (text in '([')
        if depth < 0 or (depth == 0 and text in WEAKER):
            break
        start -= 1
    return [t.text for t in tokens[start:i]]


def is_clamp(tokens, i):
    """True for `a < b ? a : b` and its like at the sign tokens[i]: if a equals b, both will do."""
    first = operand_before(tokens, i)
    rest = [t.text for t in tokens[i + 1:i + 2 * CLAMP_MOST]]
    if '?' not in rest:
        return False
    second = rest[:rest.index('?')]
    choices = rest[len(second) + 1:]
    return tokens[i].text in ORDERS and first and second and any(choices[:len(a) + 1 + len(b)] == a + [':'] + b and
               choices[len(a) + 1 + len(b)] in ENDS
               for a, b in ((first, second), (second, first)))


def changes_of_file(path):
    text = pathlib.Path(path).read_text()
    tokens = tokens_of(text)
    depth = 0
    heads = {closing(tokens, i + 1) for i, token in enumerate(tokens[:-1])
             if token.text in HEADS and tokens[i + 1].text == '('}
    for i, token in enumerate(tokens):
        previous = tokens[i - 1].text if i else ''
        depth += (token.text == '{') - (token.text == '}')
        if token.text == 'if':
            yield from changes_of_condition(path, text, tokens, i)
        if token.text in OTHER and not is_clamp(tokens, i):
            kind = 'bool' if token.kind == 'word' else 'compare'
            yield Change(kind, path, token.start, token.end, OTHER[token.text])
        if token.kind == 'number' and previous != '[':
            yield Change('number', path, token.start, token.end, '(%s + 1)' % token.text)
        if depth and (previous in (';', '{', '}', 'else') or i - 1 in heads):
            yield from changes_of_statement(path, tokens, i)


def line_of(change):
    return pathlib.Path(change.path).read_text().count('\n', 0, change.start) + 1


def parts_of(change):
    """The change, without its place."""
    text = pathlib.Path(change.path).read_text()
    old = ' '.join(text[change.start:change.end].split())
    new = ' '.join(change.text.split())
    return '%s: %s -> %s' % (change.kind, old[:60], new[:66])


def name_of(change):
    return '%s:%d: %s' % (change.path, line_of(change), parts_of(change))


def draw(changes, count):
    """Each kind has the same chance, then each of its places."""
    kinds = collections.defaultdict(list)
    for change in changes:
        kinds[change.kind].append(change)
    drawn = []
    while kinds and len(drawn) < count:
        kind = random.choice(sorted(kinds))
        drawn.append(kinds[kind].pop(random.randrange(len(kinds[kind]))))
        if not kinds[kind]:
            del kinds[kind]
    return drawn
