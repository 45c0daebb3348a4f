import type { Person, Room } from '../support/person.ts';
import { expect, test } from '../support/test.ts';
import { fill, words } from '../support/words.ts';

const { blocks, errors, messages, rooms } = words;

/** The lines that stand in place of what is hidden. */
function veils(person: Person) {
  return person.history.getByText(messages.hidden, { exact: true });
}

/** Words that somebody has said, whether they are to be seen or not. */
function said(person: Person, text: string) {
  return person.history.getByText(text, { exact: true });
}

async function opensAbout(person: Person, room: Room): Promise<void> {
  await person.visits(`/rooms/${room.id}/about`);
}

test('what a blocked person says is hidden at once, and what comes after it too', async ({
  people,
}) => {
  const { ana, ben, room } = await people.anaAndBen();
  await ben.hasSaid(room, 'Pay me', 'Or else');
  await ana.hasSaid(room, 'Who is that?');
  await ben.hasReacted(room, 'Who is that?', '👎');
  await ana.opens(room);
  await ben.opens(room);
  await ana.chooses('Pay me', messages.block);
  await expect(ana.page.getByRole('status').filter({ hasText: messages.blocked })).toBeVisible();
  await expect(veils(ana)).toHaveCount(2);
  await expect(said(ana, 'Pay me')).toBeHidden();
  await expect(said(ana, 'Or else')).toBeHidden();
  await expect(ana.reaction('Who is that?', '👎')).toHaveCount(0);

  const typing = ana.hears('typing');
  await ben.composer.fill('Pay me now');
  await typing;
  await ben.composer.press('Enter');
  await expect(veils(ana)).toHaveCount(3);
  await expect(said(ana, 'Pay me now')).toBeHidden();
  await expect(ana.page.locator('.typing')).toHaveText('');
  // The others see everything.
  await expect(said(ben, 'Pay me now')).toBeVisible();

  await veils(ana).last().click();
  await expect(said(ana, 'Pay me now')).toBeVisible();
  await expect(said(ana, 'Or else')).toBeHidden();
  await ana.reloads();
  await expect(veils(ana)).toHaveCount(3);
  await expect(said(ana, 'Pay me now')).toBeHidden();

  await veils(ana).last().click();
  await ana.chooses('Pay me now', messages.unblock);
  await expect(veils(ana)).toHaveCount(0);
  await expect(said(ana, 'Pay me')).toBeVisible();
  await expect(ana.reaction('Who is that?', '👎')).toBeVisible();
});

test('a quote of a blocked person says that it is hidden, and leads to it', async ({ people }) => {
  const { ana, ben, room } = await people.anaAndBen();
  await ben.hasSaid(room, 'Pay me');
  await ana.hasAnswered(room, 'Pay me', 'No');
  await ana.opens(room);
  const quote = ana.message('No').locator('.quote');
  await expect(quote).toContainText('Pay me');
  await ana.chooses('Pay me', messages.block);
  await expect(quote).toContainText(messages.hidden);
  await expect(quote).not.toContainText('Pay me');
});

test('the keyboard shows what is hidden, and the list is still one stop', async ({ people }) => {
  const { ana, ben, room } = await people.anaAndBen();
  await ben.hasSaid(room, 'Pay me');
  await ana.hasBlocked('ben');
  await ana.opens(room);
  await ana.history.hover();
  await expect(ana.page.locator('dialog.menu'), 'the keys are there').toBeAttached();
  const { keyboard } = ana.page;
  await ana.composer.focus();
  await keyboard.press('Shift+Tab');
  await expect(ana.page.locator('#messages')).toBeFocused();
  await keyboard.press('End');
  await expect(ana.message('Pay me')).toBeFocused();
  await keyboard.press('Enter');
  await expect(said(ana, 'Pay me')).toBeVisible();
  await keyboard.press('Enter');
  await expect(ana.page.getByRole('menuitem', { name: messages.unblock, exact: true })).toBeVisible();
  await keyboard.press('Escape');
  await keyboard.press('Tab');
  await expect(ana.composer).toBeFocused();
});

test('what a blocked person says is no news', async ({ people }) => {
  const { ana, ben, room } = await people.anaAndBen();
  const other = await ana.hasRoom('Spouse visas');
  await opensAbout(ana, room);
  await ana.presses(`${blocks.block} ben`);
  await expect(ana.page.getByRole('button', { name: `${blocks.unblock} ben`, exact: true })).toBeVisible();
  await ana.opens(other);
  await ben.hasSaid(room, 'Pay me, @ana');
  // What somebody else says arrives after it, and is counted alone.
  const chi = await people.signedIn('chi');
  await chi.isIn(room);
  await chi.hasSaid(room, 'Do not');
  await expect(ana.listed(room)).toContainText(fill(rooms.unread, { count: 1 }));
  await expect(ana.listed(room)).not.toContainText(rooms.mentions_one);
});

test('a conversation of two ends for both, and neither is told by whom', async ({ people }) => {
  const ana = await people.signedIn('ana');
  const ben = await people.signedIn('ben');
  const room = await ana.hasConversation('ben');
  await ben.hasSaid(room, 'Pay me');
  await ana.opens(room);
  await ben.opens(room);
  await ana.chooses('Pay me', messages.block);
  await expect(ana.page.getByText(errors.blocked)).toBeVisible();
  await expect(ana.composer).not.toBeEditable();

  await ben.says('Now!');
  const why = fill(messages.not_sent, { why: errors.blocked });
  await expect(ben.page.getByRole('alert').filter({ hasText: why })).toBeVisible();
  await ben.presses(messages.discard);
  await ben.reloads();
  await expect(ben.page.getByText(errors.blocked)).toBeVisible();
  await expect(ben.composer).not.toBeEditable();
  await expect(said(ben, 'Pay me')).toBeVisible();

  await ana.page.getByRole('link', { name: rooms.about, exact: true }).click();
  await ana.presses(`${blocks.unblock} ben`);
  await expect(ana.page.getByRole('button', { name: `${blocks.block} ben`, exact: true })).toBeVisible();
  await ana.opens(room);
  await ana.says('Let us try again');
  await expect(ana.delivered('Let us try again')).toBeVisible();

  // Also on a page that came when it had ended.
  await ana.chooses('Pay me', messages.block);
  await expect(ana.composer).not.toBeEditable();
  await ana.reloads();
  await expect(ana.composer).not.toBeEditable();
  await veils(ana).last().click();
  await ana.chooses('Pay me', messages.unblock);
  await expect(ana.composer).toBeEditable();
});

test('without JavaScript a person is blocked from their message, and let back in', async ({
  people,
}) => {
  const { ana, ben, room } = await people.anaAndBen({ javaScriptEnabled: false });
  await ben.hasSaid(room, 'Pay me');
  await ana.visits(`/rooms/${room.id}`);
  await ana.message('Pay me').getByRole('link', { name: messages.actions }).click();
  await ana.presses(`${blocks.block} ben`);
  await expect(veils(ana)).toHaveCount(1);
  await expect(said(ana, 'Pay me')).toBeHidden();
  await veils(ana).click();
  await expect(said(ana, 'Pay me')).toBeVisible();

  await opensAbout(ana, room);
  await ana.presses(`${blocks.unblock} ben`);
  await ana.visits(`/rooms/${room.id}`);
  await expect(veils(ana)).toHaveCount(0);
  await expect(said(ana, 'Pay me')).toBeVisible();
});
