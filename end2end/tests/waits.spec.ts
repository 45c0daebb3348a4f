// How long it takes, for whoever asks.

import { demoVisitor } from '../support/journey_screens.ts';
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

  test(`who waits sees where they are on the curve, and nobody else does, ${how} JavaScript`, async ({
    people,
    server,
  }) => {
    const visitor = await demoVisitor(people, server, { javaScriptEnabled });
    const path = '/waits/us-k1/uscis-california-service-center?from=noa1&to=noa2';
    const stranger = await people.stranger('eun', { javaScriptEnabled });
    for (const person of [visitor, stranger]) {
      await person.visits(path);
      const curve = person.page.getByRole('img', { name: waits.chart.split('{{')[0] });
      await expect(curve).toBeVisible();
      const numbers = person.page.getByRole('table', { name: waits.curve_table });
      await person.page.getByText(waits.curve_table, { exact: true }).first().click();
      await expect(numbers.getByRole('row').nth(1)).toContainText('100 %');
      for (const title of [waits.bars_title, waits.cohorts_title]) {
        await expect(person.page.getByRole('heading', { name: title })).toBeVisible();
      }
      const mark = curve.getByText(waits.you_are_here);
      await expect(mark).toHaveCount(person === visitor ? 1 : 0);
    }
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
