// A small chat as the documentation of socket.io would have it: a message is stored, acknowledged,
// and sent to everybody in the room. STORE=0 leaves out the storing. Who may write is not checked,
// which spares this peer the queries.

import { createServer } from "node:http";

import { createAdapter } from "@socket.io/redis-adapter";
import pg from "pg";
import { createClient } from "redis";
import { Server } from "socket.io";

const { DATABASE_URL, PORT, REDIS_URL } = process.env;
const stores = process.env.STORE !== "0";

const INSERT = {
  name: "insert-message",
  text: `INSERT INTO messages (room, sender, client_id, body) VALUES ($1, $2, $3, $4)
         RETURNING id, created_at`,
};

const pool = new pg.Pool({ connectionString: DATABASE_URL, max: 20 });
if (stores) {
  await pool.query(`
    CREATE TABLE IF NOT EXISTS messages (
      id bigserial PRIMARY KEY,
      room uuid NOT NULL,
      sender bigint NOT NULL,
      client_id uuid NOT NULL,
      body text NOT NULL,
      created_at timestamptz NOT NULL DEFAULT now(),
      UNIQUE (room, sender, client_id)
    );
    CREATE INDEX IF NOT EXISTS messages_room ON messages (room, id)`);
}

let unstored = 0;
async function store(room, sender, { id, body }) {
  if (!stores) return { id: ++unstored, created_at: new Date() };
  const { rows } = await pool.query({ ...INSERT, values: [room, sender, id, body] });
  return rows[0];
}

const publisher = createClient({ url: REDIS_URL });
const subscriber = publisher.duplicate();
await Promise.all([publisher.connect(), subscriber.connect()]);

const http = createServer();
const io = new Server(http, {
  adapter: createAdapter(publisher, subscriber),
  transports: ["websocket"],
  serveClient: false,
});

io.on("connection", async (socket) => {
  const { room, user } = socket.handshake.query;
  await socket.join(room);
  socket.on("send", async (message, acknowledge) => {
    try {
      const { id, created_at } = await store(room, user, message);
      acknowledge({ id: message.id, message: id });
      io.to(room).emit("message", {
        id,
        sender: user,
        client_id: message.id,
        body: message.body,
        sent_at: created_at,
      });
    } catch (error) {
      console.error(error);
      acknowledge({ error: error.code ?? "failed" });
    }
  });
  socket.emit("subscribed");
});

http.listen(Number(PORT), "127.0.0.1");
