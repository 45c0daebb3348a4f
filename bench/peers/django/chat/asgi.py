"""The application that Daphne serves."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chat.settings")
django = get_asgi_application()

from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402
from django.urls import path  # noqa: E402

from chat.consumers import Room  # noqa: E402

application = ProtocolTypeRouter(
    {
        "http": django,
        "websocket": URLRouter([path("rooms/<uuid:room>", Room.as_asgi())]),
    }
)
