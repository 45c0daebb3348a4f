// Addresses that are confirmed, and passwords that were forgotten.

import { expect, test } from '../support/test.ts';
import { fill, words } from '../support/words.ts';

const { account, accounts, recovery, settings } = words;

for (const javaScriptEnabled of [true, false]) {
  const how = javaScriptEnabled ? 'with' : 'without';

  test(`${how} JavaScript, an address is confirmed by a mail and signs in`, async ({ people, server }) => {
    const ana = await people.signedIn('ana', { javaScriptEnabled });
    await ana.visits('/settings/account');
    await expect(ana.page.getByText(fill(account.unconfirmed, { email: ana.email }))).toBeVisible();
    await ana.visits(await server.linkTo(ana.email));
    await ana.presses(recovery.confirm_submit);
    await expect(ana.page.getByRole('heading', { name: recovery.confirmed_title })).toBeVisible();
    await ana.visits('/settings/account');
    await expect(ana.page.getByText(fill(account.confirmed, { email: ana.email }))).toBeVisible();

    await ana.context.clearCookies();
    await ana.visits('/sign-in');
    await ana.field(accounts.login).fill(ana.email);
    await ana.field(accounts.password).fill(ana.password);
    await ana.presses(accounts.sign_in_submit);
    await expect(ana.signOut).toBeVisible();
  });

  test(`${how} JavaScript, a forgotten password is replaced by a mail`, async ({ people, server }) => {
    const ana = await people.signedIn('ana', { javaScriptEnabled });
    await ana.visits(await server.linkTo(ana.email));
    await ana.presses(recovery.confirm_submit);
    await expect(ana.page.getByRole('heading', { name: recovery.confirmed_title })).toBeVisible();

    const ben = await people.stranger('ben', { javaScriptEnabled });
    await ben.visits('/sign-in');
    await ben.page.getByRole('link', { name: accounts.forgot }).click();
    await ben.field(accounts.email).fill(ana.email);
    await ben.presses(recovery.forgot_submit);
    await expect(ben.page.getByRole('heading', { name: recovery.sent_title })).toBeVisible();
    await ben.visits(await server.linkTo(ana.email));
    await ben.field(account.new_password).fill('a letter has come');
    await ben.presses(recovery.reset_submit);
    await expect(ben.page.getByRole('heading', { name: recovery.changed_title })).toBeVisible();
    await ben.page.getByRole('main').getByRole('link', { name: accounts.sign_in }).click();
    await ben.field(accounts.login).fill('ana');
    await ben.field(accounts.password).fill('a letter has come');
    await ben.presses(accounts.sign_in_submit);
    await expect(ben.signOut).toBeVisible();

    await ana.visits('/settings/account');
    await expect(ana.signOut).toHaveCount(0);
  });
}

test('a link that was used says so, and how to get another', async ({ people, server, troubles }) => {
  troubles.allowStatus(404);
  const ana = await people.signedIn('ana');
  const link = await server.linkTo(ana.email);
  await ana.visits(link);
  await ana.presses(recovery.confirm_submit);
  await expect(ana.page.getByRole('heading', { name: recovery.confirmed_title })).toBeVisible();
  await ana.visits(link);
  await ana.presses(recovery.confirm_submit);
  await expect(ana.page.getByRole('alert')).toHaveText(words.errors.token_unknown);
});

test('a password is changed at its own page, and a wrong one says so at its field', async ({
  people,
  troubles,
}) => {
  troubles.allowStatus(422);
  const ana = await people.signedIn('ana');
  await ana.visits('/settings');
  await ana.page.getByRole('link', { name: settings.account }).click();
  const now = ana.page.locator('#current');
  const next = ana.field(account.new_password);
  await now.fill('something else');
  await next.fill('a letter has come');
  await ana.presses(account.change_password);
  await expect(now).toHaveAccessibleDescription(words.errors.current_wrong);
  await expect(next).toHaveValue('a letter has come');
  await now.fill(ana.password);
  await ana.presses(account.change_password);
  await expect(ana.page.getByText(account.password_changed)).toBeVisible();
});

test('another handle stands at the top of the page', async ({ people }) => {
  const ana = await people.signedIn('ana');
  await ana.visits('/settings/account');
  await ana.field(accounts.handle).fill('ana_maria');
  await ana.presses(words.about.save);
  await expect(ana.page.getByRole('banner')).toContainText('ana_maria');
});
