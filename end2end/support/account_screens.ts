// The screens of accounts: their settings, their end, and the ways in.

import type { Page } from '@playwright/test';
import type { Stage } from './scenes.ts';
import { words } from './words.ts';

export const accountScreens: Record<string, (stage: Stage) => Promise<Page>> = {
  'settings of the account': async ({ people }) => {
    const ana = await people.signedIn('ana');
    await ana.visits('/settings/account');
    return ana.page;
  },

  'settings of sessions': async ({ people }) => {
    const ana = await people.signedIn('ana');
    await ana.visits('/settings/sessions');
    return ana.page;
  },

  'settings of blocks': async ({ people }) => {
    const ana = await people.signedIn('ana');
    await people.signedIn('ben');
    await ana.hasBlocked('ben');
    await ana.visits('/settings/blocks');
    return ana.page;
  },

  'settings of data': async ({ people }) => {
    const ana = await people.signedIn('ana');
    await ana.visits('/settings/data');
    return ana.page;
  },

  'account that is to be deleted': async ({ people }) => {
    const ana = await people.signedIn('ana');
    await ana.hasAskedForDeletion();
    await ana.visits('/settings/data');
    return ana.page;
  },

  'password that was forgotten': async ({ people }) => {
    const ana = await people.stranger('ana');
    await ana.visits('/account/forgot');
    return ana.page;
  },

  'sign-up': async ({ people }) => {
    const ana = await people.stranger('ana');
    await ana.visits('/sign-up');
    return ana.page;
  },

  'sign-up refused': async ({ people, troubles }) => {
    troubles.allowStatus(409);
    await (await people.stranger('ana')).hasAnAccount();
    const ana = await people.stranger('ana');
    await ana.visits('/sign-up');
    await ana.fillsInSignUp();
    await ana.presses(words.accounts.sign_up_submit);
    await ana.page.getByText(words.errors.handle_taken).waitFor();
    return ana.page;
  },

  'sign-in refused': async ({ people, troubles }) => {
    troubles.allowStatus(401);
    const ana = await people.stranger('ana');
    await ana.signsIn();
    await ana.page.getByText(words.errors.credentials_wrong).waitFor();
    return ana.page;
  },
};
