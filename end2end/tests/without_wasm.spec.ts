// The same pages where no script runs: every form posts, every link loads.

import type { People } from '../support/people.ts';
import { expect, test } from '../support/test.ts';
import { fill, words } from '../support/words.ts';

const { accounts, errors, messages, rooms } = words;
const withoutWasm = { javaScriptEnabled: false };

const numbered = (count: number) => Array.from({ length: count }, (_, at) => `Line ${at + 1}`);

async function anaInARoom(people: People) {
  const ana = await people.signedIn('ana', withoutWasm);
  const room = await ana.hasRoom('Work permits');
  return { ana, room };
}

test('somebody signs up, opens a room, posts and signs out', async ({ people }) => {
  const ana = await people.stranger('ana', withoutWasm);
  await ana.signsUp();
  await ana.page.getByRole('link', { name: rooms.new }).click();
  await ana.field(rooms.name).fill('K-1 · Manila');
  await ana.presses(rooms.create);
  await expect(ana.page.getByRole('heading', { name: 'K-1 · Manila' })).toBeVisible();

  await ana.composer.fill('Hello\nfrom a small phone');
  await ana.presses(messages.send);
  await expect(ana.message('Hello from a small phone')).toBeVisible();
  await expect(ana.message('Hello from a small phone')).toContainText(messages.you);
  await expect(ana.composer).toHaveValue('');

  await ana.composer.fill('And a second one');
  await ana.presses(messages.send);
  await expect(ana.message('And a second one')).toBeVisible();

  await ana.presses(accounts.sign_out);
  await expect(ana.page.getByRole('heading', { name: words.welcome.title })).toBeVisible();
});

test('somebody signs in where they were heading, joins and posts', async ({ people }) => {
  const ana = await people.signedIn('ana');
  const room = await ana.hasRoom('Work permits');
  await ana.opens(room);
  const ben = await people.stranger('ben', withoutWasm);
  await ben.hasAnAccount();
  await ben.context.clearCookies();

  await ben.visits(`/rooms/${room.id}`);
  await ben.page.getByRole('main').getByRole('link', { name: accounts.sign_in }).click();
  await ben.field(accounts.login).fill('ben');
  await ben.field(accounts.password).fill(ben.password);
  await ben.presses(accounts.sign_in_submit);
  await expect(ben.page).toHaveURL(`/rooms/${room.id}`);
  await ben.presses(rooms.join);
  await ben.composer.fill('Hello from a form');
  await ben.presses(messages.send);

  await expect(ben.message('Hello from a form')).toBeVisible();
  await expect(ana.message('Hello from a form')).toBeVisible();
});

test('a refused sign-up says why at its field and keeps what was typed', async ({
  people,
  troubles,
}) => {
  troubles.allowStatus(409);
  troubles.allowStatus(422);
  await (await people.stranger('ana')).hasAnAccount();
  const other = await people.stranger('ana', withoutWasm);
  const handle = other.field(accounts.handle);
  const password = other.field(accounts.password);

  await other.visits('/sign-up');
  await other.fillsInSignUp();
  await other.presses(accounts.sign_up_submit);
  await expect(handle).toHaveAccessibleDescription(errors.handle_taken);
  await expect(handle).toHaveValue('ana');
  await expect(other.field(accounts.email)).toHaveValue(other.email);
  await expect(password).toHaveValue('');

  await handle.fill('ana_two');
  await password.fill('short');
  await other.presses(accounts.sign_up_submit);
  await expect(password).toHaveAccessibleDescription(errors.password_short);
  await expect(handle).toHaveValue('ana_two');

  await password.fill(other.password);
  await other.presses(accounts.sign_up_submit);
  await expect(other.signOut).toBeVisible();
  await expect(other.page).toHaveURL('/');
});

test('a wrong password says so and keeps the handle', async ({ people, troubles }) => {
  troubles.allowStatus(401);
  const ana = await people.stranger('ana', withoutWasm);
  await ana.visits('/sign-in');
  await ana.field(accounts.login).fill('ana');
  await ana.field(accounts.password).fill('something else');
  await ana.presses(accounts.sign_in_submit);
  await expect(ana.page.getByRole('alert')).toHaveText(errors.credentials_wrong);
  await expect(ana.field(accounts.login)).toHaveValue('ana');
});

test('a message that is too long says so where it was typed, and stays', async ({
  people,
  troubles,
}) => {
  troubles.allowStatus(422);
  const { ana, room } = await anaInARoom(people);
  await ana.visits(`/rooms/${room.id}`);
  const long = `The start\n${'x'.repeat(4000)}`;
  await ana.composer.fill(long);
  await ana.presses(messages.send);

  await expect(ana.composer).toHaveAccessibleDescription(errors.body_long);
  await expect(ana.composer).toHaveValue(long);
  await ana.composer.fill('Shorter');
  await ana.presses(messages.send);
  await expect(ana.message('Shorter')).toBeVisible();
});

test('a room without a name says so at its field', async ({ people, troubles }) => {
  troubles.allowStatus(422);
  const { ana } = await anaInARoom(people);
  await ana.visits('/rooms/new');
  await ana.presses(rooms.create);
  const name = ana.field(rooms.name);
  await expect(name).toHaveAccessibleDescription(errors.room_name_invalid);

  await name.fill('n'.repeat(81));
  await ana.presses(rooms.create);
  await expect(name).toHaveAccessibleDescription(errors.room_name_invalid);
  await expect(name).toHaveValue('n'.repeat(81));
});

test('a room opens at its end, and links lead back and forth', async ({ people }) => {
  const { ana, room } = await anaInARoom(people);
  await ana.hasSaid(room, ...numbered(70));
  await ana.visits(`/rooms/${room.id}`);
  await expect(ana.message('Line 70')).toBeInViewport({ ratio: 1 });
  await expect(ana.message('Line 20')).toHaveCount(0);

  await ana.page.getByRole('link', { name: messages.earlier }).click();
  await expect(ana.message('Line 20')).toBeInViewport({ ratio: 1 });
  await expect(ana.history).toContainText(fill(messages.created_room, { handle: 'ana' }));
  await expect(ana.page.getByRole('link', { name: messages.earlier })).toHaveCount(0);

  await ana.page.getByRole('link', { name: messages.latest }).click();
  await expect(ana.message('Line 70')).toBeInViewport({ ratio: 1 });
  await expect(ana.page.getByRole('link', { name: messages.latest })).toHaveCount(0);
});
