-- Everything of one person, for them to take away or to be deleted. Of messages there is no such index,
-- which every one of them would pay for: they are found by room and sender.
--
-- Apart from what changes tables: nobody waits for these indexes but who writes to the same table.

CREATE INDEX member_intervals_user ON member_intervals (user_id, room_id, joined_seq);
CREATE INDEX reactions_user ON reactions (user_id, message_id, emoji);
CREATE INDEX invites_creator ON invites (created_by, code);
CREATE INDEX bans_user ON bans (user_id);
