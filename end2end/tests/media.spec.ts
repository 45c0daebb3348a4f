// What messages show: pictures, videos and files.

import type { Locator } from '@playwright/test';
import { film, letter, picture } from '../support/media.ts';
import type { Person } from '../support/person.ts';
import { expect, test } from '../support/test.ts';
import { fill, words } from '../support/words.ts';

const { media, messages } = words;

/** A picture in the history, by what it shows. */
const shown = (person: Person, alt: string) => person.history.getByRole('img', { name: alt, exact: true });

/** The link that a picture of the history is. */
const link = (person: Person, alt: string) =>
  person.history.getByRole('link', { name: alt, exact: true });

/** The lightbox at one of so many pictures. */
const lightbox = (person: Person, at: number, count: number) =>
  person.page.getByRole('dialog', { name: fill(media.counter, { at, count }), exact: true });

const isLoaded = (image: Locator) =>
  expect.poll(() => image.evaluate((image: HTMLImageElement) => image.complete && image.naturalWidth)).toBeGreaterThan(0);

test('a picture is seen in another browser, and nothing moves when it arrives', async ({ people }) => {
  const { ana, ben, room } = await people.anaAndBen();
  let arrive = () => {};
  const called = new Promise<void>((resolve) => (arrive = resolve));
  await ben.page.route('**/media/**', async (route) => {
    await called;
    await route.continue();
  });
  await ana.opens(room);
  await ben.opens(room);
  await ana.hasShown(room, 'It came', picture(1200, 800, 'A thick envelope'));
  await ana.hasShown(room, '', picture(1200, 900));
  const envelope = shown(ben, 'A thick envelope');
  const unnamed = shown(ben, fill(media.picture_from, { name: 'ana' }));
  await expect(unnamed).toBeVisible();
  await expect(ben.message('It came').locator('.placeholder')).toBeVisible();
  const places = async () => [await envelope.boundingBox(), await unnamed.boundingBox()];
  const before = await places();
  arrive();
  await isLoaded(envelope);
  await isLoaded(unnamed);
  for (const [at, after] of (await places()).entries()) {
    for (const side of ['x', 'y', 'width', 'height'] as const) {
      expect(Math.abs((after?.[side] ?? 0) - (before[at]?.[side] ?? 99)), side).toBeLessThan(1);
    }
  }
  await isLoaded(shown(ana, 'A thick envelope'));
  await expect(ben.history.locator('.bubble'), 'no empty one').toHaveText(['It came']);
});

test('the keyboard goes through all pictures of the room, and the focus comes back', async ({ people }) => {
  const { ana, ben, room } = await people.anaAndBen();
  await ana.hasShown(room, 'First', picture(900, 600, 'One'));
  await ben.hasShown(room, '', picture(600, 900, 'Two'), picture(700, 700, 'Three'), letter('a.pdf'));
  await ana.opens(room);
  await isLoaded(shown(ana, 'Three'));
  const { keyboard } = ana.page;
  await ana.history.hover();
  await expect(ana.page.locator('.menu'), 'the keys are there').toBeAttached();
  await ana.composer.focus();
  await keyboard.press('Shift+Tab');
  await keyboard.press('ArrowUp');
  await keyboard.press('Tab');
  await expect(link(ana, 'Two')).toBeFocused();
  await keyboard.press('Enter');

  await expect(lightbox(ana, 2, 3)).toBeVisible();
  const big = (alt: string) => ana.page.locator('.lightbox').getByRole('img', { name: alt, exact: true });
  await isLoaded(big('Two'));
  await expect(big('Two')).toBeVisible();
  await keyboard.press('ArrowRight');
  await expect(lightbox(ana, 3, 3)).toBeVisible();
  await expect(big('Three')).toBeVisible();
  await expect(big('Two')).toBeHidden();
  await keyboard.press('ArrowRight');
  await expect(lightbox(ana, 3, 3)).toBeVisible();
  await keyboard.press('Home');
  await expect(lightbox(ana, 1, 3)).toContainText('First');
  await keyboard.press('End');
  await expect(lightbox(ana, 3, 3)).toBeVisible();
  const download = ana.page.waitForEvent('download');
  await keyboard.press('d');
  expect((await download).suggestedFilename()).toBe('IMG_0001.jpg');
  await keyboard.press('Escape');
  await expect(ana.page.locator('.lightbox')).toBeHidden();
  await expect(link(ana, 'Two')).toBeFocused();
});

test('a press on a picture opens it, another zooms, and one beside it closes', async ({ people }) => {
  const { ana, room } = await people.anaAndBen();
  await ana.hasShown(room, '', picture(1600, 1200, 'One'), picture(1600, 300, 'Two'));
  await ana.opens(room);
  await link(ana, 'One').click();
  await expect(lightbox(ana, 1, 2)).toBeVisible();
  const big = ana.page.locator('.lightbox').getByRole('img', { name: 'One' });
  await isLoaded(big);
  const width = async () => (await big.boundingBox())?.width ?? 0;
  const fitted = await width();
  expect(fitted).toBeLessThanOrEqual(1280);
  await big.click();
  await expect.poll(width).toBe(1600);
  await big.click();
  await expect.poll(width).toBe(fitted);

  await ana.presses(media.next);
  await expect(lightbox(ana, 2, 2)).toBeVisible();
  await ana.page.mouse.click(640, 120);
  await expect(ana.page.locator('.lightbox')).toBeHidden();
  await link(ana, 'Two').click();
  await ana.page.mouse.move(500, 360);
  await ana.page.mouse.down();
  await ana.page.mouse.move(700, 365, { steps: 4 });
  await ana.page.mouse.up();
  await expect(lightbox(ana, 1, 2), 'it was turned back').toBeVisible();
  await ana.presses(media.close);
  await expect(ana.page.locator('.lightbox')).toBeHidden();
});

test('a picture without words has a menu, which leads to it', async ({ people }) => {
  const { ana, ben, room } = await people.anaAndBen();
  await ana.hasShown(room, '', picture(300, 200, 'One'));
  await ben.opens(room);
  const message = ben.history.getByRole('listitem').filter({ has: ben.page.getByRole('img', { name: 'One' }) });
  await message.hover();
  await message.getByRole('link', { name: messages.actions }).click();
  const offered = ben.page.locator('[role=menu] > [role=menuitem]');
  const { answer, copy_link, mark_unread, block } = messages;
  await expect(offered).toHaveText(
    [media.look, answer, copy_link, mark_unread, words.profiles.page, block, words.reports.report],
  );
  await offered.first().click();
  await expect(lightbox(ben, 1, 1)).toBeVisible();
  await ben.page.keyboard.press('Escape');

  await message.getByRole('link', { name: messages.actions }).click();
  await ben.page.getByRole('menuitem', { name: answer, exact: true }).click();
  await ben.says('How thick!');
  const quote = ben.delivered('How thick!').locator('.quote');
  await expect(quote).toContainText(media.picture);
  await expect(quote.locator('img')).toBeVisible();
});

test('a video plays where it stands, from any moment', async ({ people }) => {
  const { ana, ben, room } = await people.anaAndBen();
  await ana.visits('/');
  await ana.hasShown(room, 'Look', await film(ana.page, 'Colours'));
  await ben.opens(room);
  const video = ben.history.locator('video');
  await expect(video).toHaveAttribute('controls');
  await expect(video).toHaveAccessibleName('Colours');
  await expect(ben.message('Look')).toContainText(/0:0\d · \d+ KB/);
  const played = () =>
    video.evaluate(async (video: HTMLVideoElement) => {
      video.muted = true;
      await video.play();
      return video.currentTime;
    });
  await expect.poll(played).toBeGreaterThan(0);
  const path = (await video.getAttribute('src')) ?? '';
  const part = await ben.context.request.get(path, { headers: { range: 'bytes=4-13' } });
  expect([part.status(), (await part.body()).length]).toEqual([206, 10]);
});

test('a file is downloaded under its name', async ({ people }) => {
  const { ana, ben, room } = await people.anaAndBen();
  await ana.hasShown(room, '', letter('Brief der Behörde.pdf'));
  await ben.opens(room);
  const line = ben.history.getByRole('link', { name: /Brief der Behörde\.pdf/ });
  await expect(line).toContainText('3 KB');
  const download = ben.page.waitForEvent('download');
  await line.click();
  expect((await download).suggestedFilename()).toBe('Brief der Behörde.pdf');
});

test('what is deleted is gone for both, and from the window over the page', async ({ people, troubles }) => {
  troubles.allowStatus(404);
  const { ana, ben, room } = await people.anaAndBen();
  await ana.hasShown(room, 'Our passports', picture(900, 600, 'Two passports'));
  await ana.opens(room);
  await ben.opens(room);
  const path = (await link(ben, 'Two passports').getAttribute('href')) ?? '';
  await link(ben, 'Two passports').click();
  await expect(lightbox(ben, 1, 1)).toBeVisible();
  await ana.hasDeleted(room, 'Our passports');
  for (const person of [ana, ben]) {
    await expect(person.message(messages.deleted)).toBeVisible();
    await expect(person.page.locator('.media, .lightbox img')).toHaveCount(0);
  }
  await expect(ben.page.locator('.lightbox')).toBeHidden();
  const gone = await ben.context.request.get(path);
  expect(gone.status()).toBe(404);
});

test('of what a blocked person shows nothing is loaded before it is opened', async ({ people }) => {
  const { ana, ben, room } = await people.anaAndBen();
  await ben.hasShown(room, '', picture(900, 600, 'A threat'));
  await ana.hasBlocked('ben');
  const asked: string[] = [];
  ana.page.on('request', (request) => asked.push(new URL(request.url()).pathname));
  await ana.opens(room);
  const veil = ana.history.getByText(messages.hidden, { exact: true });
  await expect(veil).toBeVisible();
  await expect(shown(ana, 'A threat')).toBeHidden();
  expect(asked.filter((path) => path.startsWith('/media/'))).toEqual([]);
  await veil.click();
  await isLoaded(shown(ana, 'A threat'));
});

test('without scripts the link of a picture leads to it', async ({ people, troubles }) => {
  // One that the tests themselves bring along.
  troubles.allowRefusedScript();
  const { ana, ben, room } = await people.anaAndBen({ javaScriptEnabled: false });
  await ana.hasShown(room, 'It came', picture(900, 600, 'A thick envelope'), letter('a.pdf'));
  await ben.visits(`/rooms/${room.id}`);
  await isLoaded(shown(ben, 'A thick envelope'));
  await expect(ben.history.getByRole('link', { name: /a\.pdf/ })).toBeVisible();
  const answer = ben.page.waitForResponse(/\/media\/[^/]+\/large$/);
  await link(ben, 'A thick envelope').click();
  expect((await answer).headers()['content-type']).toBe('image/jpeg');
  await expect(ben.page).toHaveURL(/\/large$/);
});

test('the words beside a picture are changed and taken away on its page', async ({ people }) => {
  const { ana, room } = await people.anaAndBen({ javaScriptEnabled: false });
  await ana.hasShown(room, 'It came', picture(900, 600, 'A thick envelope'));
  await ana.visits(`/rooms/${room.id}`);
  await ana.history.getByRole('link', { name: messages.actions }).click();
  await expect(ana.page.getByRole('img', { name: 'A thick envelope' })).toBeVisible();
  await ana.page.locator('#body').fill('');
  await ana.presses(messages.save);
  await expect(shown(ana, 'A thick envelope')).toBeVisible();
  await expect(ana.history.locator('.bubble')).toHaveCount(0);
});

test('row 35: what pictures and files are called runs nothing', async ({ people }) => {
  const runs: unknown[] = [];
  const { ana, ben, room } = await people.anaAndBen();
  await ben.context.exposeFunction('ran', (what: unknown) => runs.push(what));
  const bad = ['"><img src=x onerror=ran(1)>', '</a><svg onload=ran(2)>', "' onfocus='ran(3)' autofocus='"];
  for (const text of bad) {
    await ana.hasShown(room, text, picture(90, 60, text, `${text}.png`), { ...letter(text), alt: text });
  }
  await ana.hasAnswered(room, bad[0] ?? '', 'Well');
  await ben.opens(room);
  for (const text of bad) await isLoaded(shown(ben, text));
  await link(ben, bad[0] ?? '').click();
  await expect(lightbox(ben, 1, 3)).toBeVisible();
  await ben.page.keyboard.press('End');
  await expect(lightbox(ben, 3, 3)).toBeVisible();
  expect(runs).toEqual([]);
});
