import type { Locator } from '@playwright/test';
import { expect, test } from '../support/test.ts';
import { fill, words } from '../support/words.ts';

const numbered = (count: number) => Array.from({ length: count }, (_, at) => `Line ${at + 1}`);

/** Where something stands in the window. */
async function place(locator: Locator) {
  const box = await locator.boundingBox();
  if (!box) throw new Error('it is not on the page');
  return { start: box.x, end: box.x + box.width, foot: box.y + box.height };
}

test('a message sent in one browser appears in the other', async ({ people }) => {
  const { ana, ben, room } = await people.anaAndBen();
  await ana.opens(room);
  await ben.opens(room);

  await ana.says('Did anyone hear from the office?');
  await expect(ben.message('Did anyone hear from the office?')).toBeVisible();
  await ben.says('Nothing yet.');
  await expect(ana.message('Nothing yet.')).toBeVisible();
  await expect(ana.delivered('Did anyone hear from the office?')).toHaveCount(1);
  await expect(ana.composer).toHaveValue('');
  await expect(ana.composer).toBeFocused();
});

test('what one has sent looks different from what one has received', async ({ people }) => {
  const { ana, ben, room } = await people.anaAndBen();
  await ana.hasSaid(room, 'From Ana');
  await ben.hasSaid(room, 'From Ben');
  await ana.opens(room);
  const sent = ana.page.getByText('From Ana', { exact: true });
  const received = ana.page.getByText('From Ben', { exact: true });

  await expect(ana.message('From Ana')).toContainText(words.messages.you);
  await expect(ana.message('From Ben')).toContainText('ben');
  const ground = (bubble: Locator) =>
    bubble.evaluate((element) => getComputedStyle(element).backgroundColor);
  expect(await ground(sent)).not.toBe(await ground(received));

  const column = await place(ana.history);
  const [mine, theirs] = [await place(sent), await place(received)];
  expect(mine.end).toBeCloseTo(column.end, 0);
  // Beside the picture of whoever says it.
  expect(theirs.start).toBeCloseTo(column.start + 44, 0);
});

test('both browsers show the same order, and so does a reload', async ({ people }) => {
  const { ana, ben, room } = await people.anaAndBen();
  await ana.opens(room);
  await ben.opens(room);
  for (const text of ['one', 'two', 'three', 'four']) {
    await ana.says(`Ana ${text}`);
    await ben.says(`Ben ${text}`);
  }

  const spoken = /^(Ana|Ben) (one|two|three|four)$/;
  const order = (from: typeof ana) => from.history.getByText(spoken).allTextContents();
  for (const person of [ana, ben]) {
    for (const text of ['one', 'two', 'three', 'four']) {
      await expect(person.delivered(`Ana ${text}`)).toBeVisible();
      await expect(person.delivered(`Ben ${text}`)).toBeVisible();
    }
  }
  const seen = await order(ana);
  expect(seen).toHaveLength(8);
  expect(await order(ben)).toEqual(seen);
  await ana.reloads();
  await expect(ana.history.getByText(spoken)).toHaveText(seen);
});

test('the list opens at its end and follows it', async ({ people }) => {
  const { ana, ben, room } = await people.anaAndBen();
  await ana.hasSaid(room, ...numbered(40));
  await ana.opens(room);
  await ben.hasRead(room);
  await ben.opens(room);
  await expect(ben.message('Line 40')).toBeInViewport();

  for (const text of ['A new one', 'Another\nof\nseveral\nlines', 'The last']) await ana.says(text);
  await expect(ben.message('The last')).toBeInViewport({ ratio: 1 });
  await expect(ana.message('The last')).toBeInViewport({ ratio: 1 });
});

test('whoever is within 100 px of the end follows it, and nobody further up', async ({ people }) => {
  const { ana, ben, room } = await people.anaAndBen();
  await ana.hasSaid(room, ...numbered(40));
  await ben.hasRead(room);
  await ben.opens(room);
  await expect(ben.message('Line 40')).toBeInViewport();
  const leaves = (length: number) =>
    ben.page.evaluate(async (length) => {
      // The scroller counts from its end.
      document.getElementById('messages')!.scrollTo(0, -length);
      await new Promise(requestAnimationFrame);
      await new Promise(requestAnimationFrame);
    }, length);

  await leaves(95);
  await ana.hasSaid(room, 'News');
  await expect(ben.message('News')).toBeInViewport({ ratio: 1 });
  await leaves(105);
  const read = ben.page.getByText('Line 35', { exact: true });
  const { foot } = await place(read);
  await ana.hasSaid(room, 'More news');
  await expect(ben.message('More news')).toBeAttached();
  await expect(ben.page.getByRole('link', { name: words.messages.new_one })).toBeVisible();
  await expect(ben.message('More news')).not.toBeInViewport();
  expect(Math.abs((await place(read)).foot - foot)).toBeLessThan(2);
});

test('the list does not move under somebody who reads further up', async ({ people }) => {
  const { ana, ben, room } = await people.anaAndBen();
  await ana.hasSaid(room, ...numbered(40));
  await ana.opens(room);
  await ben.opens(room);
  const read = ben.page.getByText('Line 10', { exact: true });
  await read.scrollIntoViewIfNeeded();
  const { foot } = await place(read);

  await ana.says('News at the end');
  await expect(ben.message('News at the end')).toBeAttached();
  await ana.says('More news\nat the end');
  await expect(ben.message('More news at the end')).toBeAttached();
  await expect(ben.message('More news at the end')).not.toBeInViewport();
  expect(Math.abs((await place(read)).foot - foot)).toBeLessThan(2);

  await ben.says('I am back');
  await expect(ben.message('I am back')).toBeInViewport();
});

test('Enter sends, and Shift+Enter breaks the line', async ({ people }) => {
  const { ana, ben, room } = await people.anaAndBen();
  await ana.opens(room);
  await ben.opens(room);

  await ana.composer.pressSequentially('First line');
  await ana.composer.press('Shift+Enter');
  await ana.composer.pressSequentially('second line');
  await expect(ana.composer).toHaveValue('First line\nsecond line');
  await ana.composer.press('Enter');

  const bubble = ben.history.getByText('First line second line');
  await expect(bubble).toBeVisible();
  expect(await bubble.innerText()).toBe('First line\nsecond line');
  await expect(ana.composer).toHaveValue('');

  await ana.composer.press('Enter');
  await expect(ana.composer).toHaveAccessibleDescription(words.errors.body_empty);
});

test('Enter that takes a word of an input method does not send', async ({ people }) => {
  const { ana, room } = await people.anaAndBen();
  await ana.opens(room);
  const method = await ana.context.newCDPSession(ana.page);
  await ana.composer.focus();
  await method.send('Input.imeSetComposition', {
    text: 'にほん',
    selectionStart: 3,
    selectionEnd: 3,
  });
  await ana.composer.press('Enter');
  await expect(ana.composer).toHaveValue(/^にほん/);

  await method.send('Input.insertText', { text: '日本' });
  await ana.composer.press('Enter');
  await expect(ana.delivered('日本')).toBeVisible();
  await expect(ana.history.locator('.message')).toHaveCount(1);
});

test('on a touch screen Enter breaks the line, and the button sends', async ({ people }) => {
  const { ana, room } = await people.anaAndBen({ hasTouch: true, isMobile: true });
  await ana.opens(room);
  await ana.composer.fill('First line');
  await ana.composer.press('Enter');
  await ana.composer.pressSequentially('second line');
  await expect(ana.composer).toHaveValue('First line\nsecond line');
  await ana.presses(words.messages.send);
  await expect(ana.delivered('First line second line')).toBeVisible();
  await expect(ana.history.locator('.message')).toHaveCount(1);
});

test('a message says that it is being sent only after 300 ms', async ({ people, server }) => {
  const { ana, room } = await people.anaAndBen();
  await ana.opens(room);
  // Its time stands still until it is asked about a moment.
  await ana.page.evaluate(() => {
    const still = new CSSStyleSheet();
    still.replaceSync('.sending { animation-play-state: paused }');
    document.adoptedStyleSheets = [still];
  });
  server.freeze();
  await ana.says('Are you there?');
  const sending = ana.pending('Are you there?').getByText(words.messages.sending);
  await expect(sending).toBeAttached();
  const after = (moment: number) =>
    sending.evaluate((note, moment) => {
      for (const animation of note.getAnimations()) animation.currentTime = moment;
    }, moment);
  for (const early of [0, 299]) {
    await after(early);
    await expect(sending).toBeHidden();
  }
  await after(500);
  await expect(sending).toBeVisible();
});

test('each message runs the way of its own words', async ({ people }) => {
  const { ana, ben, room } = await people.anaAndBen();
  await ana.opens(room);
  await ben.opens(room);
  const arrived = 'وصلت الرسالة اليوم';
  await ana.says(arrived);
  await ana.says(`**${arrived}** إلى مانيلا`);
  await ana.says('The letter came today');
  const bubbles = ben.history.locator('.bubble');
  await expect(bubbles).toHaveText([arrived, `${arrived} إلى مانيلا`, 'The letter came today']);
  const run = await bubbles.evaluateAll((all) =>
    all.map((bubble) => getComputedStyle(bubble).direction),
  );
  expect(run).toEqual(['rtl', 'rtl', 'ltr']);
});

test('a message over 4,000 characters is refused where it was typed', async ({ people }) => {
  const { ana, room } = await people.anaAndBen();
  await ana.opens(room);
  const long = 'x'.repeat(4002);

  await ana.composer.fill(long);
  await expect(ana.composer).toHaveAccessibleDescription(
    fill(words.messages.over, { count: 2 }),
  );
  await ana.composer.press('Enter');
  await expect(ana.composer).toHaveAccessibleDescription(words.errors.body_long);
  await expect(ana.composer).toHaveAttribute('aria-invalid', 'true');
  await expect(ana.composer).toHaveValue(long);

  await ana.composer.press('Backspace');
  await ana.composer.press('Backspace');
  await expect(ana.composer).toHaveAttribute('aria-invalid', 'false');
  await ana.composer.press('Enter');
  await expect(ana.delivered('x'.repeat(4000))).toBeVisible();
});

test('markup in a message is shown, not carried out', async ({ people }) => {
  const { ana, ben, room } = await people.anaAndBen();
  await ana.opens(room);
  await ben.opens(room);
  const markup = '<img src=x onerror="document.title=1"><b>bold</b>';
  await ana.says(markup);
  await expect(ben.message(markup)).toBeVisible();
  await ben.reloads();
  await expect(ben.message(markup)).toBeVisible();
});

test('history is there after a reload', async ({ people }) => {
  const { ana, room } = await people.anaAndBen();
  await ana.opens(room);
  await ana.says('Write this down');
  await expect(ana.delivered('Write this down')).toBeVisible();
  await ana.reloads();
  await expect(ana.delivered('Write this down')).toHaveCount(1);
});

test('what is typed before the room has come to life stays', async ({ people }) => {
  const { ana, room } = await people.anaAndBen();
  let comeToLife = () => {};
  const typed = new Promise<void>((resolve) => (comeToLife = resolve));
  await ana.page.route('**/*.wasm', async (route) => {
    await typed;
    await route.continue();
  });
  const subscribed = ana.hears('subscribed');
  await ana.page.goto(`/rooms/${room.id}`, { waitUntil: 'commit' });
  await ana.composer.fill('I type fast');
  comeToLife();
  await subscribed;

  await expect(ana.composer).toHaveValue('I type fast');
  await ana.composer.press('Enter');
  await expect(ana.delivered('I type fast')).toBeVisible();
});
