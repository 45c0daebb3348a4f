"""The room as people in it see it: a message is stored, acknowledged, and sent to everybody."""

from urllib.parse import parse_qs

from channels.generic.websocket import AsyncJsonWebsocketConsumer

from chat.models import Message


class Room(AsyncJsonWebsocketConsumer):
    async def connect(self):
        self.room = self.scope["url_route"]["kwargs"]["room"]
        self.sender = int(parse_qs(self.scope["query_string"])[b"user"][0])
        self.group = f"room-{self.room}"
        await self.channel_layer.group_add(self.group, self.channel_name)
        await self.accept()
        await self.send_json({"type": "subscribed"})

    async def disconnect(self, code):
        await self.channel_layer.group_discard(self.group, self.channel_name)

    async def receive_json(self, content):
        message = await Message.objects.acreate(
            room=self.room,
            sender=self.sender,
            client_id=content["id"],
            body=content["body"],
        )
        await self.send_json(
            {"type": "accepted", "id": content["id"], "message": message.pk}
        )
        await self.channel_layer.group_send(
            self.group,
            {
                "type": "room.message",
                "id": message.pk,
                "sender": message.sender,
                "client_id": content["id"],
                "body": message.body,
                "sent_at": message.created_at.isoformat(),
            },
        )

    async def room_message(self, event):
        await self.send_json({**event, "type": "message"})
