// What people write is words, wherever a browser shows it.

import type { Person } from '../support/person.ts';
import { expect, test } from '../support/test.ts';
import { words } from '../support/words.ts';

const { finder, messages } = words;

const IMAGE = '"><img src=x onerror=ran(2)>';

/** Each calls `ran` if anything of it runs, and fits into the name of a room. */
const CORPUS = [
  '<script>ran(1)</script>',
  IMAGE,
  "' autofocus onfocus='ran(3)",
  '</title><svg onload=ran(4)>',
  '</textarea><img src=x onerror=ran(5)>',
  '--><script>ran(6)</script><!--',
  '<details open ontoggle=ran(7)>',
  '<iframe srcdoc="<script>parent.ran(8)</script>"></iframe>',
  '<math><mtext></form><form><mglyph><style></math><img src onerror=ran(9)>',
  '[press](javascript:ran(10))',
  '[press](https://a.example/"onmouseover="ran(11))',
  '</script><script>ran(12)</script>',
  '{{constructor.constructor("ran(13)")()}} ${ran(14)}',
];

/** Counts what runs in the pages of somebody, and what opens over them. */
async function watch(person: Person, runs: unknown[]): Promise<void> {
  await person.context.exposeFunction('ran', (what: unknown) => runs.push(what));
  person.page.on('dialog', (dialog) => {
    runs.push(dialog.message());
    void dialog.dismiss();
  });
}

test('row 35: what people write runs nothing in anybody’s browser', async ({ people }) => {
  const runs: unknown[] = [];
  const ana = await people.signedIn('ana');
  const ben = await people.signedIn('ben');
  await watch(ana, runs);
  await watch(ben, runs);
  const room = await ana.hasRoom(IMAGE);
  const rooms = [room];
  for (const text of CORPUS) rooms.push(await ana.hasRoom(text));
  for (const each of rooms) {
    await ana.hasDescribed(each, each.name, each.name);
    await ben.isIn(each);
  }
  await ana.hasSaid(room, 'A question');
  await ana.hasSaid(room, ...CORPUS, ...CORPUS.map((text) => `@ben ${text}`));
  await ana.hasAnswered(room, 'A question', IMAGE);
  await ana.hasPinned(room, IMAGE);

  // What comes live, and what waits to be sent.
  await ben.hasRead(room);
  await ben.opens(room);
  await ana.opens(room);
  for (const text of CORPUS) await ana.says(text);
  await ana.says('The last word');
  await expect(ben.delivered('The last word')).toBeVisible();
  for (const link of await ben.history.getByRole('link', { name: 'press' }).all()) {
    await link.hover();
    expect(await link.getAttribute('href')).toMatch(/^https:/);
  }

  // What appears after an action: a quote, words to be changed, the finder.
  await ben.chooses('The last word', messages.answer);
  await ben.says(IMAGE);
  await ana.composer.press('ArrowUp');
  await ana.page.keyboard.press('Escape');
  await ben.page.keyboard.press('Control+k');
  const box = ben.page.getByRole('combobox', { name: finder.open });
  await box.fill('ran');
  await expect(ben.page.getByRole('option')).not.toHaveCount(0);
  await ben.page.keyboard.press('Escape');

  // Every page that shows any of it.
  const invite = await ana.hasInvite(room);
  const paths = ['/', '/mentions', invite, `/rooms/${room.id}?at=3`, `/rooms/${room.id}/pins`];
  for (const path of [...paths, ...rooms.map(({ id }) => `/rooms/${id}/about`)]) {
    await ben.visits(path);
    await expect(ben.page.getByText('ran(').first()).toBeVisible();
  }
  await ana.visits(`/rooms/${room.id}/about`);
  expect(await ben.page.evaluate(() => document.querySelectorAll('iframe, object, embed').length)).toBe(0);
  expect(runs).toEqual([]);
});
