// How people answer messages: with words, with emoji, by name, and by holding them up.

import type { People } from '../support/people.ts';
import { expect, test } from '../support/test.ts';
import { fill, words } from '../support/words.ts';

const { messages } = words;
const withoutWasm = { javaScriptEnabled: false };

/** Ana and Ben, both looking at what she has said. */
async function anaAndBen(people: People) {
  const { ana, ben, room } = await people.anaAndBen();
  await ana.hasSaid(room, 'How long did it take?');
  await ana.opens(room);
  await ben.opens(room);
  return { ana, ben, room };
}

test('a reply quotes what it answers, and leads there and back', async ({ people }) => {
  const { ana, ben, room } = await anaAndBen(people);
  await ben.chooses('How long did it take?', messages.answer);
  await expect(ben.page.getByText(fill(messages.answering, { handle: 'ana' }))).toBeVisible();
  await expect(ben.composer).toBeFocused();
  await ben.says('Six weeks');
  await expect(ben.page.getByText(fill(messages.answering, { handle: 'ana' }))).toBeHidden();
  const quote = ana.message('Six weeks').locator('.quote');
  await expect(quote).toHaveText('ana How long did it take?');

  // The original changes, and what is quoted with it.
  await ana.chooses('How long did it take?', messages.edit);
  await ana.composer.fill('How long did Manila take?');
  await ana.composer.press('Enter');
  for (const person of [ana, ben]) {
    await expect(person.message('Six weeks').locator('.quote')).toContainText('Manila');
  }

  await ana.hasSaid(room, ...Array.from({ length: 80 }, (_, at) => `Line ${at + 1}`));
  await ben.reloads();
  await ben.visits(`/rooms/${room.id}`);
  await ben.says('And now?');
  await ben.chooses('Line 80', messages.answer);
  await ben.says('So many lines');
  await ana.reloads();
  await expect(ana.message('So many lines')).toBeVisible();
  await ana.message('So many lines').locator('.quote').click();
  await expect(ana.message('Line 80')).toBeInViewport();
  await ana.presses(messages.back_to_answer);
  await expect(ana.message('So many lines')).toBeInViewport();
});

test('a quote of what is not loaded is fetched, and a deletion is quoted as one', async ({
  people,
}) => {
  const { ana, ben, room } = await anaAndBen(people);
  await ana.hasSaid(room, ...Array.from({ length: 80 }, (_, at) => `Line ${at + 1}`));
  await ana.hasRead(room);
  await ana.opens(room);
  await ana.history.hover();
  await ben.chooses('How long did it take?', messages.answer);
  await ben.says('Six weeks');
  const quote = ana.message('Six weeks').locator('.quote');
  await expect(quote).toHaveText('ana How long did it take?');
  await ana.hasDeleted(room, 'How long did it take?');
  await expect(quote).toContainText(messages.deleted);
});

test('a reply that is refused keeps what it answers, also where that is not loaded', async ({
  people,
  troubles,
}) => {
  troubles.allowOutage();
  const { ana, ben, room } = await anaAndBen(people);
  await ben.chooses('How long did it take?', messages.answer);
  await ben.context.setOffline(true);
  await expect(ben.banner).toBeVisible();
  await ben.says('Six weeks');
  await ana.removes(ben, room);
  await ana.hasSaid(room, ...Array.from({ length: 80 }, (_, at) => `Line ${at + 1}`));
  await ben.context.setOffline(false);
  const why = fill(messages.not_sent, { why: words.errors.not_member });
  await expect(ben.page.getByText(why)).toBeVisible();

  await ben.isIn(room);
  await ben.hasRead(room);
  await ben.visits(`/rooms/${room.id}`);
  await ben.pending('Six weeks').getByRole('button', { name: messages.edit }).click();
  await expect(ben.page.getByText(fill(messages.answering, { handle: 'ana' }))).toBeVisible();
  await expect(ben.composer).toHaveValue('Six weeks');
  await ben.composer.press('Enter');
  const quote = ana.message('Six weeks').locator('.quote');
  await expect(quote).toHaveText('ana How long did it take?');
});

test('a reaction is one’s own at once, is seen by all and can be taken back', async ({ people }) => {
  const { ana, ben } = await anaAndBen(people);
  await ben.chooses('How long did it take?', '🎉');
  const hers = ana.reaction('How long did it take?', '🎉');
  const his = ben.reaction('How long did it take?', '🎉');
  await expect(his).toHaveClass(/own/);
  await expect(hers).toHaveText('🎉 1');
  await expect(hers).toHaveAttribute('title', 'ben');
  await hers.click();
  await expect(hers).toHaveText('🎉 2');
  await expect(his).toHaveAttribute('title', 'ben, ana');
  await his.click();
  await expect(hers).toHaveText('🎉 1');
  await hers.click();
  await expect(his).toHaveCount(0);
});

test('more emoji are behind a sign, and all of them by keyboard', async ({ people }) => {
  const { ana } = await anaAndBen(people);
  await ana.opensMenu('How long did it take?');
  await ana.page.keyboard.press('Escape');
  await ana.opensMenu('How long did it take?');
  await ana.page.getByRole('menuitem', { name: messages.more_emoji }).press('Enter');
  await ana.page.getByRole('menuitem', { name: '🛂' }).press('Enter');
  await expect(ana.reaction('How long did it take?', '🛂')).toHaveText('🛂 1');
});

test('a reaction that was given offline is kept until the connection is back', async ({
  people,
  troubles,
}) => {
  troubles.allowOutage();
  const { ana, ben } = await anaAndBen(people);
  await ben.opensMenu('How long did it take?');
  await ben.context.setOffline(true);
  await ben.page.getByRole('menuitem', { name: '👍' }).click();
  await expect(ben.reaction('How long did it take?', '👍')).toBeVisible();
  await expect(ana.reaction('How long did it take?', '👍')).toHaveCount(0);
  await ben.context.setOffline(false);
  await expect(ana.reaction('How long did it take?', '👍')).toBeVisible({ timeout: 15_000 });
});

test('a name and an emoji are completed by keyboard, and Escape puts that away', async ({
  people,
}) => {
  const { ana, ben } = await anaAndBen(people);
  const choices = ana.page.getByRole('listbox', { name: messages.completion });
  await ana.composer.pressSequentially('Well, @b');
  await expect(choices.getByRole('option', { name: 'ben' })).toHaveAttribute(
    'aria-selected',
    'true',
  );
  await ana.composer.press('Enter');
  await expect(ana.composer).toHaveValue('Well, @ben ');
  await ana.composer.pressSequentially(':par');
  await expect(choices.getByRole('option')).toHaveCount(2);
  await ana.composer.press('ArrowDown');
  await ana.composer.press('Tab');
  await expect(ana.composer).toHaveValue('Well, @ben 🥳 ');
  await ana.composer.pressSequentially('@b');
  await expect(choices).toBeVisible();
  await ana.composer.press('Escape');
  await expect(choices).toBeHidden();
  await ana.composer.press('Enter');
  await expect(ben.history.locator('.mention')).toHaveText('@ben');
});

test('the name of a room is completed to a link there', async ({ people }) => {
  const { ana, ben } = await anaAndBen(people);
  const students = await ana.hasRoom('Student visas');
  await ana.composer.pressSequentially('Ask in #vis');
  const choices = ana.page.getByRole('listbox', { name: messages.completion });
  await expect(choices.getByRole('option')).toHaveText([students.name]);
  await ana.composer.press('Enter');
  await expect(choices).toBeHidden();
  await ana.composer.press('Enter');
  const link = ben.history.getByRole('link', { name: '#Student visas' });
  await expect(link).toHaveAttribute('href', new URL(`/rooms/${students.id}`, ana.page.url()).href);
});

test('what is written in Markdown is shown as it is meant, and runs nothing', async ({ people }) => {
  const { ana, ben } = await anaAndBen(people);
  await ana.says('**Approved**, see `I-797` <img src=x onerror=alert(1)>');
  const bubble = ben.history.locator('.rich');
  await expect(bubble.locator('strong')).toHaveText('Approved');
  await expect(bubble.locator('code')).toHaveText('I-797');
  await expect(bubble.locator('img')).toHaveCount(0);
  await expect(bubble).toContainText('<img src=x');
});

test('who keeps order pins a message, and everybody finds it among the pins', async ({ people }) => {
  const { ana, ben, room } = await anaAndBen(people);
  await ben.opensMenu('How long did it take?');
  await expect(ben.page.getByRole('menuitem', { name: messages.pin, exact: true })).toHaveCount(0);
  await ben.page.keyboard.press('Escape');
  await ana.chooses('How long did it take?', messages.pin);
  await expect(ben.message('How long did it take?')).toContainText(messages.pinned);
  await ben.visits(`/rooms/${room.id}/pins`);
  await expect(ben.page.getByText('How long did it take?')).toBeVisible();
  // Her page takes the mark away before the server has answered.
  const accepted = ana.hears('accepted');
  await ana.chooses('How long did it take?', messages.unpin);
  await expect(ana.message('How long did it take?')).not.toContainText(messages.pinned);
  await accepted;
  await ben.reloads();
  await expect(ben.page.getByText(messages.pins_empty_title)).toBeVisible();
});

test('somebody marks what they have read as unread again', async ({ people }) => {
  const { ana, ben, room } = await anaAndBen(people);
  await ana.says('It came');
  await expect(ben.message('It came')).toBeVisible();
  await expect.poll(async () => (await ben.knows(room)).read).toBe((await ben.knows(room)).last);
  await ben.chooses('It came', messages.mark_unread);
  const { last } = await ben.knows(room);
  await expect.poll(async () => (await ben.knows(room)).read).toBe(last - 1);
});

test('without WebAssembly one reacts, replies and pins on the message’s own page', async ({
  people,
}) => {
  const ana = await people.signedIn('ana', withoutWasm);
  const room = await ana.hasRoom('Work permits');
  await ana.hasSaid(room, 'How long?');
  const more = () => ana.message('How long?').getByRole('link', { name: messages.actions }).click();
  await ana.visits(`/rooms/${room.id}`);
  await more();
  await ana.presses('🎉');
  await ana.visits(`/rooms/${room.id}`);
  await expect(ana.reaction('How long?', '🎉')).toHaveText('🎉 1');
  await more();
  await ana.field(messages.answer).fill('Six weeks');
  await ana.presses(messages.answer_submit);
  await ana.visits(`/rooms/${room.id}`);
  await expect(ana.message('Six weeks').locator('.quote')).toContainText('How long?');
  await more();
  await ana.presses(messages.pin);
  await ana.visits(`/rooms/${room.id}/pins`);
  await expect(ana.page.getByText('How long?')).toBeVisible();
});
