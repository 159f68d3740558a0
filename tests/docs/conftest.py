"""What the examples import, known to this process."""

# Runs of pytest in this process forget what they import. The C library of PyYAML does not work when
# it is imported a second time, and requests finds only half of http.cookiejar.
import losant_rest  # noqa: F401
import requests  # noqa: F401

import mock_server.seeds.yaml_text  # noqa: F401
