// Rooms and people by their names, and the keys that lead from room to room.

import type { Person } from '../support/person.ts';
import { expect, test } from '../support/test.ts';
import { words } from '../support/words.ts';

const { finder } = words;

function box({ page }: Person) {
  return page.getByRole('combobox', { name: finder.open });
}

test('a room and a person are found by keyboard, and the focus returns', async ({ people }) => {
  const { ana, ben, room } = await people.anaAndBen();
  await people.signedIn('bella');
  const students = await ana.hasRoom('Student visas');
  await ana.opens(room);
  const { keyboard } = ana.page;
  const options = ana.page.getByRole('option');

  await ana.composer.focus();
  // On a Mac it is the other one.
  for (const keys of ['Control+k', 'Meta+k']) {
    await keyboard.press(keys);
    await expect(box(ana)).toBeFocused();
    await keyboard.press('Escape');
    // Not hidden alone: a window that is still closing is not opened again.
    await expect(ana.page.locator('dialog [role=combobox]')).toHaveCount(0);
    await expect(ana.composer).toBeFocused();
  }

  await keyboard.press('Control+k');
  await expect(box(ana)).toBeFocused();
  await expect(options).toHaveCount(2);
  await keyboard.press('ArrowDown');
  await expect(options.nth(1)).toHaveAttribute('aria-selected', 'true');
  await keyboard.press('ArrowDown');
  await expect(options.nth(0)).toHaveAttribute('aria-selected', 'true');
  await keyboard.type('STUD');
  await expect(options).toHaveText([/Student visas/]);
  await keyboard.press('Enter');
  await expect(ana.page).toHaveURL(`/rooms/${students.id}`);
  await expect(box(ana)).toHaveCount(0);

  // Who shares no room with her is not found.
  await keyboard.press('Control+k');
  await expect(box(ana)).toBeFocused();
  await keyboard.type('be');
  await expect(options).toHaveText([/^ben/]);
  await keyboard.press('Enter');
  await expect(ana.page.getByRole('heading', { name: ben.handle })).toBeVisible();
});

test('keys lead from one of one’s own rooms to the next, and are listed', async ({ people }) => {
  const ana = await people.signedIn('ana');
  const [first, second] = [await ana.hasRoom('Alpha'), await ana.hasRoom('Beta')];
  await ana.opens(first);
  const { keyboard } = ana.page;
  await expect(ana.page.getByRole('link', { name: 'Beta' })).toBeVisible();
  await expect(async () => {
    await keyboard.press('Alt+ArrowDown');
    await expect(ana.page).toHaveURL(`/rooms/${second.id}`, { timeout: 500 });
  }).toPass();
  await keyboard.press('Alt+ArrowUp');
  await expect(ana.page).toHaveURL(`/rooms/${first.id}`);

  await keyboard.press('Control+/');
  const help = ana.page.getByRole('dialog', { name: finder.shortcuts });
  await expect(help).toContainText(finder.key_rooms);
  // The focus is on nothing then.
  await help.getByRole('heading').click();
  await keyboard.press('Alt+ArrowDown');
  await keyboard.press('Escape');
  await expect(help).toHaveCount(0);

  await ana.composer.fill('Half a thought');
  await ana.composer.press('Alt+ArrowDown');
  await ana.composer.press('Enter');
  await expect(ana.delivered('Half a thought')).toBeVisible();
  await expect(ana.page, 'neither has led away').toHaveURL(`/rooms/${first.id}`);
  await ana.composer.press('Alt+ArrowUp');
  await expect(ana.page, 'from an empty box').toHaveURL(`/rooms/${second.id}`);
});

test('it says whether anything is offered, and whoever marks words may let go beside it', async ({
  people,
}) => {
  const ana = await people.signedIn('ana');
  await ana.hasRoom('Alpha');
  await ana.visits('/');
  await ana.presses(finder.open);
  await expect(box(ana)).toHaveAttribute('aria-expanded', 'true');
  await expect(box(ana)).toHaveAttribute('aria-activedescendant', 'finder-0');
  await box(ana).fill('nowhere');
  await expect(box(ana)).toHaveAttribute('aria-expanded', 'false');
  await expect(box(ana)).not.toHaveAttribute('aria-activedescendant');

  const { mouse } = ana.page;
  await box(ana).hover();
  await mouse.down();
  await mouse.move(2, 2);
  await mouse.up();
  await box(ana).fill('alp');
  await expect(ana.page.getByRole('option')).toHaveText([/Alpha/]);
  await mouse.click(2, 2);
  await expect(box(ana)).toHaveCount(0);
});

test('a button opens it where there are no keys', async ({ people }) => {
  const ana = await people.signedIn('ana');
  await ana.visits('/');
  await ana.presses(finder.open);
  await box(ana).fill('nowhere');
  await expect(ana.page.getByText(finder.none)).toBeVisible();
  await ana.presses(finder.close);
  await expect(ana.page.getByRole('button', { name: finder.open })).toBeFocused();
});
