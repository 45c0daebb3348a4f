"""There are no pages: the chat is its WebSocket."""

urlpatterns = []
