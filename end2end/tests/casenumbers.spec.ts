// Case and passport numbers in what people say.

import { expect, test } from '../support/test.ts';
import { fill, words } from '../support/words.ts';

const { errors, messages } = words;
const NUMBER = 'Mine is IOE0912345678';
const MASKED = 'Mine is IOE••••••••••';
const NOTICE = fill(messages.case_number, { ending: '5678' });

test('a case number stays in the browser until its writer has chosen', async ({ people }) => {
  const { ana, ben, room } = await people.anaAndBen();
  await ana.opens(room);
  await ben.opens(room);
  const button = (name: string) => ana.page.getByRole('button', { name });
  const sent: string[] = [];
  ana.page.on('request', (request) => sent.push(request.postData() ?? ''));
  ana.page.on('websocket', (socket) =>
    socket.on('framesent', ({ payload }) => sent.push(payload.toString())),
  );
  await ana.reloads();

  await ana.composer.fill(NUMBER);
  await ana.composer.press('Enter');
  await expect(button(messages.mask)).toBeFocused();
  await expect(button(messages.mask)).toHaveAccessibleDescription(NOTICE);
  await expect(ana.composer).toHaveValue(NUMBER);
  await expect(ana.history.getByText(NUMBER)).toHaveCount(0);

  await ana.page.keyboard.press('Escape');
  await expect(button(messages.mask)).toHaveCount(0);
  await expect(ana.composer).toBeFocused();
  await ana.composer.press('Enter');
  await expect(button(messages.mask)).toBeFocused();
  await ana.page.keyboard.type('!');
  await expect(ana.composer).toHaveValue(`${NUMBER}!`);
  await expect(button(messages.mask)).toHaveCount(0);

  await ana.composer.press('Enter');
  await button(messages.mask).click();
  await expect(ben.message(`${MASKED}!`)).toBeVisible();
  await expect(ana.composer).toHaveValue('');
  await expect(ana.composer).toBeFocused();
  expect(sent.filter((text) => text.includes('0912345678'))).toEqual([]);

  await ana.composer.fill(NUMBER);
  await ana.composer.press('Enter');
  await button(messages.knowing).click();
  await expect(ben.message(NUMBER)).toBeVisible();
});

test('a change that brings a case number in is held as well', async ({ people }) => {
  const { ana, ben, room } = await people.anaAndBen();
  await ana.opens(room);
  await ben.opens(room);
  await ana.says('Hello');
  await expect(ana.delivered('Hello')).toBeVisible();
  await ana.composer.press('ArrowUp');
  await expect(ana.composer).toHaveValue('Hello');
  await ana.composer.fill(NUMBER);
  await ana.composer.press('Enter');
  await ana.presses(messages.mask);
  await expect(ben.message(MASKED)).toBeVisible();
});

test('a case number is caught without a connection, and what was chosen is sent later', async ({
  people,
  troubles,
}) => {
  troubles.allowOutage();
  const { ana, ben, room } = await people.anaAndBen();
  await ana.opens(room);
  await ben.opens(room);
  await ana.context.setOffline(true);
  await ana.composer.fill(NUMBER);
  await ana.composer.press('Enter');
  await ana.presses(messages.mask);
  await expect(ana.pending(MASKED)).toBeVisible();
  await ana.context.setOffline(false);
  await expect(ben.message(MASKED)).toBeVisible();
});

test('what an older page has queued is refused, and offered again with the same choices', async ({
  people,
  troubles,
}) => {
  troubles.allowOutage();
  const { ana, ben, room } = await people.anaAndBen();
  await ana.opens(room);
  await ben.opens(room);
  await ana.context.setOffline(true);
  await ana.says('As it stood');
  await expect(ana.pending('As it stood')).toBeVisible();
  await ana.page.goto('about:blank');
  // A page that knew of no case numbers would have stored one.
  await ana.page.addInitScript((number) => {
    for (const [key, value] of Object.entries({ ...localStorage })) {
      localStorage.setItem(key, value.replace('As it stood', number));
    }
  }, NUMBER);
  await ana.context.setOffline(false);
  await ana.opens(room);
  const row = ana.pending(NUMBER);
  await expect(row).toContainText(fill(messages.not_sent, { why: errors.case_number }));
  await row.getByRole('button', { name: messages.mask }).click();
  await expect(ben.delivered(MASKED)).toBeVisible();
});

test('what people write all the time is sent at once', async ({ people }) => {
  const { ana, ben, room } = await people.anaAndBen();
  await ana.opens(room);
  await ben.opens(room);
  for (const text of ['Call +63 917 123 4567', 'I paid PHP 1,234,567.89 on 2026-03-01']) {
    await ana.says(text);
    await expect(ben.message(text)).toBeVisible();
  }
});

test('a case number is caught in the form without WebAssembly', async ({ people, troubles }) => {
  troubles.allowStatus(422);
  const ana = await people.signedIn('ana', { javaScriptEnabled: false });
  const room = await ana.hasRoom('Work permits');
  await ana.opens(room);
  await ana.composer.fill(NUMBER);
  await ana.presses(messages.send);
  await expect(ana.composer).toHaveValue(NUMBER);
  await expect(ana.composer).toHaveAccessibleDescription(NOTICE);
  await ana.presses(messages.mask);
  await expect(ana.message(MASKED)).toBeVisible();

  await ana.composer.fill(NUMBER);
  await ana.presses(messages.send);
  await ana.presses(messages.knowing);
  await expect(ana.message(NUMBER)).toBeVisible();
});

for (const javaScriptEnabled of [true, false]) {
  const how = javaScriptEnabled ? 'with' : 'without';

  test(`a case number is caught on the page of a message, ${how} JavaScript`, async ({ people, troubles }) => {
    troubles.allowStatus(422);
    const ana = await people.signedIn('ana', { javaScriptEnabled });
    const room = await ana.hasRoom('Work permits');
    await ana.hasSaid(room, 'Hello');
    await ana.visits(`/rooms/${room.id}/messages/2`);
    await ana.field(messages.body).fill(NUMBER);
    await ana.presses(messages.save);
    await expect(ana.field(messages.body)).toHaveAccessibleDescription(errors.case_number);
    await expect(ana.field(messages.body)).toHaveValue(NUMBER);
    await ana.presses(messages.mask);
    await expect(ana.message(MASKED)).toBeVisible();
  });
}
