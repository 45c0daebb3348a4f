// Where somebody's case stands, and who sees it.

import { TEMPLATE, beginsJourney, recordsStage, showsToMembers } from '../support/journey_screens.ts';
import { expect, test } from '../support/test.ts';
import { fill, words } from '../support/words.ts';

const { accounts, errors, journeys, waits } = words;
for (const javaScriptEnabled of [true, false]) {
  const how = javaScriptEnabled ? 'with' : 'without';

  test(`a journey is begun, kept up and put right, ${how} JavaScript`, async ({ people }) => {
    const ana = await people.signedIn('ana', { javaScriptEnabled });
    await beginsJourney(ana);
    const row = (name: string) => ana.page.getByRole('row').filter({ hasText: name });
    await expect(row('I-129F filed')).toContainText('2026-01-05');

    await ana.field(journeys.note).fill('It lay in the neighbour’s box');
    await recordsStage(ana, 'noa1', '2026-01-12');
    await expect(row('Receipt notice')).toContainText(fill(journeys.days, { count: 7 }));
    await expect(row('Receipt notice')).toContainText('It lay in the neighbour’s box');
    // The form asks for the next event, of which nothing has been said yet.
    await expect(ana.field(journeys.note)).toHaveValue('');
    const form = ana.page.getByRole('region', { name: journeys.record_title });
    await expect(form.getByLabel(journeys.stage, { exact: true })).toHaveValue('noa2');
    await expect(form.getByLabel(journeys.on, { exact: true })).not.toHaveValue('2026-01-12');
    const drawn = fill(journeys.chart, { first: '2026-01-05', last: '2026-01-12' });
    await expect(ana.page.getByRole('img', { name: drawn.split('2026-01-12')[0] })).toBeVisible();

    await row('Receipt notice').getByRole('button', { name: journeys.undo }).click();
    await expect(row('Receipt notice')).toHaveCount(0);

    const here = ana.page.getByRole('region', { name: waits.here_title });
    await expect(here).toContainText('2026-01-05');
    await expect(here).toContainText(waits.here_unknown);

    await ana.presses(journeys.still_waiting);
    await expect(ana.page.getByRole('heading', { name: TEMPLATE })).toBeVisible();
  });

  test(`a case number in a note is caught, and hidden when asked, ${how} JavaScript`, async ({
    people,
    troubles,
  }) => {
    const ana = await people.signedIn('ana', { javaScriptEnabled });
    await beginsJourney(ana);
    const sent: string[] = [];
    if (javaScriptEnabled) {
      // It does not leave the browser.
      ana.page.on('request', (request) => sent.push(request.postData() ?? ''));
    } else {
      troubles.allowStatus(422);
    }
    await expect(ana.field(journeys.mask)).toHaveCount(0);
    await ana.field(journeys.note).fill('ours is IOE0912345678');
    await ana.presses(journeys.record);
    await expect(ana.field(journeys.note)).toHaveAccessibleDescription(errors.case_number);
    await expect(ana.field(journeys.note)).toHaveValue('ours is IOE0912345678');
    await ana.field(journeys.mask).check();
    await ana.presses(journeys.record);
    await expect(ana.page.getByText('ours is IOE••••••••••')).toBeVisible();
    expect(sent.filter((text) => text.includes('0912345678'))).toEqual([]);
  });
}

test('a journey is nobody else’s until it is shown, and then to the month', async ({
  people,
  troubles,
}) => {
  troubles.allowStatus(404);
  const ana = await people.signedIn('ana');
  const ben = await people.signedIn('ben');
  await beginsJourney(ana);
  const path = new URL(ana.page.url()).pathname;
  await ben.visits(path);
  await expect(ben.page.getByRole('main')).toContainText(errors.journey_unknown);

  await showsToMembers(ana);
  await ben.visits(path);
  await expect(ben.page.getByRole('row').filter({ hasText: 'I-129F filed' })).toContainText('2026-01');
  await expect(ben.page.getByText('2026-01-05')).toHaveCount(0);
  await expect(ben.page.getByRole('button', { name: journeys.undo })).toHaveCount(0);
  await expect(ben.page.getByText(waits.here_title)).toHaveCount(0);
});

test('a date that looks like a slip is told and kept', async ({ people }) => {
  const ana = await people.signedIn('ana');
  await beginsJourney(ana);
  await recordsStage(ana, 'noa1', '2025-12-24');
  const told = ana.page.getByRole('status').filter({ hasText: journeys.warnings });
  await expect(told).toContainText('Receipt notice');
  await expect(ana.page.getByRole('row').filter({ hasText: 'Receipt notice' })).toBeVisible();
});

test('a journey that is deleted is gone', async ({ people }) => {
  const ana = await people.signedIn('ana');
  await beginsJourney(ana);
  await ana.page.getByText(journeys.delete_title).click();
  await ana.presses(journeys.delete);
  await expect(ana.page).toHaveURL('/journeys');
  await expect(ana.page.getByText(journeys.none_title)).toBeVisible();
});

test('who is not signed in is led to where they were heading', async ({ people }) => {
  const ana = await people.stranger('ana');
  await ana.hasAnAccount();
  await ana.context.clearCookies();
  await ana.visits('/journeys/new?template=us-k1');
  await ana.page.getByRole('main').getByRole('link', { name: errors.sign_in_needed }).click();
  await ana.field(accounts.login).fill('ana');
  await ana.field(accounts.password).fill(ana.password);
  await ana.presses(accounts.sign_in_submit);
  await expect(ana.field(journeys.on)).toBeVisible();
});
