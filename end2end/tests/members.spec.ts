import type { Person, Room } from '../support/person.ts';
import { expect, test } from '../support/test.ts';
import { fill, words } from '../support/words.ts';

const { about, errors, messages, rooms } = words;

/** Somebody in the list of a room's members. */
function line(person: Person, handle: string) {
  return person.page
    .getByRole('listitem')
    .filter({ has: person.page.getByText(handle, { exact: true }) });
}

async function opensAbout(person: Person, room: Room): Promise<void> {
  await person.visits(`/rooms/${room.id}/about`);
}

/** Opens what can be done about a member, and does one of it. */
async function does(person: Person, what: string, handle: string): Promise<void> {
  await line(person, handle).getByText(about.manage).click();
  await line(person, handle).getByRole('button', { name: what, exact: true }).click();
}

test('a new name and topic are seen by another as they are given', async ({ people }) => {
  const { ana, ben, room } = await people.anaAndBen();
  await ben.opens(room);
  await ana.opens(room);

  await ana.page.getByRole('link', { name: rooms.about, exact: true }).click();
  await ana.field(rooms.name).fill('K-1 · Manila');
  await ana.field(about.topic).fill('Filed in March');
  await ana.field(about.description).fill('For all who filed in March.\nBe kind.');
  await ana.page.locator('form').filter({ has: ana.field(about.topic) }).getByRole('button').click();
  await expect(ana.page.getByRole('status').filter({ hasText: about.saved })).toBeVisible();
  await expect(ana.page.getByRole('heading', { level: 1 })).toHaveText('K-1 · Manila');

  await expect(ben.page.getByRole('heading', { level: 1 })).toHaveText('K-1 · Manila');
  await expect(ben.page.locator('.room-topic')).toHaveText('Filed in March');
  const renamed = fill(messages.renamed_room, { handle: 'ana', name: 'K-1 · Manila' });
  await expect(ben.history).toContainText(renamed);
  await ben.reloads();
  await expect(ben.page.getByRole('heading', { level: 1 })).toHaveText('K-1 · Manila');
});

test('a name that is too long says so at its field', async ({ people, troubles }) => {
  troubles.allowStatus(422);
  const ana = await people.signedIn('ana');
  await opensAbout(ana, await ana.hasRoom('Work permits'));
  await ana.field(about.topic).fill('t'.repeat(121));
  await ana.page.locator('form').filter({ has: ana.field(about.topic) }).getByRole('button').click();
  await expect(ana.field(about.topic)).toHaveAccessibleDescription(errors.topic_invalid);
  await expect(ana.field(about.topic)).toHaveValue('t'.repeat(121));
});

test('somebody leaves after a question, and the others see it', async ({ people }) => {
  const { ana, ben, room } = await people.anaAndBen();
  await ana.opens(room);

  await opensAbout(ben, room);
  await expect(ben.page.getByRole('button', { name: about.leave_submit })).toBeHidden();
  await ben.page.getByText(about.leave, { exact: true }).click();
  await expect(ben.page.getByText(about.leave_question)).toBeVisible();
  await ben.presses(about.leave_submit);
  await expect(ben.page).toHaveURL('/');
  await expect(ana.history).toContainText(fill(messages.left_room, { handle: 'ben' }));
});

test('an owner makes a moderator, who removes and bans members', async ({ people, troubles }) => {
  troubles.allowStatus(403);
  const ana = await people.signedIn('ana');
  const ben = await people.signedIn('ben');
  const chi = await people.signedIn('chi');
  const room = await ana.hasRoom('Work permits');
  for (const person of [ben, chi]) await person.isIn(room);

  await opensAbout(ana, room);
  await does(ana, about.make_moderator, 'ben');
  await expect(line(ana, 'ben')).toContainText(about.moderator);

  await chi.opens(room);
  await opensAbout(ben, room);
  await expect(line(ben, 'ana').getByText(about.manage)).toHaveCount(0);
  await does(ben, about.remove, 'chi');
  await expect(line(ben, 'chi')).toHaveCount(0);
  await expect(chi.page.getByText(rooms.ended)).toBeVisible();

  await chi.isIn(room);
  await opensAbout(ben, room);
  await does(ben, about.ban, 'chi');
  await expect(line(ben, 'chi')).toContainText(about.unban);
  await chi.visits(`/rooms/${room.id}`);
  await chi.presses(rooms.join);
  await expect(chi.page.getByRole('alert').filter({ hasText: errors.banned })).toBeVisible();

  await line(ben, 'chi').getByRole('button').click();
  await expect(line(ben, 'chi')).toHaveCount(0);
  await chi.presses(rooms.join);
  await expect(chi.composer).toBeVisible();
});

test('what one is told of a room stays as it was chosen', async ({ people }) => {
  const ana = await people.signedIn('ana');
  const room = await ana.hasRoom('Work permits');
  await opensAbout(ana, room);
  await ana.field(about.mute_label).selectOption(about.mute_mentions);
  await ana.page
    .locator('form')
    .filter({ has: ana.field(about.mute_label) })
    .getByRole('button')
    .click();
  await expect(ana.page.getByRole('status').filter({ hasText: about.saved })).toBeVisible();
  await ana.reloads();
  await expect(ana.field(about.mute_label)).toHaveValue('mentions');
});

test('without JavaScript a room is renamed, and people are promoted, banned and let in', async ({
  people,
}) => {
  const { ana, ben, room } = await people.anaAndBen({ javaScriptEnabled: false });

  await opensAbout(ana, room);
  await ana.field(about.topic).fill('Filed in March');
  await ana.page.locator('form').filter({ has: ana.field(about.topic) }).getByRole('button').click();
  await expect(ana.page.locator('.lead').first()).toHaveText('Filed in March');
  await ana.field(about.mute_label).selectOption('none');
  const mute = ana.page.locator('form').filter({ has: ana.field(about.mute_label) });
  await mute.getByRole('button').click();
  await expect(ana.field(about.mute_label)).toHaveValue('none');
  await does(ana, about.make_moderator, 'ben');
  await expect(line(ana, 'ben')).toContainText(about.moderator);
  await does(ana, about.ban, 'ben');
  await expect(line(ana, 'ben')).toContainText(about.unban);
  await line(ana, 'ben').getByRole('button').click();
  await expect(line(ana, 'ben')).toHaveCount(0);

  await ben.isIn(room);
  await opensAbout(ben, room);
  await ben.page.getByText(about.leave, { exact: true }).click();
  await ben.presses(about.leave_submit);
  await expect(ben.page).toHaveURL('/');
});
