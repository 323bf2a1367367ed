"""What the environment decides."""

from pathlib import Path

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
