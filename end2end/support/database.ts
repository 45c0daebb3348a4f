// A database per server, made for it and dropped after it.

import { randomBytes } from 'node:crypto';
import pg from 'pg';

export class Database {
  private constructor(
    readonly url: string,
    private readonly name: string,
  ) {}

  static async create(): Promise<Database> {
    const url = new URL(cluster());
    const name = `layover_e2e_${randomBytes(6).toString('hex')}`;
    await run(cluster(), `CREATE DATABASE ${name}`);
    url.pathname = `/${name}`;
    return new Database(url.href, name);
  }

  async run(statement: string): Promise<void> {
    await run(this.url, statement);
  }

  /** Lets somebody have said `Line 1`, `Line 2` and so on in a room, one a minute until now. */
  async fill(room: string, handle: string, count: number): Promise<void> {
    await this.run(`
      INSERT INTO messages
          (id, room_id, seq, version, message_no, kind, sender_id, client_id, body, created_at)
      SELECT gen_random_uuid(), room_id, last_seq + n, last_seq + n, last_message_no + n, 'text',
             users.id, gen_random_uuid(), 'Line ' || n, now() - (${count} - n) * interval '1 minute'
      FROM room_heads, users, generate_series(1, ${count}) n
      WHERE room_id = '${room}' AND handle = '${handle}';
      UPDATE room_heads
      SET last_seq = last_seq + ${count}, last_message_no = last_message_no + ${count}
      WHERE room_id = '${room}'`);
  }

  async drop(): Promise<void> {
    await run(cluster(), `DROP DATABASE ${this.name} WITH (FORCE)`);
  }
}

/** The PostgreSQL that the tests may make databases in. */
function cluster(): string {
  const url = process.env.LAYOVER_TEST_DATABASE_URL;
  if (!url) {
    throw new Error('LAYOVER_TEST_DATABASE_URL names no PostgreSQL: run make test, or set it');
  }
  return url;
}

async function run(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
