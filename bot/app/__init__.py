"""The composition root: settings in, a running bot out."""

from .build import App, open_app

__all__ = ["App", "open_app"]
