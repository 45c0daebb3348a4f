// What one lets others see.

import { expect, test } from '../support/test.ts';
import { fill, words } from '../support/words.ts';

const { settings } = words;

test('without JavaScript, what one shows is set by a form', async ({ people }) => {
  const ana = await people.signedIn('ana', { javaScriptEnabled: false });
  await ana.visits('/');
  await ana.page.getByRole('link', { name: settings.title }).click();
  await expect(ana.field(settings.presence)).toBeChecked();
  await ana.field(settings.presence).uncheck();
  await ana.presses(words.about.save);
  await expect(ana.page).toHaveURL('/settings');
  await expect(ana.field(settings.presence)).not.toBeChecked();
  await expect(ana.field(settings.reading)).toBeChecked();
});

test('who does not show it is not among those who are here', async ({ people }) => {
  const { ana, ben, room } = await people.anaAndBen();
  await ana.opens(room);
  const desk = await ben.opensTab();
  await desk.opens(room);
  const here = ana.page.getByText(fill(words.presence.here, { count: 2 }));
  await expect(here).toBeVisible();

  await ben.visits('/settings');
  await ben.field(settings.presence).uncheck();
  await ben.presses(words.about.save);
  await expect(ben.page.getByText(words.about.saved)).toBeVisible();
  await expect(here).toHaveCount(0);
  await ana.says('Are you there?');
  await expect(desk.delivered('Are you there?')).toBeVisible();

  await ben.field(settings.presence).check();
  await expect(ben.page.getByText(words.about.saved)).toHaveCount(0);
  await ben.presses(words.about.save);
  await expect(ben.page.getByText(words.about.saved)).toBeVisible();
  await expect(here).toBeVisible();
});

test('who does not show how far they have read is not named, and is not told of others', async ({
  people,
}) => {
  const { ana, ben, room } = await people.anaAndBen();
  const chi = await people.signedIn('chi');
  await chi.isIn(room);
  await ben.visits('/settings');
  await ben.field(settings.reading).uncheck();
  await ben.presses(words.about.save);
  await expect(ben.page.getByText(words.about.saved)).toBeVisible();

  await ana.opens(room);
  await ana.says('It came');
  await expect(ana.delivered('It came')).toBeVisible();
  const seen = ({ page }: typeof ana, names: string) =>
    page.getByText(fill(words.presence.seen, { names }), { exact: true });
  await ben.hasRead(room);
  await chi.hasRead(room);
  await expect(seen(ana, 'chi')).toBeVisible();

  await ben.opens(room);
  await ben.says('What does it say?');
  await expect(ana.message('What does it say?')).toBeVisible();
  await ana.hasRead(room);
  await chi.hasReacted(room, 'What does it say?', '👀');
  await expect(ben.reaction('What does it say?', '👀')).toBeVisible();
  await expect(seen(ben, 'ana')).toHaveCount(0);
});
