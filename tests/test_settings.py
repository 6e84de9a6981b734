from pathlib import Path

import platformdirs
import pytest

from batchsend.errors import UsageError
from batchsend.settings import Secret, Setting, Settings

TOKEN = Setting("token", "the token", secret=True, required=True)
URL = Setting("base_url", "the address", default="https://example.invalid")


@pytest.fixture(autouse=True)
def user_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "user"
    folder.mkdir()
    monkeypatch.setattr(platformdirs, "user_config_path", lambda *_, **__: folder)
    return folder


def test_the_environment_beats_the_folder_beats_the_user(tmp_path: Path, user_folder: Path) -> None:
    (user_folder / "config.toml").write_text('[providers.robo-sms]\ntoken = "user"\nbase_url = "http://user"\n')
    (tmp_path / "batchsend.toml").write_text('[providers.robo-sms]\ntoken = "folder"\n')
    settings = Settings.load({}, tmp_path).provider("robo-sms", (TOKEN, URL))
    assert (settings.text("token"), settings.text("base_url")) == ("folder", "http://user")
    settings = Settings.load({"BATCHSEND_ROBO_SMS_TOKEN": "env"}, tmp_path).provider("robo-sms", (TOKEN, URL))
    assert settings.text("token") == "env"


def test_a_default_stands_where_nothing_is_said(tmp_path: Path) -> None:
    assert Settings.load({}, tmp_path).provider("x", (URL,)).text("base_url") == "https://example.invalid"


def test_what_is_missing_is_named_with_variable_and_key(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"needs token \(the token\)") as refused:
        Settings.load({}, tmp_path).provider("new-oaks", (TOKEN, URL))
    assert "BATCHSEND_NEW_OAKS_TOKEN" in refused.value.hint
    assert "[providers.new-oaks]" in refused.value.hint


@pytest.mark.parametrize(
    ("content", "says"), [("token = ", "not valid TOML"), ("[provider.x]\n", r"\[provider\] is not a setting")]
)
def test_a_settings_file_that_is_wrong_is_named(tmp_path: Path, content: str, says: str) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(content)
    with pytest.raises(UsageError, match=says):
        Settings.load({}, tmp_path, file)
    with pytest.raises(UsageError, match="cannot be read"):
        Settings.load({}, tmp_path, tmp_path / "none.toml")


def test_a_secret_never_prints() -> None:
    secret = Secret("hunter2")
    assert "hunter2" not in f"{secret} {secret!r} {[secret]}"
    assert (secret.reveal(), bool(secret), bool(Secret(""))) == ("hunter2", True, False)
