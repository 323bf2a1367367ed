"""Comments and texts inside CEL source, blanked without moving anything."""

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


def _blank(found: re.Match[str]) -> str:
    return " " * len(found[0])
