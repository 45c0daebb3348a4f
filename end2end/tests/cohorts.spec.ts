// The rooms that a journey leads to.

import { TEMPLATE, beginsJourney } from '../support/journey_screens.ts';
import { expect, test } from '../support/test.ts';
import { fill, words } from '../support/words.ts';

const { journeys, messages, rooms } = words;

for (const javaScriptEnabled of [true, false]) {
  const how = javaScriptEnabled ? 'with' : 'without';

  test(`those on the same way meet in the room of their month, ${how} JavaScript`, async ({
    people,
  }) => {
    const name = `${TEMPLATE} · Manila · filed 2026-01`;
    const ana = await people.signedIn('ana', { javaScriptEnabled });
    await beginsJourney(ana);
    const way = ana.page.getByRole('region', { name: journeys.same_way });
    const line = way.getByRole('listitem').filter({ hasText: name });
    await expect(line).toContainText(journeys.same_way_first);
    await line.getByRole('button', { name: rooms.join }).click();
    await expect(ana.page.getByRole('heading', { name })).toBeVisible();
    await ana.composer.fill('Anybody here?');
    await ana.presses(messages.send);
    await expect(ana.message('Anybody here?')).toBeVisible();

    const ben = await people.signedIn('ben', { javaScriptEnabled });
    await beginsJourney(ben);
    const found = ben.page.getByRole('region', { name: journeys.same_way }).getByRole('listitem');
    await expect(found.filter({ hasText: name })).toContainText(rooms.members_one);
    await found.filter({ hasText: name }).getByRole('button').click();
    await expect(ben.message('Anybody here?')).toBeVisible();

    // From then on the journey leads there.
    await ben.page.goBack();
    await ben.page.reload();
    const joined = found.filter({ hasText: name });
    await expect(joined).toContainText(fill(rooms.members_many, { count: 2 }));
    await joined.getByRole('link', { name, exact: true }).click();
    await expect(ben.message('Anybody here?')).toBeVisible();
  });
}
