// The screens of journeys, and of how long they take.

import { expect, type Page } from '@playwright/test';
import type { Person } from './person.ts';
import type { Stage } from './scenes.ts';
import { words } from './words.ts';

const { journeys } = words;

export const TEMPLATE = 'K-1 fiancé(e) visa';

/** Begins a K-1 journey on the page, and is on its own page then. */
export async function beginsJourney(person: Person): Promise<void> {
  await person.visits('/journeys/new');
  await person.page.getByRole('link', { name: TEMPLATE }).click();
  await person.field(journeys.office).selectOption({ label: 'Manila · Department of State' });
  await person.field(journeys.on).fill('2026-01-05');
  await person.presses(journeys.create);
  await expect(person.page.getByRole('heading', { name: TEMPLATE })).toBeVisible();
}

/** Records that a stage has happened. */
export async function recordsStage(person: Person, stage: string, day: string): Promise<void> {
  const form = person.page.getByRole('region', { name: journeys.record_title });
  await form.getByLabel(journeys.stage, { exact: true }).selectOption(stage);
  await form.getByLabel(journeys.on, { exact: true }).fill(day);
  await form.getByRole('button', { name: journeys.record, exact: true }).click();
}

async function hasCome(person: Person): Promise<void> {
  await beginsJourney(person);
  for (const [stage, day, name] of [
    ['noa1', '2026-01-12', 'Receipt notice'],
    ['noa2', '2026-06-30', 'Approval notice'],
  ] as const) {
    await recordsStage(person, stage, day);
    await person.page.getByRole('row').filter({ hasText: name }).first().waitFor();
  }
}

export const journeyScreens: Record<string, (stage: Stage) => Promise<Page>> = {
  'journeys without any': async ({ people }) => {
    const ana = await people.signedIn('ana');
    await ana.visits('/journeys');
    return ana.page;
  },

  'choice of a journey': async ({ people }) => {
    const ana = await people.signedIn('ana');
    await ana.visits('/journeys/new');
    return ana.page;
  },

  'new journey': async ({ people }) => {
    const ana = await people.signedIn('ana');
    await ana.visits('/journeys/new?template=us-k1');
    return ana.page;
  },

  'journey of one’s own': async ({ people }) => {
    const ana = await people.signedIn('ana');
    await hasCome(ana);
    return ana.page;
  },

  'room with a stage beside a name and a milestone': async ({ people }) => {
    const ana = await people.signedIn('ana');
    const room = await ana.hasRoom('K-1 · Manila');
    await ana.hasSaid(room, 'Hello everybody');
    await hasCome(ana);
    await ana.page.getByRole('checkbox', { name: room.name }).check();
    await ana.presses(journeys.badges_save);
    await ana.page.getByText(journeys.share, { exact: true }).click();
    await ana.presses(journeys.share_send);
    await expect(ana.history.locator('blockquote')).toBeVisible();
    const ben = await people.signedIn('ben');
    await ben.isIn(room);
    await ben.hasSaid(room, 'Wonderful!');
    await ben.opens(room);
    await expect(ben.message('Wonderful!')).toBeVisible();
    return ben.page;
  },

  'journey on a profile': async ({ people }) => {
    const ana = await people.signedIn('ana');
    await hasCome(ana);
    await ana.field(journeys.visibility).selectOption(journeys.members);
    await ana.presses(words.about.save);
    await expect(ana.field(journeys.visibility)).toHaveValue('members');
    const ben = await people.signedIn('ben');
    await ben.visits('/people/ana');
    return ben.page;
  },

  journeys: async ({ people }) => {
    const ana = await people.signedIn('ana');
    await hasCome(ana);
    await ana.visits('/journeys');
    return ana.page;
  },

  'waits, and for what': async ({ people }) => {
    const visitor = await people.stranger('eun');
    await visitor.visits('/waits');
    return visitor.page;
  },

  'waits of which too little is known': async ({ people }) => {
    const visitor = await people.stranger('eun');
    await visitor.visits('/waits/us-k1/us-post-manila');
    return visitor.page;
  },

  'how often ranges were right': async ({ people }) => {
    const visitor = await people.stranger('eun');
    await visitor.visits('/waits/calibration');
    return visitor.page;
  },
};
