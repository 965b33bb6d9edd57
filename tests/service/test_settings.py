"""Settings from the environment: typed, complete in their complaints, silent about secrets."""

from pathlib import Path

import pytest

from bot.settings import BadSettings, example_environment, read_settings, sections
from tests.shared_files import ROOT

STRIPE = {"DESKSIDE_STRIPE_API_KEY": "rk_test_secret_value"}


def test_an_empty_environment_starts_with_nothing_connected_and_says_what_that_switches_off() -> None:
    settings = read_settings({})
    missing = {one.part: one for one in settings.missing}
    assert settings.vendors == {}
    assert "DESKSIDE_INTERCOM_ACCESS_TOKEN" in missing["intercom"].variables
    assert missing["salesforce"].abilities
    assert missing["teams"].variables


def test_a_configured_vendor_is_connected_and_its_secret_never_prints() -> None:
    settings = read_settings(STRIPE)
    assert "stripe" in settings.vendors
    assert "rk_test_secret_value" not in repr(settings)


def test_a_half_configured_vendor_names_the_variables_that_are_missing() -> None:
    settings = read_settings({"DESKSIDE_INTERCOM_ACCESS_TOKEN": "t"})
    [intercom] = [one for one in settings.missing if one.part == "intercom"]
    assert intercom.variables == ("DESKSIDE_INTERCOM_BOT_ADMIN_ID",)


@pytest.mark.parametrize(
    ("variable", "value", "words"),
    [
        ("DESKSIDE_HTTP_PORT", "eighty", "valid integer"),
        ("DESKSIDE_HTTP_PORT", "70000", "less than or equal to 65535"),
        ("DESKSIDE_TIME_ZONE", "Mars/Olympus", "Asia/Singapore"),
        ("DESKSIDE_LOG_LEVEL", "LOUD", "DEBUG, INFO, WARNING or ERROR"),
        ("DESKSIDE_STRIPE_API_KEYS", "x", "Did you mean DESKSIDE_STRIPE_API_KEY?"),
        ("DESKSIDE_DRY_RUN", "perhaps", "valid boolean"),
    ],
)
def test_a_bad_value_names_its_variable_and_remedy(variable: str, value: str, words: str) -> None:
    with pytest.raises(BadSettings) as caught:
        read_settings({variable: value})
    [problem] = caught.value.problems
    assert problem.variable == variable
    assert words in str(problem)


def test_all_problems_are_told_at_once() -> None:
    with pytest.raises(BadSettings) as caught:
        read_settings({"DESKSIDE_HTTP_PORT": "x", "DESKSIDE_WORKERS": "0", "DESKSIDE_NONSENSE": "1"})
    assert {one.variable for one in caught.value.problems} == {
        "DESKSIDE_HTTP_PORT",
        "DESKSIDE_WORKERS",
        "DESKSIDE_NONSENSE",
    }


def test_the_example_file_documents_every_variable() -> None:
    text = (ROOT / ".env.example").read_text()
    assert text.strip() == example_environment().strip(), "run: deskside settings --example > .env.example"
    for section in sections():
        for name in section.model.model_fields:
            assert f"#{section.variable(name)}=" in text


def test_the_default_knowledge_folder_exists() -> None:
    assert Path(read_settings({}).service.knowledge_dir, "sops").is_dir()
