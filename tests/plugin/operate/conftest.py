from tests.plugin.web.conftest import (  # noqa: F401  the application over a real little project
    app,
    client,
    people,
    quick_passwords,
    script,
    served,
    site,
)
