"""A plug-in whose dependency is not there."""

import a_library_nobody_has  # noqa: F401 - that it fails is the point
