"""The site of the admin: what it has is found when it is first asked, and its sign-in is that of everybody."""

import threading
from typing import Any

from allauth.account.decorators import secure_admin_login
from django.contrib.admin.sites import AdminSite
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver
from django.utils.module_loading import autodiscover_modules

from tracker.core.lazy_urls import IMPORTING


class LazyAdminSite(AdminSite):
    """Django's own, but the modules that register with it are imported when somebody first asks what it has."""

    def __init__(self, name: str = "admin") -> None:
        self._registered: dict[type[Model], Any] = {}
        self._is_found = False
        self._thread = threading.local()
        super().__init__(name)

    @property
    def _registry(self) -> dict[type[Model], Any]:
        if not self._is_found and not getattr(self._thread, "is_registering", False):
            with IMPORTING:
                self._thread.is_registering = True
                try:
                    autodiscover_modules("admin")
                finally:
                    self._thread.is_registering = False
                self._is_found = True
        return self._registered

    @_registry.setter
    def _registry(self, registered: dict[type[Model], Any]) -> None:
        self._registered = registered

    def register(self, *args: Any, **options: Any) -> None:
        """Register a model, without a look for others: they may be what imports this one."""
        before = getattr(self._thread, "is_registering", False)
        self._thread.is_registering = True
        try:
            super().register(*args, **options)
        finally:
            self._thread.is_registering = before

    @property
    def urlpatterns(self) -> list[URLPattern | URLResolver]:
        """The URLs of the site, as a URLconf has them."""
        return self.get_urls()

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Lead to the sign-in of everybody: Django's own would let a password in without the second factor."""
        response: HttpResponse = secure_admin_login(super().login)(request, extra_context)
        return response
