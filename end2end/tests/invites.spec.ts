import { expect, test } from '../support/test.ts';
import { fill, words } from '../support/words.ts';

const { accounts, invites, messages, rooms, welcome } = words;

test('a link that an owner makes lets another browser in with one click', async ({ people }) => {
  const ana = await people.signedIn('ana');
  const ben = await people.signedIn('ben');
  const room = await ana.hasRoom('Family', 'group');
  await ana.hasSaid(room, 'Before anybody came');
  await ana.visits(`/rooms/${room.id}/about`);
  await ana.field(invites.max_uses).selectOption(invites.one_person);
  await ana.presses(invites.create);
  const link = ana.page.getByRole('link', { name: '/invites/' });
  await expect(link).toBeVisible();
  const path = (await link.getAttribute('href')) ?? '';
  await ana.opens(room);

  await ben.visits(path);
  const title = fill(invites.title, { room: 'Family' });
  await expect(ben.page.getByRole('heading', { name: title })).toBeVisible();
  await ben.presses(rooms.join);
  await expect(ben.composer).toBeVisible();
  await expect(ben.message('Before anybody came')).toHaveCount(0);
  await expect(ana.history).toContainText(fill(messages.joined_room, { handle: 'ben' }));
  await ben.visits(path);
  await expect(ben.page.getByRole('link', { name: invites.to_room })).toBeVisible();
});

test('a link that is withdrawn says so in plain words', async ({ people, troubles }) => {
  troubles.allowStatus(404);
  const ana = await people.signedIn('ana');
  const ben = await people.signedIn('ben');
  const room = await ana.hasRoom('Family', 'group');
  const path = await ana.hasInvite(room);
  await ana.visits(`/rooms/${room.id}/about`);
  await ana.presses(invites.revoke);
  await expect(ana.page.getByRole('link', { name: '/invites/' })).toHaveCount(0);
  const answer = await ben.page.goto(path);
  expect(answer?.status()).toBe(404);
  await expect(ben.page.getByRole('main')).toContainText(words.errors.invite_unknown);
});

for (const javaScriptEnabled of [true, false]) {
  const how = javaScriptEnabled ? 'with' : 'without';
  test(`a visitor signs up on the way and comes back to the link, ${how} JavaScript`, async ({
    people,
  }) => {
    const ana = await people.signedIn('ana');
    const room = await ana.hasRoom('Family', 'group');
    const ben = await people.stranger('ben', { javaScriptEnabled });
    await ben.visits(await ana.hasInvite(room));
    await ben.page.getByRole('link', { name: welcome.have_account }).click();
    await ben.page
      .getByRole('main')
      .getByRole('link', { name: accounts.sign_up, exact: true })
      .click();
    await ben.fillsInSignUp();
    await ben.presses(accounts.sign_up_submit);
    await ben.page.waitForURL('/invites/*');
    await ben.presses(rooms.join);
    await expect(ben.composer).toBeVisible();
  });
}
