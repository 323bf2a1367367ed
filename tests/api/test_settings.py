"""What the environment decides."""

from pathlib import Path

import pytest

from api.errors import RequestError
from api.settings import Settings
from api.wiring import rules_folder


def test_a_path_is_a_file_and_an_address_a_server(monkeypatch):
    monkeypatch.setenv("PANELWISE_DB", "somewhere/store.db")
    monkeypatch.setenv("PANELWISE_ACTOR", "ann")
    assert Settings.from_environment() == Settings(Path("somewhere/store.db"), "ann")
    address = "postgresql://ann:secret@db:5433/panelwise?sslmode=require"
    monkeypatch.setenv("PANELWISE_DB", address)
    assert Settings.from_environment().database == address


def test_people_read_an_address_without_its_password():
    address = "postgresql://ann:secret@db:5433/panelwise?password=secret"
    assert Settings(address, "ann").place == "postgresql://ann@db:5433/panelwise"
    assert Settings(Path("a.db"), "ann").place == "a.db"


def test_rules_are_beside_the_file_unless_a_folder_is_named(monkeypatch):
    assert rules_folder(Settings(Path("x/store.db"), "ann")) == Path("x/store.rules")
    assert rules_folder(Settings("postgresql://db/panelwise", "ann")) == Path("panelwise.rules")
    monkeypatch.setenv("PANELWISE_RULES", "my-rules")
    assert rules_folder(Settings.from_environment()) == Path("my-rules")


def test_searches_stand_back_as_far_as_is_said(monkeypatch):
    assert Settings.from_environment().nice == 10
    monkeypatch.setenv("PANELWISE_NICE", "19")
    assert Settings.from_environment().nice == 19
    for wrong in ("20", "-1", "much"):
        monkeypatch.setenv("PANELWISE_NICE", wrong)
        with pytest.raises(RequestError, match="0 to 19"):
            Settings.from_environment()
