// The screens of journeys, and of how long they take.

import { type BrowserContextOptions, expect, type Page } from '@playwright/test';
import type { People } from './people.ts';
import type { Person } from './person.ts';
import type { Stage } from './scenes.ts';
import type { Server } from './server.ts';
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

/** Whoever is signed in may see the journey that is open, once this has come back. */
export async function showsToMembers(person: Person): Promise<void> {
  const saved = person.page.waitForResponse('**/api/journeys/update');
  await person.field(journeys.visibility).selectOption(journeys.members);
  await person.presses(words.about.save);
  await saved;
  await expect(person.field(journeys.visibility)).toHaveValue('members');
}

/** The one of a made-up community who can sign in. */
export async function demoVisitor(
  people: People,
  server: Server,
  options: BrowserContextOptions = {},
): Promise<Person> {
  const password = await server.hasDemo();
  const visitor = await people.stranger('visitor', options);
  await visitor.visits('/sign-in');
  await visitor.field(words.accounts.login).fill('visitor');
  await visitor.field(words.accounts.password).fill(password);
  await visitor.presses(words.accounts.sign_in_submit);
  await visitor.signOut.waitFor();
  return visitor;
}

/** Everything that is folded on the page is open. */
async function opensTables(person: Person): Promise<void> {
  for (const table of [words.waits.curve_table, words.waits.bars_table]) {
    const folded = person.page.getByText(table, { exact: true }).and(person.page.locator('summary'));
    if (await folded.count()) await folded.first().click();
  }
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
    await showsToMembers(ana);
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

  'waits of which much is known': async ({ people, server }) => {
    await server.hasDemo();
    const visitor = await people.stranger('eun');
    await visitor.visits('/waits/us-k1/uscis-california-service-center?from=noa1&to=noa2');
    await opensTables(visitor);
    return visitor.page;
  },

  'journey on the curve': async ({ people, server }) => {
    const visitor = await demoVisitor(people, server);
    await visitor.visits('/journeys');
    await visitor.page.getByRole('link', { name: TEMPLATE }).first().click();
    await visitor.page.getByRole('region', { name: words.waits.here_title }).waitFor();
    await opensTables(visitor);
    return visitor.page;
  },

  'how often ranges were right, as far as is known': async ({ people, server }) => {
    await server.hasDemo();
    const visitor = await people.stranger('eun');
    await visitor.visits('/waits/calibration');
    return visitor.page;
  },

  'how often ranges were right': async ({ people }) => {
    const visitor = await people.stranger('eun');
    await visitor.visits('/waits/calibration');
    return visitor.page;
  },
};
