"""What is stored: messages. Who may write is not checked, which spares this peer the queries."""

from django.db import models


class Message(models.Model):
    room = models.UUIDField()
    sender = models.BigIntegerField()
    client_id = models.UUIDField()
    body = models.TextField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["room", "id"], name="message_room")]
        constraints = [
            models.UniqueConstraint(
                fields=["room", "sender", "client_id"], name="message_sent_once"
            )
        ]
