// How long it takes, for whoever asks.

import { expect, test } from '../support/test.ts';
import { words } from '../support/words.ts';

const { journeys, waits } = words;

for (const javaScriptEnabled of [true, false]) {
  const how = javaScriptEnabled ? 'with' : 'without';

  test(`a visitor asks how long an office takes, ${how} JavaScript`, async ({ people }) => {
    const ana = await people.stranger('ana', { javaScriptEnabled });
    await ana.visits('/waits');
    await ana.page.getByRole('link', { name: 'K-1 fiancé(e) visa' }).click();
    await expect(ana.page.getByRole('heading', { name: 'K-1 fiancé(e) visa' })).toBeVisible();
    await expect(ana.page.getByText(waits.too_few)).toBeVisible();
    await expect(ana.page.getByText(waits.disclaimer)).toBeVisible();
    await ana.field(journeys.office).selectOption({ label: 'Manila · Department of State' });
    await ana.presses(waits.show);
    await expect(ana.page.getByRole('heading', { name: 'K-1 fiancé(e) visa · Manila' })).toBeVisible();
  });

  test(`a visitor asks how far to believe it, ${how} JavaScript`, async ({ people }) => {
    const ana = await people.stranger('ana', { javaScriptEnabled });
    await ana.visits('/waits');
    await ana.page.getByRole('link', { name: waits.calibration.link }).click();
    await expect(ana.page.getByRole('heading', { name: waits.calibration.title })).toBeVisible();
    await expect(ana.page.getByText(waits.calibration.too_few)).toBeVisible();
    await expect(ana.page.getByText(waits.calibration.meaning)).toBeVisible();
  });
}
