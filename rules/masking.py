"""CEL source as text: comments and strings blanked without moving anything, loops counted."""

import re

_TOKENS = re.compile(
    r"""
    (?P<comment>//[^\n]*)
    | (?P<string>
        [rR] (?: '{3}.*?'{3} | "{3}.*?"{3} | '[^'\n]*' | "[^"\n]*" )
        | '{3} (?:\\.|.)*? '{3} | "{3} (?:\\.|.)*? "{3}
        | ' (?:\\.|[^'\\])* ' | " (?:\\.|[^"\\])* "
    )
    """,
    re.VERBOSE | re.DOTALL,
)


def without_comments(text: str) -> str:
    """The text with blanks in place of comments."""
    return _TOKENS.sub(lambda found: _blank(found) if found["comment"] else found[0], text)


def without_strings(text: str) -> str:
    """The text with a mark in place of every character of strings and comments, to count parentheses in."""
    return _TOKENS.sub(lambda found: "~" * len(found[0]), text)


def nesting(text: str) -> int:
    """How deep loops (all, exists, exists_one, map, filter) stand inside each other."""
    mask, deepest = without_strings(text), 0
    loops: list[bool] = []
    for position, character in enumerate(mask):
        if character == "(":
            loops.append(_LOOP.search(mask, max(position - 40, 0), position) is not None)
            deepest = max(deepest, sum(loops))
        elif character == ")" and loops:
            loops.pop()
    return deepest


_LOOP = re.compile(r"\.\s*(all|exists|exists_one|map|filter)\s*$")


def _blank(found: re.Match[str]) -> str:
    return " " * len(found[0])
