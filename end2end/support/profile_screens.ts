// The screens of people's profiles.

import type { Page } from '@playwright/test';
import type { Person } from './person.ts';
import { conversation, type Stage } from './scenes.ts';
import { words } from './words.ts';

/** A picture that is there anyway. */
export const PICTURE = new URL('../../public/icon-192.png', import.meta.url).pathname;

async function tellsEverything(person: Person): Promise<void> {
  await person.hasTold('name', 'Chi Ramos');
  await person.hasTold(
    'bio',
    'Filed in March, from **Manila**.\nI answer at night, and I collect the names of *night trains*.',
  );
  await person.hasTold('country', 'PH');
  await person.hasTold('links', 'https://chi.example/letters\nhttps://trains.example');
  await person.speaks('fil', 'en', 'es');
  await person.wears(PICTURE);
}

export const profileScreens: Record<string, (stage: Stage) => Promise<Page>> = {
  'profile of a person': async (stage) => {
    const { ana, chi } = await conversation(stage);
    await tellsEverything(chi);
    await ana.visits(`/people/${chi.handle}`);
    return ana.page;
  },

  'profile of a person, for a visitor': async (stage) => {
    const { chi } = await conversation(stage);
    await tellsEverything(chi);
    const visitor = await stage.people.stranger('eun');
    await visitor.visits(`/people/${chi.handle}`);
    return visitor.page;
  },

  'profile of one’s own': async (stage) => {
    const { chi } = await conversation(stage);
    await tellsEverything(chi);
    await chi.visits('/people/me');
    return chi.page;
  },

  'card of a person': async (stage) => {
    const { ana, chi, room } = await conversation(stage);
    await tellsEverything(chi);
    await ana.opens(room);
    await ana.history.hover();
    await ana.page.locator('dialog.profile-card').waitFor({ state: 'attached' });
    await ana.history.getByRole('link', { name: chi.handle, exact: true }).last().click();
    await ana.page.getByRole('dialog', { name: 'Chi Ramos' }).waitFor();
    return ana.page;
  },

  'part of a picture that is chosen': async ({ people }) => {
    const ana = await people.signedIn('ana');
    await ana.visits('/people/me');
    await ana.field(words.profiles.picture_choose).setInputFiles(PICTURE);
    await ana.page.getByRole('dialog', { name: words.profiles.crop }).waitFor();
    return ana.page;
  },
};
