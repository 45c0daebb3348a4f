import { expect, test } from '../support/test.ts';
import { fill, words } from '../support/words.ts';

const { accounts, errors } = words;

test('somebody signs up, signs out and signs in again', async ({ people }) => {
  const ana = await people.stranger('ana');

  await ana.signsUp();
  await expect(ana.page).toHaveURL('/');
  await expect(ana.page.getByRole('banner')).toContainText('ana');

  await ana.presses(accounts.sign_out);
  await expect(ana.page.getByRole('heading', { name: words.welcome.title })).toBeVisible();
  await expect(ana.signOut).toBeHidden();

  await ana.signsIn();
  await expect(ana.signOut).toBeVisible();
});

test('whoever signs in on the way to a page gets there', async ({ people }) => {
  const ana = await people.stranger('ana');
  await ana.hasAnAccount();
  await ana.context.clearCookies();

  await ana.visits('/rooms/new');
  await ana.page.getByRole('link', { name: errors.sign_in_needed }).click();
  await ana.field(accounts.login).fill('ana');
  await ana.field(accounts.password).fill(ana.password);
  await ana.presses(accounts.sign_in_submit);

  await expect(ana.page).toHaveURL('/rooms/new');
  await expect(ana.field(words.rooms.name)).toBeVisible();
});

test('a taken handle says so at its field and keeps what was typed', async ({
  people,
  troubles,
}) => {
  troubles.allowStatus(409);
  await (await people.stranger('ana')).hasAnAccount();
  const other = await people.stranger('Ana');
  const handle = other.field(accounts.handle);

  await other.visits('/sign-up');
  await other.fillsInSignUp();
  await other.presses(accounts.sign_up_submit);

  await expect(handle).toHaveAccessibleDescription(errors.handle_taken);
  await expect(handle).toHaveAttribute('aria-invalid', 'true');
  await expect(handle).toHaveValue('Ana');
  await expect(other.field(accounts.email)).toHaveValue(other.email);
  await expect(other.field(accounts.password)).toHaveValue(other.password);

  await handle.fill('ana_two');
  await other.presses(accounts.sign_up_submit);
  await expect(other.signOut).toBeVisible();
});

test('a short password says so at its field', async ({ people, troubles }) => {
  troubles.allowStatus(422);
  const ana = await people.stranger('ana');
  const password = ana.field(accounts.password);

  await ana.visits('/sign-up');
  await ana.fillsInSignUp();
  await password.fill('short');
  await ana.presses(accounts.sign_up_submit);

  await expect(password).toHaveAccessibleDescription(errors.password_short);
  await expect(ana.field(accounts.handle)).toHaveValue('ana');
  await expect(ana.field(accounts.handle)).toHaveAttribute('aria-invalid', 'false');
});

test('a wrong password is refused and the handle stays', async ({ people, troubles }) => {
  troubles.allowStatus(401);
  const ana = await people.stranger('ana');
  await ana.hasAnAccount();
  await ana.context.clearCookies();

  await ana.visits('/sign-in');
  await ana.field(accounts.login).fill('ana');
  await ana.field(accounts.password).fill('something else');
  await ana.presses(accounts.sign_in_submit);

  await expect(ana.page.getByRole('alert')).toHaveText(errors.credentials_wrong);
  await expect(ana.field(accounts.login)).toHaveValue('ana');
});

test('while the server is down, signing up says so and keeps what was typed', async ({
  people,
  server,
  troubles,
}) => {
  troubles.allowOutage();
  const ana = await people.stranger('ana');
  await ana.visits('/sign-up');
  await ana.fillsInSignUp();

  await server.kill();
  await ana.presses(accounts.sign_up_submit);
  await expect(ana.page.getByRole('alert')).toHaveText(errors.offline);
  await expect(ana.field(accounts.handle)).toHaveValue('ana');
  await expect(ana.field(accounts.email)).toHaveValue(ana.email);
  await expect(ana.field(accounts.password)).toHaveValue(ana.password);

  await server.start();
  await ana.presses(accounts.sign_up_submit);
  await expect(ana.signOut).toBeVisible();
});

test('what is typed before the page has come to life stays', async ({ people }) => {
  const ana = await people.stranger('ana');
  let comeToLife = () => {};
  const typed = new Promise<void>((resolve) => (comeToLife = resolve));
  await ana.page.route('**/*.wasm', async (route) => {
    await typed;
    await route.continue();
  });

  await ana.page.goto('/sign-up', { waitUntil: 'commit' });
  await ana.fillsInSignUp();
  comeToLife();
  await ana.page.waitForFunction(() => window.isLive());

  await expect(ana.field(accounts.handle)).toHaveValue('ana');
  await expect(ana.field(accounts.password)).toHaveValue(ana.password);
});

test('signing out ends in every tab of the browser', async ({ people }) => {
  const ana = await people.signedIn('ana');
  const room = await ana.hasRoom('Spouse visas');
  await ana.opens(room);
  const other = await ana.context.newPage();
  await other.goto('/');
  await other.getByRole('button', { name: accounts.sign_out }).click();

  const notice = ana.page.getByRole('status').filter({ hasText: words.live.signed_out });
  await expect(notice.getByRole('link', { name: accounts.sign_in })).toBeVisible();
});

test('signing out asks about what was not sent, and discards it', async ({ people, troubles }) => {
  troubles.allowOutage();
  const ana = await people.signedIn('ana');
  const room = await ana.hasRoom('Spouse visas');
  const goesThrough = await ana.isCutShort();
  await ana.visits(`/rooms/${room.id}`);
  await ana.says('Not yet');
  await expect(ana.pending('Not yet')).toBeVisible();
  const asked = (answer: boolean) =>
    new Promise<string>((resolve) => {
      ana.page.once('dialog', async (dialog) => {
        await (answer ? dialog.accept() : dialog.dismiss());
        resolve(dialog.message());
      });
    });

  let question = asked(false);
  await ana.signOut.click();
  expect(await question).toBe(accounts.unsent_one);
  await expect(ana.pending('Not yet')).toBeVisible();

  await ana.says('Nor this');
  await expect(ana.pending('Nor this')).toBeVisible();
  question = asked(true);
  await ana.signOut.click();
  expect(await question).toBe(fill(accounts.unsent_many, { count: 2 }));
  await expect(ana.page.getByRole('heading', { name: words.welcome.title })).toBeVisible();
  expect(await ana.page.evaluate(() => Object.keys(localStorage))).toEqual([]);

  goesThrough();
  await ana.signsInAgain();
  await ana.visits(`/rooms/${room.id}`);
  await ana.says('And this?');
  await expect(ana.delivered('And this?')).toBeVisible();
  await expect(ana.message('Not yet')).toHaveCount(0);
});
