// What is live, from one node to another: Ana's pages come from the first, Ben's from the second.

import { expect, onTwoNodes as test } from '../support/test.ts';
import { fill, words } from '../support/words.ts';

const { accounts, messages, presence, rooms } = words;

test('what is said, changed, answered, pinned and taken away is seen from the other node', async ({
  people,
  elsewhere,
}) => {
  const { ana, ben, room } = await people.anaAndBenOn(elsewhere);
  await ana.says('It came');
  await ben.says('What does it say?');
  await expect(ben.delivered('It came')).toBeVisible();
  await expect(ana.delivered('What does it say?')).toBeVisible();

  await ana.hasChanged(room, 'It came', 'It came today');
  await expect(ben.message('It came today')).toContainText(messages.edited);
  await ben.chooses('It came today', '🎉');
  await expect(ana.reaction('It came today', '🎉')).toHaveText('🎉 1');
  await ben.hasAnswered(room, 'It came today', 'At last!');
  await expect(ana.message('At last!').locator('.quote')).toHaveText('ana It came today');
  await ana.hasPinned(room, 'At last!');
  await expect(ben.message('At last!').getByText(messages.pinned)).toBeAttached();

  await ana.hasDeleted(room, 'It came today');
  await expect(ben.message('It came today')).toHaveCount(0);
  await expect(ben.message('At last!').locator('.quote')).toContainText(messages.deleted);
});

test('what was deleted on the other node while a browser was offline is gone when it returns', async ({
  people,
  elsewhere,
  troubles,
}) => {
  troubles.allowOutage();
  const { ana, ben, room } = await people.anaAndBenOn(elsewhere);
  await ana.says('Not for everybody');
  await expect(ben.delivered('Not for everybody')).toBeVisible();
  await ben.context.setOffline(true);
  await expect(ben.banner).toBeVisible();
  await ana.hasDeleted(room, 'Not for everybody');
  await ana.says('This is');
  await expect(ben.message('Not for everybody')).toBeVisible();
  await ben.context.setOffline(false);
  await expect(ben.delivered('This is')).toBeVisible();
  await expect(ben.message('Not for everybody')).toHaveCount(0);
});

test('who is there, who writes and who has read is told from the other node', async ({
  people,
  elsewhere,
}) => {
  const { ana, ben } = await people.anaAndBenOn(elsewhere);
  await expect(ana.page.getByText(fill(presence.here, { count: 2 }))).toHaveAttribute(
    'title',
    'ana, ben',
  );
  await ben.composer.pressSequentially('It');
  await expect(ana.page.getByText(fill(presence.typing, { name: 'ben' }))).toBeVisible();
  await ana.says('Yes?');
  await expect(ben.delivered('Yes?')).toBeVisible();
  await expect(ana.page.getByText(fill(presence.seen, { names: 'ben' }))).toBeVisible();
});

test('two devices on two nodes agree on what is new, and within a second on what was read', async ({
  people,
  elsewhere,
}) => {
  const { ana, ben, room } = await people.anaAndBenOn(elsewhere);
  const phone = await people.stranger('ben');
  await phone.signsInAgain();
  await phone.visits('/');
  await ben.visits('/');
  await ana.says('It came');
  for (const device of [phone, ben]) {
    await expect(device.listed(room)).toContainText(fill(rooms.unread, { count: 1 }));
  }
  await ben.hasRead(room);
  const within = { timeout: 1_000 };
  await Promise.all(
    [ben, phone].map((device) => expect(device.listed(room)).not.toContainText('unread', within)),
  );
});

test('who joins, what a room is called and who is removed is known on the other node', async ({
  people,
  elsewhere,
}) => {
  const { ana, ben, room } = await people.anaAndBenOn(elsewhere);
  const chi = await elsewhere.signedIn('chi');
  await chi.isIn(room);
  await expect(ana.history.getByText(fill(messages.joined_room, { handle: 'chi' }))).toBeVisible();

  await ana.hasDescribed({ ...room, name: 'Work permits, 2027' }, '', '');
  await expect(ben.page).toHaveTitle('Work permits, 2027 · Layover');
  await ana.removes(ben, room);
  await expect(ben.page.getByText(rooms.ended)).toBeVisible();
});

test('who is written to has the conversation in the list at once, on the other node', async ({
  people,
  elsewhere,
}) => {
  const ana = await people.signedIn('ana');
  const ben = await elsewhere.signedIn('ben');
  await ben.visits('/');
  const list = ben.page.getByRole('navigation', { name: rooms.list_label });
  await expect(list).toContainText(rooms.empty_title);

  await ana.visits('/');
  await ana.field(accounts.handle).fill('@ben');
  await ana.presses(rooms.write);
  await ana.says('Did yours come?');
  await expect(ana.delivered('Did yours come?')).toBeVisible();
  const hers = list.getByRole('link', { name: /^ana/ });
  await expect(hers).toContainText(fill(rooms.unread, { count: 1 }));
  await hers.click();
  await expect(ben.message('Did yours come?')).toBeVisible();
});
