// Signing in through a real OpenID provider, from its own pages and back.

import { agrees, declines, withoutFonts } from '../support/provider.ts';
import type { Person } from '../support/person.ts';
import { besideProvider as test, expect } from '../support/test.ts';
import { fill, words } from '../support/words.ts';

const { accounts, errors, identities } = words;

async function goesThere(person: Person, page: string, button: string): Promise<void> {
  await withoutFonts(person.context);
  await person.visits(page);
  await person.presses(button);
}

for (const javaScriptEnabled of [true, false]) {
  const how = javaScriptEnabled ? 'with' : 'without';

  test(`somebody signs up through a provider and in again, ${how} JavaScript`, async ({
    people,
    provider,
  }) => {
    const button = fill(identities.continue_with, { name: provider.name });
    const ana = await people.stranger('ana', { javaScriptEnabled });
    await goesThere(ana, '/sign-up?next=/rooms/new', button);
    await agrees(ana.page, 'ana');
    await expect(ana.page).toHaveURL('/rooms/new');
    await expect(ana.page.getByRole('banner')).toContainText('ana');

    await ana.presses(accounts.sign_out);
    await expect(ana.signOut).toHaveCount(0);
    // The provider knows them, and sends them back at once.
    await ana.visits('/sign-in');
    await ana.presses(button);
    await expect(ana.page).toHaveURL('/');
    await expect(ana.page.getByRole('banner')).toContainText('ana');
  });

  test(`an account elsewhere is connected and disconnected, ${how} JavaScript`, async ({
    people,
    provider,
    server,
  }) => {
    const ana = await people.signedIn('ana', { javaScriptEnabled });
    await ana.hasConfirmed(await server.linkTo(ana.email));
    const link = fill(identities.link, { name: provider.name });
    await goesThere(ana, '/settings/account', link);
    await agrees(ana.page, 'maria');
    await expect(ana.page).toHaveURL('/settings/account');
    const line = ana.page.getByRole('listitem').filter({ hasText: 'maria@id.example' });
    await expect(line).toContainText(provider.name);

    // It lets the same person in.
    await ana.presses(accounts.sign_out);
    await ana.visits('/sign-in?next=/settings/account');
    await ana.presses(fill(identities.continue_with, { name: provider.name }));
    await expect(ana.page).toHaveURL('/settings/account');
    await expect(ana.page.getByRole('banner')).toContainText('ana');

    await line.getByRole('button', { name: identities.unlink }).click();
    await expect(line).toHaveCount(0);
    await expect(ana.page.getByText(identities.none)).toBeVisible();
  });

  test(`who does not agree is told so, ${how} JavaScript`, async ({ people, provider }) => {
    const ana = await people.stranger('ana', { javaScriptEnabled });
    const button = fill(identities.continue_with, { name: provider.name });
    await goesThere(ana, '/sign-in?next=/rooms/new', button);
    await declines(ana.page);
    await expect(ana.page.getByRole('alert').first()).toHaveText(identities.denied);
    // What they were heading for is not forgotten.
    await ana.presses(button);
    await agrees(ana.page, 'ana');
    await expect(ana.page).toHaveURL('/rooms/new');
  });

  test(`while the provider is away, its button says so, ${how} JavaScript`, async ({
    people,
    provider,
    troubles,
  }) => {
    troubles.allowStatus(503);
    const ana = await people.stranger('ana', { javaScriptEnabled });
    await ana.visits('/sign-in');
    provider.hangsUp();
    await ana.presses(fill(identities.continue_with, { name: provider.name }));
    await expect(ana.page.getByRole('main')).toContainText(errors.provider_unavailable);
  });
}

test('the only way in stays', async ({ people, provider, troubles }) => {
  troubles.allowStatus(409);
  const ana = await people.stranger('ana');
  await goesThere(ana, '/sign-in', fill(identities.continue_with, { name: provider.name }));
  await agrees(ana.page, 'ana');
  await ana.signOut.waitFor();
  await ana.visits('/settings/account');
  await ana.presses(identities.unlink);
  await expect(ana.page.getByRole('main')).toContainText(errors.last_sign_in);
});

test('an address for which the provider does not vouch lets nobody in', async ({
  people,
  provider,
}) => {
  const ana = await people.stranger('ana');
  await goesThere(ana, '/sign-in', fill(identities.continue_with, { name: provider.name }));
  await agrees(ana.page, 'stranger');
  await expect(ana.page.getByRole('alert').first()).toHaveText(identities.email_unverified);
  await expect(ana.signOut).toHaveCount(0);
});

test('a link back that somebody else has begun lets nobody in', async ({ people, provider }) => {
  const evil = await people.stranger('evil');
  await evil.page.route('**/identities/callback?**', (route) => route.abort());
  const sent = evil.page.waitForRequest('**/identities/callback?**');
  await goesThere(evil, '/sign-in', fill(identities.continue_with, { name: provider.name }));
  await agrees(evil.page, 'evil');
  const back = (await sent).url();

  const ana = await people.stranger('ana');
  await ana.visits(back);
  await expect(ana.page.getByRole('alert').first()).toHaveText(identities.flow_unknown);
  await expect(ana.signOut).toHaveCount(0);
});
