pytest_plugins = [
    "tests.support.postgres",
    "tests.support.model",
    "tests.support.project",
    "tests.support.state",
    "tests.support.turns",
    "tests.support.little",
    "tests.support.openid",
    "tests.support.strict",
]
