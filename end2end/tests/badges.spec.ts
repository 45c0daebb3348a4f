// How far somebody has come, as a room is told of it: beside their name, and on a card.

import { TEMPLATE, beginsJourney, recordsStage } from '../support/journey_screens.ts';
import type { Person } from '../support/person.ts';
import { expect, test } from '../support/test.ts';
import { fill, words } from '../support/words.ts';

const { journeys } = words;
const RECEIPT = 'Receipt notice';

function beside(person: Person, text: string) {
  return person.message(text).locator('.how-far');
}

for (const javaScriptEnabled of [true, false]) {
  const how = javaScriptEnabled ? 'with' : 'without';

  test(`a stage stands beside a name for as long as its owner wants it, ${how} JavaScript`, async ({
    people,
  }) => {
    const ana = await people.signedIn('ana', { javaScriptEnabled });
    const room = await ana.hasRoom('K-1');
    await ana.hasSaid(room, 'Hello');
    const ben = await people.signedIn('ben');
    await ben.isIn(room);
    await ben.opens(room);
    await expect(beside(ben, 'Hello')).toBeEmpty();

    await beginsJourney(ana);
    const shown = ana.page.getByRole('checkbox', { name: room.name });
    await shown.check();
    await ana.presses(journeys.badges_save);
    // It comes to whoever has the room open.
    await expect(beside(ben, 'Hello')).toHaveText(`${TEMPLATE} · I-129F filed`);
    await recordsStage(ana, 'noa1', '2026-01-12');
    await expect(beside(ben, 'Hello')).toHaveText(`${TEMPLATE} · ${RECEIPT}`);

    await expect(shown).toBeChecked();
    await shown.uncheck();
    await ana.presses(journeys.badges_save);
    await expect(beside(ben, 'Hello')).toBeEmpty();
  });

  test(`a room is told of a milestone in words that its owner has seen, ${how} JavaScript`, async ({
    people,
  }) => {
    const ana = await people.signedIn('ana', { javaScriptEnabled });
    const room = await ana.hasRoom('K-1');
    await beginsJourney(ana);
    await recordsStage(ana, 'noa1', '2026-01-12');
    await expect(ana.page.getByRole('row').filter({ hasText: 'Receipt notice' })).toBeVisible();
    await ana.page.getByText(journeys.share, { exact: true }).click();
    const told = ana.field(journeys.share_words);
    const after = fill(journeys.share_after, { count: 7, since: 'I-129F filed' });
    await expect(told).toHaveValue(`> **${RECEIPT} (I-797C)**\n> ${TEMPLATE} · Manila\n> ${after}`);
    // Recording it has told nobody.
    const ben = await people.signedIn('ben');
    await ben.isIn(room);
    await ben.opens(room);
    await expect(ben.history.locator('.message')).toHaveCount(0);

    await ana.presses(journeys.share_send);
    await expect(ana.page).toHaveURL(new RegExp(`/rooms/${room.id}$`));
    await expect(ben.history.locator('blockquote strong')).toContainText(RECEIPT);
    await expect(ben.history.locator('blockquote')).toContainText(after);
  });
}

test('a stage taken back while somebody was away stands beside no name when they return', async ({
  people,
  troubles,
}) => {
  troubles.allowOutage();
  const ana = await people.signedIn('ana');
  const room = await ana.hasRoom('K-1');
  await ana.hasSaid(room, 'Hello');
  await beginsJourney(ana);
  const shown = ana.page.getByRole('checkbox', { name: room.name });
  await shown.check();
  await ana.presses(journeys.badges_save);
  const ben = await people.signedIn('ben');
  await ben.isIn(room);
  await ben.opens(room);
  await expect(beside(ben, 'Hello')).toHaveText(`${TEMPLATE} · I-129F filed`);

  await ben.context.setOffline(true);
  await expect(ben.banner).toBeVisible();
  await shown.uncheck();
  const saved = ana.page.waitForResponse('**/api/journeys/badges');
  await ana.presses(journeys.badges_save);
  await saved;
  await ben.context.setOffline(false);
  await expect(beside(ben, 'Hello')).toBeEmpty();
});

test('who was approved is asked, and a case number on the card is held back', async ({ people }) => {
  const ana = await people.signedIn('ana');
  await ana.hasRoom('K-1');
  await beginsJourney(ana);
  await ana.page.getByText(journeys.end_title, { exact: true }).click();
  const ended = ana.page.locator('form').filter({ has: ana.field(journeys.outcome) });
  await ana.field(journeys.outcome).selectOption('approved');
  await ended.getByRole('button').click();
  await expect(ana.page.getByText(journeys.share_approved)).toBeVisible();
  const told = ana.field(journeys.share_words);
  await expect(told).toHaveValue(/^> 🎉 /);
  await told.fill('Ours is IOE0912345678');
  await ana.presses(journeys.share_send);
  await expect(told).toHaveAccessibleDescription(words.errors.case_number);
  await expect(told).toHaveValue('Ours is IOE0912345678');
});
