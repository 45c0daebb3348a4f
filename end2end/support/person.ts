// Somebody at a browser of their own.

import { randomUUID } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { type BrowserContext, expect, type Locator, type Page } from '@playwright/test';
import { live } from './liveness.ts';
import type { Upload } from './media.ts';
import { words } from './words.ts';

export interface Room {
  id: string;
  name: string;
}

export class Person {
  /** The frames that the server has sent, by type. */
  private readonly frames = new EventEmitter();

  constructor(
    readonly handle: string,
    readonly context: BrowserContext,
    readonly page: Page,
    private readonly withWasm: boolean,
  ) {
    page.on('websocket', (socket) => {
      socket.on('framereceived', ({ payload }) => {
        this.frames.emit(JSON.parse(payload.toString()).type);
      });
    });
  }

  get email(): string {
    return `${this.handle}@example.org`;
  }

  get password(): string {
    return `${this.handle} waits for a letter`;
  }

  // Where they go and what they do there, as anybody would.

  async visits(path: string): Promise<void> {
    await this.page.goto(path);
    await this.isThere();
  }

  /** Opens a room, and has everything in it from now on. */
  async opens(room: Room): Promise<void> {
    const subscribed = this.hears('subscribed');
    await this.visits(`/rooms/${room.id}`);
    if (this.withWasm) await subscribed;
  }

  async reloads(): Promise<void> {
    await this.page.reload();
    await this.isThere();
  }

  async fillsInSignUp(): Promise<void> {
    // The page from which a link led here has a handle and a password too, and no e-mail.
    await this.field(words.accounts.email).fill(this.email);
    await this.field(words.accounts.handle).fill(this.handle);
    await this.field(words.accounts.password).fill(this.password);
  }

  async signsUp(): Promise<void> {
    await this.visits('/sign-up');
    await this.fillsInSignUp();
    await this.presses(words.accounts.sign_up_submit);
    await this.signOut.waitFor();
    await this.isThere();
  }

  async signsIn(): Promise<void> {
    await this.visits('/sign-in');
    await this.field(words.accounts.login).fill(this.handle);
    await this.field(words.accounts.password).fill(this.password);
    await this.presses(words.accounts.sign_in_submit);
  }

  /** Signs in, and waits for the page that this leads to. */
  async signsInAgain(): Promise<void> {
    await this.signsIn();
    await this.signOut.waitFor();
    await this.isThere();
  }

  async presses(button: string): Promise<void> {
    await this.page.getByRole('button', { name: button, exact: true }).click();
  }

  /** Chooses files as the button offers it. */
  async picks(...files: Upload[]): Promise<void> {
    const chooser = this.page.waitForEvent('filechooser');
    await this.addFiles.click();
    const chosen = files.map(({ name, bytes, mime }) => ({ name, mimeType: mime, buffer: bytes }));
    await (await chooser).setFiles(chosen);
  }

  /** The same person in another tab of the same browser. */
  async opensTab(): Promise<Person> {
    return new Person(this.handle, this.context, await this.context.newPage(), this.withWasm);
  }

  /**
   * The connection of pages that they open from now on breaks whenever something is sent over it,
   * until the answer is called.
   */
  async isCutShort(): Promise<() => void> {
    let short = true;
    await this.context.routeWebSocket('**/live', (socket) => {
      const live = socket.connectToServer();
      socket.onMessage((frame) => {
        if (short && JSON.parse(frame.toString()).type === 'send') {
          socket.close();
          live.close();
        } else {
          live.send(frame);
        }
      });
    });
    return () => {
      short = false;
    };
  }

  /** A part of the page's code does not come until the answer is called. */
  async waitsForCode(part: string): Promise<() => void> {
    const calls = new EventEmitter();
    const called = once(calls, 'arrive');
    await this.page.route(`**/split_${part}.*.wasm`, async (route) => {
      await called;
      await route.continue();
    });
    return () => void calls.emit('arrive');
  }

  /** Begins to change the last message of their own by the keyboard. */
  async takesUp(text: string): Promise<void> {
    await this.composer.press('ArrowUp');
    await expect(this.composer).toHaveValue(text);
  }

  async says(text: string): Promise<void> {
    await this.composer.fill(text);
    await this.composer.press('Enter');
  }

  /** Opens the menu of a message by the sign beside it. */
  async opensMenu(text: string): Promise<void> {
    const message = this.message(text);
    await message.hover();
    await message.getByRole('link', { name: words.messages.actions }).click();
    await this.page.getByRole('menu').waitFor();
  }

  /** Does what the menu of a message offers. */
  async chooses(text: string, action: string): Promise<void> {
    await this.opensMenu(text);
    await this.page.getByRole('menuitem', { name: action, exact: true }).click();
  }

  // What they see.

  field(label: string): Locator {
    return this.page.getByLabel(label, { exact: true });
  }

  get signOut(): Locator {
    return this.page.getByRole('button', { name: words.accounts.sign_out });
  }

  get composer(): Locator {
    return this.page.getByRole('textbox', { name: words.messages.body });
  }

  get addFiles(): Locator {
    return this.page.locator('.add summary');
  }

  get history(): Locator {
    return this.page.getByRole('log');
  }

  get banner(): Locator {
    return this.page.getByRole('status').filter({ hasText: words.live.offline });
  }

  /** A room in the list of rooms. */
  listed(room: Room): Locator {
    const list = this.page.getByRole('navigation', { name: words.rooms.list_label });
    return list.getByRole('link', { name: room.name });
  }

  /** A message in the history, confirmed or not. */
  message(text: string): Locator {
    return this.history
      .getByRole('listitem')
      .filter({ has: this.page.locator(':not(.quote *)').and(this.page.getByText(text, { exact: true })) });
  }

  /** What people have answered a message with. */
  reaction(text: string, emoji: string): Locator {
    return this.message(text).locator('.reaction').filter({ hasText: emoji });
  }

  /** A message that the server has confirmed. */
  delivered(text: string): Locator {
    return this.message(text).filter({ has: this.page.locator('time') });
  }

  /** A message that the server has not yet confirmed. */
  pending(text: string): Locator {
    return this.message(text).filter({ hasNot: this.page.locator('time') });
  }

  /** Resolves with the next frame of this type. */
  async hears(type: string): Promise<void> {
    await once(this.frames, type);
  }

  // What is arranged for them before the test begins, through the doors that programs use.

  async hasAnAccount(): Promise<void> {
    const { handle, email, password } = this;
    await this.asks('accounts/sign_up', { handle, email, password });
  }

  /** Their address is confirmed by the link that was sent there. */
  async hasConfirmed(link: string): Promise<void> {
    await this.asks('accounts/confirm', { token: new URLSearchParams(link.split('?')[1]).get('token') });
  }

  async hasRoom(name: string, kind: 'public' | 'group' = 'public'): Promise<Room> {
    const { room } = await this.asks<{ room: Room }>('rooms/create', { name, kind });
    return room;
  }

  /** The conversation with somebody. */
  async hasConversation(handle: string): Promise<Room> {
    const { room } = await this.asks<{ room: Room }>('rooms/direct', { handle });
    return room;
  }

  async hasBlocked(handle: string): Promise<void> {
    await this.asks('blocks/add', { handle });
  }

  /** Tells something of themselves. */
  async hasTold(part: 'name' | 'bio' | 'country' | 'links', told: string, seen = 'shared') {
    await this.asks(`profiles/set_${part}`, { [part]: told, seen });
  }

  async speaks(...languages: string[]): Promise<void> {
    await this.asks('profiles/set_languages', { languages, seen: 'shared' });
  }

  /** Has put a picture on, which a file holds. */
  async wears(file: string): Promise<void> {
    const { id } = await this.asks<{ id: string }>('accounts/current', {});
    const picture = { name: 'me.png', mimeType: 'image/png', buffer: await readFile(file) };
    const answer = await this.context.request.post(`/people/${id}/picture`, {
      multipart: { file: picture },
    });
    if (!answer.ok()) throw new Error(`${answer.status()} ${await answer.text()}`);
  }

  async hasAskedForDeletion(): Promise<void> {
    await this.asks('accounts/delete', { messages: 'keep', current: this.password });
  }

  /** The path of a new link into a room. */
  async hasInvite(room: Room): Promise<string> {
    const input = { room: room.id, expires: 'week' };
    const { invite } = await this.asks<{ invite: { code: string } }>('invites/create', input);
    return `/invites/${invite.code}`;
  }

  async hasDescribed(room: Room, topic: string, description: string): Promise<void> {
    await this.asks('rooms/update', { room: room.id, name: room.name, topic, description });
  }

  async isIn(room: Room): Promise<void> {
    await this.asks('rooms/join', { room: room.id });
  }

  async hasSaid(room: Room, ...texts: string[]): Promise<void> {
    for (const body of texts) {
      await this.asks('messages/send', { room: room.id, id: randomUUID(), body });
    }
  }

  /** Pictures, videos and files in one message. */
  async hasShown(room: Room, body: string, ...uploads: Upload[]): Promise<void> {
    const media = [];
    for (const upload of uploads) media.push(await this.sendsIn(upload));
    await this.asks('messages/send', { room: room.id, id: randomUUID(), body, media });
  }

  /** Sends something in as the page does. Returns its id. */
  private async sendsIn({ name, bytes, alt = '' }: Upload): Promise<string> {
    const version = { 'tus-resumable': '1.0.0' };
    const pairs = Object.entries({ filename: name, alt });
    const begun = await this.context.request.post('/media/uploads', {
      headers: {
        ...version,
        'upload-length': String(bytes.length),
        'upload-metadata': pairs
          .map(([key, value]) => `${key} ${Buffer.from(value).toString('base64')}`)
          .join(','),
      },
    });
    if (!begun.ok()) throw new Error(`${name}: ${begun.status()} ${await begun.text()}`);
    const address = begun.headers().location ?? '';
    const sent = await this.context.request.patch(address, {
      headers: { ...version, 'upload-offset': '0', 'content-type': 'application/offset+octet-stream' },
      data: bytes,
    });
    if (!sent.ok()) throw new Error(`${name}: ${sent.status()} ${await sent.text()}`);
    return address.split('/').at(-1) ?? '';
  }

  /** Everything that was said in the room so far. */
  async hasRead(room: Room): Promise<void> {
    const { last } = await this.knows(room);
    await this.asks('reads/read', { room: room.id, seq: last });
  }

  async hasDeleted(room: Room, text: string): Promise<void> {
    const { id } = await this.finds(room, text);
    await this.asks('messages/delete', { room: room.id, message: id });
  }

  async hasAnswered(room: Room, text: string, body: string): Promise<void> {
    const { seq } = await this.finds(room, text);
    const input = { room: room.id, id: randomUUID(), body, reply_to: seq };
    await this.asks('messages/send', input);
  }

  async hasReacted(room: Room, text: string, emoji: string): Promise<void> {
    const { id } = await this.finds(room, text);
    await this.asks('messages/react', { room: room.id, message: id, emoji, on: true });
  }

  async hasPinned(room: Room, text: string): Promise<void> {
    const { id } = await this.finds(room, text);
    await this.asks('messages/pin', { room: room.id, message: id, on: true });
  }

  /** A message among the first of a room. */
  private async finds(room: Room, text: string): Promise<{ id: string; seq: number }> {
    type Line = { id: string; seq: number; kind: string; body: string };
    const input = { room: room.id, after: 0 };
    const { messages } = await this.asks<{ messages: Line[] }>('messages/page', input);
    const found = messages.find(({ kind, body }) => kind === 'text' && body === text);
    if (!found) throw new Error(`nobody has said ${text}`);
    return found;
  }

  /** How far they have read a room, and its last place. */
  async knows(room: Room): Promise<{ read: number; last: number }> {
    const { read } = await this.asks<{ read: number }>('rooms/open', { room: room.id });
    const { head } = await this.asks<{ head: number }>('messages/page', { room: room.id });
    return { read, last: head };
  }

  async hasChanged(room: Room, text: string, body: string): Promise<void> {
    const { id } = await this.finds(room, text);
    await this.asks('messages/edit', { room: room.id, message: id, body });
  }

  async hasMuted(room: Room, level: 'all' | 'mentions' | 'none'): Promise<void> {
    await this.asks('rooms/set_mute', { room: room.id, level });
  }

  async removes(other: Person, room: Room): Promise<void> {
    const { id } = await other.asks<{ id: string }>('accounts/current', {});
    await this.asks('rooms/remove', { room: room.id, user: id });
  }

  private async asks<T>(door: string, data: object): Promise<T> {
    const answer = await this.context.request.post(`/api/${door}`, {
      data,
      headers: { accept: 'application/json' },
    });
    if (!answer.ok()) throw new Error(`${door}: ${answer.status()} ${await answer.text()}`);
    return answer.json();
  }

  private async isThere(): Promise<void> {
    if (this.withWasm) await live(this.page);
  }
}
