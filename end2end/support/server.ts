// A Layover server of the test's own: it can be killed and started again, at the same address and
// with the same database.

import { type ChildProcess, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect } from '@playwright/test';
import { Database } from './database.ts';
import type { Redis } from './redis.ts';

const READY = /^Layover is ready: (\S+)$/;

export class Server {
  /** What the server has written, line by line, over all its starts. */
  readonly log: string[] = [];
  /** What must not be in it: those of all who use the database, on whichever node. */
  secrets = new Set<string>();
  /** Where people find it. */
  address = '';
  private port?: number;
  private child?: ChildProcess;

  private constructor(
    readonly database: Database,
    private readonly redis?: Redis,
    private readonly own: NodeJS.ProcessEnv = {},
    /** Where its mails are put, and what people send in, which nodes share. */
    private readonly folder = mkdtempSync(join(tmpdir(), 'layover-e2e-')),
  ) {}

  /**
   * A server with a database of its own; with Redis, it is a node that others can join. `own` are
   * settings beside those that every server of the tests has.
   */
  static async create(redis?: Redis, own: NodeJS.ProcessEnv = {}): Promise<Server> {
    const server = new Server(await Database.create(), redis, own);
    try {
      await server.start();
    } catch (error) {
      await server.destroy();
      throw error;
    }
    return server;
  }

  /** Another node on the same database. It is killed, not destroyed. */
  async joined(): Promise<Server> {
    if (!this.redis) throw new Error('nodes hear of each other through Redis');
    const other = new Server(this.database, this.redis, this.own, this.folder);
    other.secrets = this.secrets;
    await other.start();
    return other;
  }

  /** Resolves when the server has said that it is ready. */
  async start(): Promise<void> {
    this.port ??= await freePort();
    const child = spawn(program(), { env: this.settings(), stdio: ['ignore', 'pipe', 'pipe'] });
    this.child = child;
    // Whatever ends the test run ends the server.
    const end = () => child.kill('SIGKILL');
    process.once('exit', end);
    child.once('exit', () => process.off('exit', end));
    createInterface(child.stderr).on('line', (line) => this.log.push(line));
    const lines = createInterface(child.stdout);
    await new Promise<void>((ready, failed) => {
      child.once('error', failed);
      child.once('exit', (code) => {
        failed(new Error([`the server ended with ${code}:`, ...this.log].join('\n')));
      });
      lines.on('line', (line) => {
        this.log.push(line);
        const address = READY.exec(line)?.[1];
        if (address) {
          this.address = address;
          ready();
        }
      });
    });
  }

  /** Fills its database, in which nobody may be yet, with a made-up community. Returns the visitor's password. */
  async hasDemo(): Promise<string> {
    const child = spawn(program(), ['demo'], { env: this.settings(), stdio: ['ignore', 'pipe', 'inherit'] });
    let printed = '';
    child.stdout.on('data', (text) => (printed += text));
    await once(child, 'close');
    const password = /^ *password +(\S+)$/m.exec(printed)?.[1];
    if (!password) throw new Error(`no demo was made: ${printed}`);
    this.secrets.add(password);
    return password;
  }

  /** Ends it as a power cut would. */
  async kill(): Promise<void> {
    await this.end('SIGKILL');
  }

  /** Asks it to end. */
  async stop(): Promise<void> {
    await this.end('SIGTERM');
  }

  /** Lets nothing happen in it until it is killed, as on a machine that hangs. */
  freeze(): void {
    this.child?.kill('SIGSTOP');
  }

  /** The link in the next mail to an address; each is read once. */
  async linkTo(email: string): Promise<string> {
    const mails = join(this.folder, 'mails');
    let link: string | undefined;
    await expect(() => {
      const names = existsSync(mails) ? readdirSync(mails).sort() : [];
      for (const name of names.filter((name) => name.endsWith('.eml'))) {
        const mail = readFileSync(join(mails, name), 'utf8');
        if (!mail.includes(`To: ${email}\r\n`)) continue;
        rmSync(join(mails, name));
        link = mail.replaceAll('=\r\n', '').replaceAll('=3D', '=').match(/https?:\/\/\S+/)?.[0];
        return;
      }
      throw new Error(`no mail has come to ${email}`);
    }).toPass({ timeout: 10_000 });
    return new URL(link!).pathname + new URL(link!).search;
  }

  async destroy(): Promise<void> {
    await this.kill();
    rmSync(this.folder, { recursive: true, force: true });
    await this.database.drop();
  }

  get runs(): boolean {
    return this.child?.exitCode === null && this.child.signalCode === null;
  }

  panics(): string[] {
    return this.log.filter((line) => line.includes('panicked'));
  }

  /** Lines with a secret in them. */
  leaks(): string[] {
    const secrets = [...this.secrets];
    return this.log.filter((line) => secrets.some((secret) => line.includes(secret)));
  }

  private async end(signal: NodeJS.Signals): Promise<void> {
    const child = this.child;
    if (child && this.runs) {
      const ended = once(child, 'exit');
      child.kill(signal);
      await ended;
    }
  }

  private settings(): NodeJS.ProcessEnv {
    return {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      NO_COLOR: '1',
      DATABASE_URL: this.database.url,
      LAYOVER_DATA: this.folder,
      REDIS_URL: this.redis?.url,
      // Tests fill rooms faster than people do.
      LAYOVER_RATE_BURST: '2000',
      LAYOVER_SITE: process.env.LAYOVER_SITE || here('../../target/site'),
      ...this.own,
      PORT: String(this.port),
    };
  }
}

/**
 * A port that is not among those which systems give to whoever asks for any: between a kill and the next
 * start one of these could become somebody else's.
 */
async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(20_000, 32_000);
    const probe = createServer().listen(port, '127.0.0.1');
    const free = await once(probe, 'listening').then(
      () => true,
      () => false,
    );
    if (!free) continue;
    await new Promise((closed) => probe.close(closed));
    return port;
  }
}

function program(): string {
  return process.env.LAYOVER_BIN || here('../../target/release/layover');
}

function here(path: string): string {
  return fileURLToPath(new URL(path, import.meta.url));
}
