import { expect, test } from '../support/test.ts';
import { words } from '../support/words.ts';

const { accounts, errors, rooms } = words;

for (const javaScriptEnabled of [true, false]) {
  const how = javaScriptEnabled ? 'with' : 'without';
  test(`a conversation is begun by one and answered by the other, ${how} JavaScript`, async ({
    people,
  }) => {
    const ana = await people.signedIn('ana', { javaScriptEnabled });
    const ben = await people.signedIn('ben');
    await ana.visits('/');
    await ana.field(accounts.handle).fill('@ben');
    await ana.presses(rooms.write);
    await expect(ana.page.getByRole('heading', { level: 1 })).toHaveText('ben');
    await expect(ana.page).toHaveTitle(/^ben · /);
    await ana.composer.fill('Did yours come?');
    await ana.presses(words.messages.send);
    await expect(ana.message('Did yours come?')).toBeVisible();

    await ben.visits('/');
    await ben.page.getByRole('link', { name: /^ana/ }).click();
    await expect(ben.page.getByRole('heading', { level: 1 })).toHaveText('ana');
    await expect(ben.message('Did yours come?')).toBeVisible();
    await ben.says('Today!');
    await expect(ben.delivered('Today!')).toBeVisible();
    if (!javaScriptEnabled) await ana.reloads();
    await expect(ana.message('Today!')).toBeVisible();
  });
}

test('a handle that nobody has says so at its field', async ({ people, troubles }) => {
  troubles.allowStatus(404);
  const ana = await people.signedIn('ana');
  await ana.visits('/');
  await ana.field(accounts.handle).fill('nobody');
  await ana.presses(rooms.write);
  await expect(ana.field(accounts.handle)).toHaveAccessibleDescription(errors.person_unknown);
  await expect(ana.field(accounts.handle)).toHaveValue('nobody');
});

test('a member is written to from the list of members', async ({ people }) => {
  const { ben, room } = await people.anaAndBen();
  await ben.visits(`/rooms/${room.id}/about`);
  await ben.page.getByRole('button', { name: `${words.about.write} ana` }).click();
  await expect(ben.page.getByRole('heading', { level: 1 })).toHaveText('ana');
  await expect(ben.composer).toBeVisible();
  await ben.page.getByRole('link', { name: rooms.about, exact: true }).click();
  await expect(ben.page.getByText(words.about.mute_label)).toBeVisible();
  await expect(ben.page.getByText(words.about.leave, { exact: true })).toHaveCount(0);
});
