// When messages were said: their days and times, where their reader is, and the links that they are.

import type { People } from '../support/people.ts';
import type { Person } from '../support/person.ts';
import { expect, test } from '../support/test.ts';
import { fill, words } from '../support/words.ts';

const { messages } = words;

/** Ana and Ben, both looking at what she has said. */
async function anaAndBen(people: People) {
  const { ana, ben, room } = await people.anaAndBen();
  await ana.hasSaid(room, 'The letter came');
  await ana.opens(room);
  await ben.opens(room);
  return { ana, ben, room };
}

test('the time of a message leads to it, wherever it stands', async ({ people }) => {
  const { ana, room } = await anaAndBen(people);
  await ana.hasSaid(room, ...Array.from({ length: 120 }, (_, at) => `Line ${at + 1}`));
  await ana.visits(`/rooms/${room.id}?at=40#m40`);
  // Two lines about the room and Ana's first message stand before.
  const marked = ana.message('Line 37');
  await expect(marked).toBeInViewport();
  await expect(marked.locator('.place')).toHaveAttribute('href', `/rooms/${room.id}?at=40#m40`);
  await expect(ana.message('Line 120')).toHaveCount(0);
  await ana.page.getByRole('link', { name: messages.latest }).click();
  await expect(ana.message('Line 120')).toBeInViewport();
});

test('each day begins with its name', async ({ people, server }) => {
  const { ana } = await anaAndBen(people);
  await server.database.run(
    "UPDATE messages SET created_at = created_at - interval '1 day' WHERE seq < 3",
  );
  await ana.reloads();
  const days = ana.history.getByRole('listitem').filter({
    hasText: new RegExp(`^(${words.time.yesterday}|${words.time.today})$`),
  });
  await expect(days).toHaveText([words.time.yesterday, words.time.today]);
  await expect(ana.message('The letter came')).toContainText(words.time.now);
  await expect(ana.message('The letter came').locator('time')).toHaveAttribute(
    'title',
    /\d{4}/,
  );
});

test('the day and the time of a message are those where its reader is', async ({ people, server }) => {
  const { ana, room } = await anaAndBen(people);
  await ana.hasSaid(room, 'It was still there');
  await server.database.run(`
    UPDATE messages
    SET created_at = '2020-03-01 15:00Z'::timestamptz + interval '2 hours' * (seq / 4)`);
  const manila = await people.signedIn('chi', { timezoneId: 'Asia/Manila' });
  await manila.visits(`/rooms/${room.id}`);
  await ana.reloads();
  const days = ({ history }: Person) =>
    history.getByRole('listitem').filter({ hasText: /^\d+ March 2020$/ });
  await expect(days(ana)).toHaveText(['1 March 2020']);
  await expect(days(manila)).toHaveText(['1 March 2020', '2 March 2020']);
  await expect(ana.message('It was still there').locator('time')).toHaveText('17:00');
  await expect(manila.message('It was still there').locator('time')).toHaveText('01:00');
});

test('how long ago a message was said is told anew as time goes on', async ({ people }) => {
  const { ana, room } = await people.anaAndBen();
  await ana.page.clock.install();
  await ana.opens(room);
  await ana.says('The letter came');
  const time = ana.message('The letter came').locator('time');
  await expect(time).toHaveText(words.time.now);
  await ana.page.clock.fastForward('01:10');
  await expect(time).toHaveText(fill(words.time.minutes, { count: 1 }));
  await ana.page.clock.fastForward('01:00:00');
  await expect(time).toHaveText(/^\d{2}:\d{2}$/);
});
