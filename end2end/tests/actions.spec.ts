// What people do to messages that are there.

import type { People } from '../support/people.ts';
import type { Person } from '../support/person.ts';
import { expect, test } from '../support/test.ts';
import { fill, words } from '../support/words.ts';

const { messages } = words;

/** Longer than a deletion is held. */
const held = { timeout: 15_000 };

/** Ana and Ben, both looking at what she has said. */
async function anaAndBen(people: People) {
  const { ana, ben, room } = await people.anaAndBen();
  await ana.hasSaid(room, 'The letter came');
  await ana.opens(room);
  await ben.opens(room);
  return { ana, ben, room };
}

/** What the open menu offers, from the top. */
const offered = (person: Person) =>
  person.page.locator('[role=menu] > [role=menuitem]').allTextContents();

/** The chunk that listens to the right button, to fingers and to keys is there. */
async function hasLayer(person: Person) {
  await person.history.hover();
  await expect(person.page.locator('dialog.menu')).toBeAttached();
}

test('a message that is changed changes for everybody', async ({ people }) => {
  const { ana, ben } = await anaAndBen(people);
  await ana.composer.fill('Something else');
  await ana.chooses('The letter came', messages.edit);
  await expect(ana.composer).toHaveValue('The letter came');
  await expect(ana.composer).toBeFocused();
  await ana.composer.fill('The letter came yesterday');
  await ana.composer.press('Enter');

  for (const person of [ana, ben]) {
    await expect(person.message('The letter came yesterday')).toContainText(messages.edited);
    await expect(person.message('The letter came')).toHaveCount(0);
  }
  await expect(ana.composer, 'what was being written is back').toHaveValue('Something else');
});

test('the arrow up takes up the last message of one’s own, and Escape lets it be', async ({
  people,
}) => {
  const { ana, ben } = await anaAndBen(people);
  await ben.says('Good for you');
  await expect(ana.message('Good for you')).toBeVisible();
  await ana.takesUp('The letter came');
  await expect(ana.page.getByText(messages.editing)).toBeVisible();
  // A message keeps the files that it has.
  await expect(ana.page.getByRole('button', { name: words.uploads.add })).toBeHidden();
  await ana.composer.press('Escape');
  await expect(ana.composer).toHaveValue('');
  await expect(ana.page.getByText(messages.editing)).toBeHidden();
});

test('Escape closes the suggestions first, and what is being changed after that', async ({
  people,
}) => {
  const { ana } = await anaAndBen(people);
  const choices = ana.page.getByRole('listbox', { name: messages.completion });
  await ana.takesUp('The letter came');
  await ana.composer.press('End');
  await ana.composer.pressSequentially(', @b');
  await expect(choices.getByRole('option', { name: 'ben' })).toBeVisible();
  await ana.composer.press('Escape');
  await expect(choices).toBeHidden();
  await expect(ana.page.getByText(messages.editing)).toBeVisible();
  await expect(ana.composer).toHaveValue('The letter came, @b');
  await ana.composer.press('Escape');
  await expect(ana.page.getByText(messages.editing)).toBeHidden();
  await expect(ana.composer).toHaveValue('');
});

test('words that are begun before the code for changes has come stay, and are sent', async ({
  people,
}) => {
  const { ana } = await anaAndBen(people);
  const arrives = await ana.waitsForCode('action_layer');
  await ana.composer.press('ArrowUp');
  await ana.composer.fill('Good for me');
  arrives();
  await expect(ana.page.locator('.layer')).toBeAttached();
  await expect(ana.composer).toHaveValue('Good for me');
  await ana.composer.press('Enter');
  await expect(ana.delivered('Good for me')).toBeVisible();
  await expect(ana.message('The letter came')).toBeVisible();
});

test('a change that the server refuses says why and keeps what was typed', async ({ people }) => {
  const { ana, ben, room } = await anaAndBen(people);
  await ana.takesUp('The letter came');
  await ana.composer.fill('Too late');
  const tab = await ana.opensTab();
  await tab.opens(room);
  await tab.chooses('The letter came', messages.delete);
  await expect(ben.message(messages.deleted)).toBeVisible(held);
  await ana.composer.press('Enter');
  const why = fill(messages.not_changed, { why: words.errors.message_unknown });
  await expect(ana.page.getByText(why)).toBeVisible();
  await expect(ana.page.getByText('Too late', { exact: true })).toBeVisible();
  await ana.reloads();
  await expect(ana.page.getByText(why), 'it is still known').toBeVisible();
  await ana.presses(messages.keep);
  await expect(ana.page.getByText(why)).toBeHidden();
  await expect(ana.message(messages.deleted)).toBeVisible();
});

test('a deletion that is refused leaves the message and can be tried again', async ({ people }) => {
  const { ana, ben, room } = await anaAndBen(people);
  await ben.says('Good for you');
  await expect(ben.delivered('Good for you')).toBeVisible();
  await ben.chooses('Good for you', messages.delete);
  await expect(ben.message('Good for you')).toHaveCount(0);
  await ana.removes(ben, room);
  const why = fill(messages.not_deleted, { why: words.errors.not_member });
  await expect(ben.page.getByText(why)).toBeVisible(held);
  await expect(ben.message('Good for you')).toBeVisible();
  await ben.isIn(room);
  await ben.presses(messages.retry);
  await expect(ben.message(messages.deleted)).toBeVisible(held);
  await expect(ben.page.getByText(why)).toBeHidden();
});

test('a message that is refused can be tried again, let go, or changed and sent', async ({ people, troubles }) => {
  troubles.allowOutage();
  const { ana, ben, room } = await anaAndBen(people);
  await ben.context.setOffline(true);
  await expect(ben.banner).toBeVisible();
  for (const text of ['Good for you', 'Never mind', 'One more thing']) await ben.says(text);
  await ana.removes(ben, room);
  await ben.context.setOffline(false);
  const why = fill(messages.not_sent, { why: words.errors.not_member });
  await expect(ben.page.getByText(why)).toHaveCount(3);

  await ben.isIn(room);
  await ben.reloads();
  await ben.pending('Good for you').getByRole('button', { name: messages.retry }).click();
  await expect(ana.delivered('Good for you')).toBeVisible();
  await expect(ben.pending('Good for you')).toHaveCount(0);
  await ben.pending('Never mind').getByRole('button', { name: messages.discard }).click();
  await expect(ben.message('Never mind')).toHaveCount(0);
  await ben.reloads();
  await expect(ben.page.getByText(why)).toHaveCount(1);
  await ben.pending('One more thing').getByRole('button', { name: messages.edit }).click();
  await expect(ben.pending('One more thing')).toHaveCount(0);
  await expect(ben.composer).toBeFocused();
  await expect(ben.composer).toHaveValue('One more thing');
  await ben.composer.press('End');
  await ben.composer.pressSequentially(': the fee');
  await ben.composer.press('Enter');
  await expect(ana.delivered('One more thing: the fee')).toBeVisible();
  await expect(ana.message('Never mind')).toHaveCount(0);
});

test('a change made offline is seen at once and made when the connection is back', async ({
  people,
  troubles,
}) => {
  troubles.allowOutage();
  const { ana, ben } = await anaAndBen(people);
  await hasLayer(ana);
  await ana.context.setOffline(true);
  await expect(ana.banner).toBeVisible(held);
  await ana.takesUp('The letter came');
  await ana.composer.fill('The letter is here');
  await ana.composer.press('Enter');
  await expect(ana.message('The letter is here')).toContainText(messages.edited);
  await expect(ana.page.getByText(messages.change_waits)).toBeVisible();
  await expect(ben.message('The letter came')).toBeVisible();
  await ana.context.setOffline(false);
  await expect(ben.message('The letter is here')).toBeVisible(held);
  await expect(ana.page.getByText(messages.change_waits)).toBeHidden();
});

test('a deletion can be undone, and otherwise happens for everybody', async ({ people }) => {
  const { ana, ben } = await anaAndBen(people);
  await ana.chooses('The letter came', messages.delete);
  await expect(ana.message(messages.deleted)).toBeVisible();
  await ana.presses(messages.undo);
  await expect(ana.message('The letter came')).toBeVisible();

  await ana.chooses('The letter came', messages.delete);
  await expect(ben.message('The letter came'), 'it is held').toBeVisible();
  await expect(ben.message(messages.deleted)).toBeVisible(held);
  await expect(ben.message('The letter came')).toHaveCount(0);
  await expect(ana.message(messages.deleted)).toBeVisible();
  await ana.reloads();
  await expect(ana.message(messages.deleted)).toBeVisible();
});

test('a deletion that is held is sent when the page is left', async ({ people }) => {
  const { ana, ben } = await anaAndBen(people);
  await ana.chooses('The letter came', messages.delete);
  await ana.page.getByRole('link', { name: words.brand }).click();
  await expect(ben.message(messages.deleted)).toBeVisible();
});

test('a deletion that is held is sent when the tab is closed', async ({ people }) => {
  const { ana, ben } = await anaAndBen(people);
  await ana.chooses('The letter came', messages.delete);
  await ana.page.close();
  await expect(ben.message(messages.deleted)).toBeVisible();
});

test('what was deleted while somebody was away is gone there when they return', async ({
  people,
  troubles,
}) => {
  troubles.allowOutage();
  const { ana, ben } = await anaAndBen(people);
  await ben.context.setOffline(true);
  await expect(ben.banner).toBeVisible(held);
  await ana.chooses('The letter came', messages.delete);
  await ana.page.getByRole('link', { name: words.brand }).click();
  await expect(ben.message('The letter came')).toBeVisible();
  await ben.context.setOffline(false);
  await expect(ben.message(messages.deleted)).toBeVisible(held);
  await expect(ben.message('The letter came')).toHaveCount(0);
});

test('others’ messages are neither changed nor deleted, unless one keeps order', async ({ people, troubles }) => {
  troubles.allowStatus(403);
  const { ana, ben, room } = await anaAndBen(people);
  await ben.says('Good for you');
  await expect(ana.message('Good for you')).toBeVisible();

  await ben.opensMenu('The letter came');
  const { answer, pin, copy_text, copy_link, mark_unread, block } = messages;
  const { report } = words.reports;
  expect(await offered(ben)).toEqual([answer, copy_text, copy_link, mark_unread, words.profiles.page, block, report]);
  await ben.page.keyboard.press('Escape');
  await ben.visits(`/rooms/${room.id}/messages/3`);
  await expect(ben.page.getByText('The letter came')).toBeVisible();
  await expect(ben.page.getByRole('button', { name: messages.delete })).toHaveCount(0);

  await ana.opensMenu('Good for you');
  expect(await offered(ana)).toEqual(
    [answer, pin, copy_text, copy_link, mark_unread, words.profiles.page, block, report, messages.delete],
  );
  await ana.page.getByRole('menuitem', { name: messages.delete }).click();
  await expect(ana.message('Good for you')).toHaveCount(0);
  await ben.opens(room);
  await expect(ben.message('Good for you')).toHaveCount(0, held);
});

test('a message and the link to it are copied', async ({ people }) => {
  const { ana, room } = await anaAndBen(people);
  await ana.context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const pasted = () => ana.page.evaluate(() => navigator.clipboard.readText());
  await ana.chooses('The letter came', messages.copy_text);
  await expect(ana.page.getByText(messages.copied)).toBeVisible();
  expect(await pasted()).toBe('The letter came');
  await ana.chooses('The letter came', messages.copy_link);
  await expect.poll(pasted).toContain(`/rooms/${room.id}?at=3#m3`);
  await ana.page.goto(await pasted());
  await expect(ana.message('The letter came')).toBeInViewport();
});

test('the right button opens the same menu, and leaves marked words to the browser', async ({
  people,
}) => {
  const { ana } = await anaAndBen(people);
  await hasLayer(ana);
  const bubble = ana.message('The letter came').getByText('The letter came');
  await bubble.click({ button: 'right' });
  await expect(ana.page.getByRole('menu')).toBeVisible();
  await ana.page.mouse.click(5, 5);
  await expect(ana.page.getByRole('menu')).toBeHidden();
  await bubble.selectText();
  await bubble.click({ button: 'right' });
  await expect(ana.page.getByRole('menu')).toBeHidden();
});

test('a finger that rests opens the menu, and one that moves does not', async ({ people }) => {
  const { ana } = await anaAndBen(people);
  await hasLayer(ana);
  const menu = ana.page.getByRole('menu');
  const bubble = ana.message('The letter came').getByText('The letter came');
  const touch = { pointerType: 'touch', bubbles: true, clientX: 100, clientY: 100 };
  await bubble.dispatchEvent('pointerdown', touch);
  await bubble.dispatchEvent('pointermove', { ...touch, clientY: 140 });
  await bubble.dispatchEvent('pointerdown', { ...touch, clientX: 101 });
  await bubble.dispatchEvent('pointerup', touch);
  await bubble.dispatchEvent('pointerdown', touch);
  await expect(menu).toBeVisible();
  await ana.page.keyboard.press('Escape');
  await expect(menu).toBeHidden();
});

test('the keyboard goes from message to message and opens the menu of one', async ({ people }) => {
  const { ana, ben } = await anaAndBen(people);
  await ben.says('Good for you');
  const [first, last] = [ana.message('The letter came'), ana.message('Good for you')];
  await expect(last).toBeVisible();
  const { keyboard } = ana.page;
  await hasLayer(ana);
  await ana.composer.focus();
  await keyboard.press('Shift+Tab');
  await expect(ana.page.locator('#messages'), 'the list is one stop').toBeFocused();
  await keyboard.press('ArrowUp');
  await expect(last).toBeFocused();
  await keyboard.press('ArrowUp');
  await expect(first).toBeFocused();
  await keyboard.press('ArrowUp');
  await expect(first).toBeFocused();
  await keyboard.press('End');
  await expect(last).toBeFocused();
  await keyboard.press('Home');
  await expect(first).toBeFocused();

  await keyboard.press('Enter');
  const item = (name: string) => ana.page.getByRole('menuitem', { name, exact: true });
  await expect(item(messages.answer)).toBeFocused();
  await keyboard.press('ArrowDown');
  await expect(item(messages.edit)).toBeFocused();
  await keyboard.press('End');
  await expect(item(messages.delete)).toBeFocused();
  await keyboard.press('Escape');
  await expect(ana.page.getByRole('menu')).toBeHidden();
  await expect(first, 'the focus is back').toBeFocused();
  await keyboard.press('Shift+F10');
  await expect(ana.page.getByRole('menu')).toBeVisible();
  await keyboard.press('Escape');
  await keyboard.press('Tab');
  await expect(ana.composer).toBeFocused();
});

test('a draft survives a reload, is kept for its room, and goes with the sign-out', async ({
  people,
}) => {
  const { ana, room } = await anaAndBen(people);
  const other = await ana.hasRoom('Another room');
  await ana.composer.fill('Half a thought');
  await ana.reloads();
  await expect(ana.composer).toHaveValue('Half a thought');
  await ana.opens(other);
  await expect(ana.composer).toHaveValue('');

  ana.page.once('dialog', (dialog) => dialog.accept());
  await ana.signOut.click();
  await expect(ana.page.getByRole('heading', { name: words.welcome.title })).toBeVisible();
  await ana.signsIn();
  await expect(ana.signOut).toBeVisible();
  await ana.opens(room);
  await expect(ana.composer).toHaveValue('');
});

test('without WebAssembly one’s own message is changed and deleted by forms', async ({
  people,
  troubles,
}) => {
  troubles.allowStatus(422);
  const ana = await people.signedIn('ana', { javaScriptEnabled: false });
  const room = await ana.hasRoom('Work permits');
  await ana.hasSaid(room, 'The <b>letter</b> came');
  await ana.visits(`/rooms/${room.id}`);
  await ana.page.getByRole('link', { name: messages.actions }).click();
  const body = ana.field(messages.body);
  await expect(body).toHaveValue('The <b>letter</b> came');
  await body.fill('x'.repeat(4001));
  await ana.presses(messages.save);
  await expect(body).toHaveAccessibleDescription(words.errors.body_long);
  await expect(body).toHaveValue('x'.repeat(4001));
  await body.fill('It came');
  await ana.presses(messages.save);
  await expect(ana.message('It came')).toContainText(messages.edited);

  await ana.page.getByRole('link', { name: messages.actions }).click();
  await ana.presses(messages.delete);
  await expect(ana.message(messages.deleted)).toBeVisible();
  await expect(ana.page.getByRole('link', { name: messages.actions })).toHaveCount(0);
  await expect(ana.history).toContainText(fill(messages.created_room, { handle: 'ana' }));
});
