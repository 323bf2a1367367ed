"""Control-C on the command line."""

import signal

import pytest

from api.commands.plans import _cancel_on_interrupt


def test_before_the_search_it_ends_the_program_and_during_the_search_it_asks_for_the_best_plan(capsys):
    searching = []
    with _cancel_on_interrupt(lambda: bool(searching)) as cancelled:
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
        assert not cancelled()
        searching.append(True)
        signal.raise_signal(signal.SIGINT)
        assert cancelled()
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
    assert "stopping" in capsys.readouterr().err
