import type { People } from '../support/people.ts';
import { expect, test } from '../support/test.ts';
import { fill, words } from '../support/words.ts';

const { presence } = words;

async function anaAndBen(people: People) {
  const { ana, ben, room } = await people.anaAndBen();
  await ana.opens(room);
  await ben.opens(room);
  return { ana, ben, room };
}

test('others see that somebody is writing, until what they wrote is there', async ({ people }) => {
  const { ana, ben } = await anaAndBen(people);
  const writing = ana.page.getByText(fill(presence.typing, { name: 'ben' }));

  await ben.composer.pressSequentially('It came');
  await expect(writing).toBeVisible();
  await expect(ben.page.getByText(fill(presence.typing, { name: 'ben' }))).toHaveCount(0);
  await ben.composer.press('Enter');
  await expect(ana.message('It came')).toBeVisible();
  await expect(writing).toHaveCount(0);
});

test('who stops writing is forgotten, and nothing in the room moves', async ({ people }) => {
  const { ana, ben } = await anaAndBen(people);
  const before = await ana.composer.boundingBox();
  await ben.composer.pressSequentially('Hm');
  const writing = ana.page.getByText(fill(presence.typing, { name: 'ben' }));
  await expect(writing).toBeVisible();
  expect(await ana.composer.boundingBox()).toEqual(before);
  await expect(writing).toHaveCount(0, { timeout: 6_000 });
  expect(await ana.composer.boundingBox()).toEqual(before);
});

test('a room’s head tells who is there, as they come and go', async ({ people }) => {
  const { ana, ben } = await anaAndBen(people);
  const here = ana.page.getByText(fill(presence.here, { count: 2 }));
  await expect(here).toBeVisible();
  await expect(here).toHaveAttribute('title', 'ana, ben');
  await ben.visits('/');
  await expect(here).toHaveCount(0);
});
