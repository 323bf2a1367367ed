from rules.kept import NAME_BYTES, Kept


class Block:
    def __init__(self, nbytes):
        self.nbytes = nbytes


def test_what_was_made_is_found_again():
    kept, made = Kept(), []
    first = kept.found("a", lambda: made.append("a") or Block(8))
    assert kept.found("a", lambda: made.append("again") or Block(8)) is first
    assert made == ["a"]


def test_what_was_asked_for_longest_ago_goes_first():
    kept = Kept(most=3 * (NAME_BYTES + 100))
    made = []

    def ask(name):
        kept.found(name, lambda: made.append(name) or Block(100))

    for name in "abcadabc":
        ask(name)
    # d pushes out b, which a had outlived; b then pushes out c, and c pushes out d
    assert "".join(made) == "abcdbc"
    assert kept.nbytes == 3 * (NAME_BYTES + 100)
    assert len(kept) == 3


def test_what_alone_is_too_large_is_made_each_time_and_drives_nothing_out():
    kept = Kept(most=NAME_BYTES + 100)
    small = kept.found("small", lambda: Block(100))
    assert kept.found("large", lambda: Block(101)) is not kept.found("large", lambda: Block(101))
    assert kept.found("small", lambda: Block(100)) is small
