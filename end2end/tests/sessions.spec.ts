// Where one is signed in.

import { expect, test } from '../support/test.ts';
import { words } from '../support/words.ts';

const { sessions } = words;

test('a device is signed out from another, and says so at once', async ({ people }) => {
  const desk = await people.signedIn('ana');
  const phone = await people.stranger('ana');
  await phone.signsInAgain();
  const room = await desk.hasRoom('Visa');
  await phone.opens(room);

  await desk.visits('/settings/sessions');
  await expect(desk.page.getByText(sessions.this)).toHaveCount(1);
  const listed = desk.page.getByRole('main').getByRole('listitem').filter({ hasText: sessions.used });
  await expect(listed).toHaveCount(2);
  await listed.nth(1).getByRole('button', { name: sessions.end }).click();
  await expect(listed).toHaveCount(1);
  await expect(phone.page.getByText(words.live.signed_out)).toBeVisible();
});

test('without JavaScript, all other devices are signed out by a form', async ({ people }) => {
  const desk = await people.signedIn('ana', { javaScriptEnabled: false });
  const phone = await people.stranger('ana');
  await phone.signsInAgain();
  await desk.visits('/settings/sessions');
  await desk.presses(sessions.end_others);
  await expect(desk.page.getByText(sessions.this)).toHaveCount(1);
  await expect(desk.page.getByRole('button', { name: sessions.end_others })).toHaveCount(0);
  await phone.visits('/settings/sessions');
  await expect(phone.signOut).toHaveCount(0);
});
