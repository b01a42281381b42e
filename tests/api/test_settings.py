import pytest

from api.settings import Settings, SettingsError, settings_from


def test_without_variables_the_settings_are_the_embedded_default():
    assert settings_from({}) == Settings()


def test_what_is_given_comes_before_variables_and_none_is_not_given():
    environment = {"LOTWISE_PORT": "9000", "LOTWISE_STORE": "sqlite:///x", "PATH": "y"}
    assert settings_from(environment, port=None).port == 9000
    assert settings_from(environment, port=7).port == 7
    assert settings_from(environment, port=7).store == "sqlite:///x"


def test_every_wrong_variable_is_named_with_its_value():
    wrong = {"LOTWISE_PORT": "eight", "LOTWISE_BODY_MB": "1.5", "LOTWISE_WORKER_RUNS": "-1"}
    with pytest.raises(SettingsError) as refused:
        settings_from(wrong)
    for variable, value in wrong.items():
        assert variable in str(refused.value)
        assert value in str(refused.value)


def test_a_worker_may_have_no_room_for_zone_jobs():
    assert settings_from({"LOTWISE_WORKER_ZONES": "0"}).worker_zones == Settings().worker_zones == 0
    assert settings_from({"LOTWISE_WORKER_ZONES": "6"}).worker_zones == 6


@pytest.mark.parametrize(
    "given",
    [
        {"port": 70000},
        {"run_memory_mb": 0},
        {"dead_after_seconds": 2},
        {"oidc_issuer": "x"},
        {"worker_zones": -1},
        {"zone_jobs_most": 0},
        {"worker_runs": 0},
    ],
)
def test_settings_are_valid_at_birth(given):
    with pytest.raises(
        SettingsError, match=f"LOTWISE_{'OIDC' if 'oidc_issuer' in given else next(iter(given)).upper()}"
    ):
        Settings(**given)
