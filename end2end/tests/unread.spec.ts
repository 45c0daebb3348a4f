// What is new: in the list, in the title and on the icon, on every device.

import type { Locator } from '@playwright/test';
import type { Person } from '../support/person.ts';
import { expect, test } from '../support/test.ts';
import { fill, words } from '../support/words.ts';

const { rooms } = words;

declare global {
  interface Window {
    /** What the icon of an installed app shows. */
    badge?: number;
  }
}

function unread(count: number | string): string {
  return fill(rooms.unread, { count });
}

/** The address of the page's icon. */
function icon({ page }: Person): Locator {
  return page.locator('link[rel=icon]');
}

test('the list counts what is new, after an edit, a deletion and a reload as well', async ({
  people,
}) => {
  const { ana, ben, room } = await people.anaAndBen();
  await ben.visits('/');
  await expect(ben.listed(room)).not.toContainText('unread');

  await ana.hasSaid(room, 'It came', 'Look, @ben');
  await expect(ben.listed(room)).toContainText(`${unread(2)}, ${rooms.mentions_one}`);
  await ana.hasChanged(room, 'It came', 'It came today');
  await ben.reloads();
  await expect(ben.listed(room)).toContainText(`${unread(2)}, ${rooms.mentions_one}`);

  await ana.hasDeleted(room, 'Look, @ben');
  await expect(ben.listed(room)).toContainText(unread(1));
  await expect(ben.listed(room)).not.toContainText(rooms.mentions_one);
  await ben.reloads();
  await expect(ben.listed(room)).toContainText(unread(1));
  await ben.hasRead(room);
  await expect(ben.listed(room)).not.toContainText('unread');
});

test('two devices of one person agree within a second or so', async ({ people }) => {
  const { ana, ben, room } = await people.anaAndBen();
  const phone = await people.stranger('ben');
  await phone.signsInAgain();
  await phone.visits('/');
  await ben.visits('/');
  await ana.hasSaid(room, 'It came');
  await expect(ben.listed(room)).toContainText(unread(1));
  await expect(phone.listed(room)).toContainText(unread(1));

  await ben.hasRead(room);
  const within = { timeout: 1_000 };
  await Promise.all(
    [ben, phone].map((device) => expect(device.listed(room)).not.toContainText('unread', within)),
  );
});

test('the title and the icon say that something is new, by mute level', async ({ people }) => {
  const { ana, ben, room } = await people.anaAndBen();
  const other = await ana.hasRoom('Student visas');
  await ben.isIn(other);
  await ben.hasMuted(other, 'none');
  await ben.opens(other);
  await expect(ben.page).toHaveTitle('Student visas · Layover');
  await expect(icon(ben)).toHaveAttribute('href', '/icon.svg');

  await ana.hasSaid(other, 'You are not told of this');
  await ana.hasSaid(room, 'But of this');
  await expect(ben.page).toHaveTitle('(1) Student visas · Layover');
  await expect(icon(ben)).toHaveAttribute('href', '/icon-new.svg');

  await ben.hasMuted(room, 'mentions');
  await expect(ben.page).toHaveTitle('Student visas · Layover');
  await expect(icon(ben)).toHaveAttribute('href', '/icon.svg');
  await ana.hasSaid(room, 'And of this, @ben');
  await expect(ben.page).toHaveTitle('(1) Student visas · Layover');
});

test('the icon of an installed app says how much is new', async ({ people }) => {
  const { ana, ben, room } = await people.anaAndBen();
  await ben.context.addInitScript(() => {
    Object.assign(navigator, {
      setAppBadge: async (count: number) => void (window.badge = count),
      clearAppBadge: async () => void (window.badge = 0),
    });
  });
  await ben.visits('/');
  const badge = () => ben.page.evaluate(() => window.badge);
  await ana.hasSaid(room, 'It came', 'And I have read it');
  await expect.poll(badge).toBe(2);
  await ben.hasRead(room);
  await expect.poll(badge).toBe(0);
});

test('a room that is renamed has its new name in the list and in the title', async ({ people }) => {
  const { ana, ben, room } = await people.anaAndBen();
  await ben.opens(room);
  const renamed = { ...room, name: 'Work permits, 2027' };
  await ana.hasDescribed(renamed, '', '');
  await expect(ben.page).toHaveTitle('Work permits, 2027 · Layover');
  await expect(ben.listed(renamed)).toBeVisible();
});

test('without JavaScript, the list counts as well', async ({ people }) => {
  const { ana, ben, room } = await people.anaAndBen({ javaScriptEnabled: false });
  await ana.hasSaid(room, 'It came', 'Look, @ben');
  await ben.visits('/');
  await expect(ben.listed(room)).toContainText(`${unread(2)}, ${rooms.mentions_one}`);
});

test('who has said something sees who has read it', async ({ people }) => {
  const { ana, ben, room } = await people.anaAndBen();
  await ana.opens(room);
  await ana.says('It came');
  await expect(ana.delivered('It came')).toBeVisible();
  await ben.hasRead(room);
  const seen = ana.page.getByText(fill(words.presence.seen, { names: 'ben' }));
  await expect(seen).toBeVisible();
  await ben.hasSaid(room, 'At last!');
  await expect(seen).toHaveCount(0);
});
