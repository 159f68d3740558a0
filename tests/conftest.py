"""What all tests share."""

from hypothesis import HealthCheck, settings

from tests.tools import give_children_default_signals

pytest_plugins = ["pytester"]

# However slow the machine is, the same examples are tried, and none has to be done in time.
settings.register_profile(
    "repeatable", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("repeatable")

give_children_default_signals()
