"""Configuration of the web package."""

from typing import Any

from django.apps import AppConfig

from tracker.web.form_messages import use_our_messages


class WebConfig(AppConfig):
    """What all screens share."""

    name = "tracker.web"
    verbose_name = "Web"

    def __init__(self, app_name: str, app_module: Any) -> None:
        """Let every form say what to do. This is done before any form is defined, as a field takes its words then."""
        super().__init__(app_name, app_module)
        use_our_messages()
