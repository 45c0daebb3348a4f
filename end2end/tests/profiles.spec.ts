// What people tell of themselves, and who sees it.

import type { Person } from '../support/person.ts';
import { PICTURE } from '../support/profile_screens.ts';
import { expect, test } from '../support/test.ts';
import { words } from '../support/words.ts';

const { about, errors, profiles } = words;

/** Saves what was typed into one of the forms. */
async function saves(person: Person, what: string): Promise<void> {
  await person.presses(`${about.save} ${what}`);
}

/** How many pixels the picture on somebody's page has on a side; of what stands for one, 128. */
function side(person: Person): Promise<number> {
  const portrait = person.page.locator('.portrait');
  return portrait.evaluate((image: HTMLImageElement) => image.naturalWidth);
}

/** The name of whoever has said something, beside it. */
function author(person: Person, handle: string) {
  return person.history.getByRole('link', { name: handle, exact: true }).last();
}

/** Has a room open whose list answers to being pointed at. */
async function isReady(person: Person): Promise<void> {
  await person.history.hover();
  await person.page.locator('dialog.profile-card').waitFor({ state: 'attached' });
}

test('what one tells is seen by another as it is told, and what is hidden goes', async ({
  people,
}) => {
  const { ana, ben } = await people.anaAndBen();
  await ben.visits('/people/ana');
  const title = ben.page.getByRole('heading', { level: 1 });
  await expect(title).toHaveText('ana');
  await expect(ben.page.getByText(profiles.nothing)).toBeVisible();

  await ana.visits('/people/me');
  await ana.field(profiles.name).fill('Ana María');
  await ana.field(profiles.bio).fill('Filed in **March**.');
  await saves(ana, profiles.name);
  await expect(title).toHaveText('Ana María');
  // What was typed elsewhere is still there.
  await expect(ana.field(profiles.bio)).toHaveValue('Filed in **March**.');
  await saves(ana, profiles.bio);
  await expect(ben.page.getByText('March').and(ben.page.locator('strong'))).toBeVisible();

  await ana.field(profiles.country_label).selectOption('PT');
  await saves(ana, profiles.country_label);
  await expect(ben.page.getByText('Portugal')).toBeVisible();
  await ana.page.getByLabel('Portuguese', { exact: true }).check();
  await saves(ana, profiles.languages);
  await expect(ben.page.getByText('Portuguese')).toBeVisible();
  await ana.field(profiles.links_label).fill('ana.example/letters');
  await saves(ana, profiles.links);
  const link = ben.page.getByRole('link', { name: 'ana.example/letters' });
  await expect(link).toHaveAttribute('rel', 'nofollow noopener ugc');
  await expect(link).toHaveAttribute('href', 'https://ana.example/letters');

  const seen = ana.page.locator('form').filter({ has: ana.field(profiles.name) });
  await seen.getByLabel(profiles.seen).selectOption('nobody');
  await saves(ana, profiles.name);
  await expect(title).toHaveText('ana');
  // What was chosen at first can be chosen again.
  await seen.getByLabel(profiles.seen).selectOption('shared');
  await saves(ana, profiles.name);
  await expect(title).toHaveText('Ana María');
});

test('what does not fit says so at its field, and nothing that was typed is lost', async ({
  people,
  troubles,
}) => {
  troubles.allowStatus(422);
  const ana = await people.signedIn('ana');
  await ana.visits('/people/me');
  await ana.field(profiles.links_label).fill('javascript:alert(1)');
  await saves(ana, profiles.links);
  await expect(ana.field(profiles.links_label)).toHaveAccessibleDescription(errors.links_invalid);
  await expect(ana.field(profiles.links_label)).toHaveValue('javascript:alert(1)');
});

test('a case number in what one tells of oneself stays in the browser, and nothing says that it is saved', async ({
  people,
}) => {
  const ana = await people.signedIn('ana');
  await ana.visits('/people/me');
  const sent: string[] = [];
  ana.page.on('request', (request) => sent.push(request.postData() ?? ''));
  await ana.field(profiles.bio).fill('Filed in March.');
  await saves(ana, profiles.bio);
  await expect(ana.page.getByText(about.saved, { exact: true })).toBeVisible();
  await ana.field(profiles.bio).fill('Ours is IOE0912345678');
  await saves(ana, profiles.bio);
  await expect(ana.field(profiles.bio)).toHaveAccessibleDescription(new RegExp(errors.case_number.slice(0, 40)));
  await expect(ana.page.getByText(about.saved, { exact: true })).toBeHidden();
  expect(sent.filter((text) => text.includes('0912345678'))).toEqual([]);
});

test('a part of a picture is chosen by keyboard, seen by another at once, and taken off', async ({
  people,
}) => {
  const { ana, ben } = await people.anaAndBen();
  await ben.visits('/people/ana');
  await ana.visits('/people/me');
  await ana.field(profiles.picture_choose).setInputFiles(PICTURE);
  const dialog = ana.page.getByRole('dialog', { name: profiles.crop });
  const square = dialog.getByLabel(profiles.crop_label);
  await square.press('+');
  await square.press('+');
  await square.press('ArrowRight');
  await expect(dialog.getByLabel(profiles.zoom, { exact: true })).toHaveValue('1.2');
  await dialog.getByRole('button', { name: profiles.picture_send }).click();
  await expect(dialog).toBeHidden();
  await expect.poll(() => side(ben)).toBe(512);

  await ana.presses(profiles.picture_remove);
  await expect(ana.page.getByRole('button', { name: profiles.picture_remove })).toBeHidden();
  await expect.poll(() => side(ben)).not.toBe(512);
});

test('a dialog that is closed sends nothing', async ({ people }) => {
  const ana = await people.signedIn('ana');
  await ana.visits('/people/me');
  await ana.field(profiles.picture_choose).setInputFiles(PICTURE);
  const dialog = ana.page.getByRole('dialog', { name: profiles.crop });
  await dialog.waitFor();
  await ana.page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  await expect(ana.page.getByRole('button', { name: profiles.picture_remove })).toBeHidden();
});

test('a card appears for who points at a name, and for the keyboard, and gives the focus back', async ({
  people,
}) => {
  const { ana, ben, room } = await people.anaAndBen();
  await ana.hasTold('name', 'Ana María');
  await ana.hasSaid(room, 'It has come');
  await ben.opens(room);
  await isReady(ben);
  const card = ben.page.getByRole('dialog', { name: 'Ana María' });

  await author(ben, 'ana').hover();
  await expect(card).toBeVisible();
  await ben.composer.hover();
  await expect(card).toBeHidden();

  await author(ben, 'ana').focus();
  await expect(card).toBeVisible();
  await expect(author(ben, 'ana')).toBeFocused();
  await ben.page.keyboard.press('Escape');
  await expect(card).toBeHidden();

  // From message to message by the arrows, and to who has said one by its menu.
  await ben.message('It has come').focus();
  await ben.page.keyboard.press('Enter');
  await ben.page.getByRole('menuitem', { name: profiles.page }).press('Enter');
  await expect(card.getByRole('link', { name: profiles.page })).toBeFocused();
  await ben.page.keyboard.press('Escape');
  await expect(card).toBeHidden();
  await expect(ben.message('It has come')).toBeFocused();

  await author(ben, 'ana').press('Enter');
  await expect(card.getByRole('link', { name: profiles.page })).toBeFocused();
  // It is seen in the card as well when it changes.
  await ana.hasTold('name', 'Ana M.');
  await expect(ben.page.getByRole('dialog', { name: 'Ana M.' })).toBeVisible();
  await ben.page.keyboard.press('Escape');
  await expect(author(ben, 'ana')).toBeFocused();

  await author(ben, 'ana').press('Enter');
  await ben.page.getByRole('dialog').getByRole('link', { name: profiles.page }).click();
  await expect(ben.page).toHaveURL('/people/ana');
  await ben.presses(`${profiles.write} ana`);
  await expect(ben.composer).toBeVisible();
});

test('a picture stands beside what somebody says, and is another as soon as they change it', async ({
  people,
}) => {
  const { ana, ben, room } = await people.anaAndBen();
  await ana.hasSaid(room, 'It has come', 'Finally');
  await ben.opens(room);
  const face = ben.message('It has come').locator('.face');
  await expect(face).toHaveCount(1);
  await expect(ben.message('Finally').locator('.face')).toHaveCount(0);
  const shown = await face.getAttribute('src');
  await ana.wears(PICTURE);
  await expect(face).not.toHaveAttribute('src', shown ?? '');
});

test('without JavaScript a profile is told, a picture put on, and a name leads to it', async ({
  people,
  troubles,
}) => {
  troubles.allowStatus(422);
  const { ana, ben, room } = await people.anaAndBen({ javaScriptEnabled: false });
  await ana.hasSaid(room, 'It has come');
  await ana.visits('/settings');
  await ana.page.getByRole('link', { name: profiles.own }).click();
  await ana.field(profiles.name).fill('Ana María');
  await saves(ana, profiles.name);
  await expect(ana.page.getByRole('heading', { level: 1 })).toHaveText('Ana María');
  await ana.field(profiles.links_label).fill('no address');
  await saves(ana, profiles.links);
  await expect(ana.field(profiles.links_label)).toHaveAccessibleDescription(errors.links_invalid);
  // It is far down the page, which begins there.
  await expect(ana.field(profiles.links_label)).toBeFocused();
  await expect(ana.field(profiles.links_label)).toBeInViewport();
  await expect(ana.field(profiles.links_label)).toHaveValue('no address');
  await ana.visits('/people/me');
  await ana.field(profiles.picture_choose).setInputFiles(PICTURE);
  await ana.presses(profiles.picture_send);
  await expect(ana.page.getByRole('button', { name: profiles.picture_remove })).toBeVisible();

  await ben.opens(room);
  await author(ben, 'ana').click();
  await expect(ben.page).toHaveURL('/people/ana');
  await expect(ben.page.getByRole('heading', { level: 1 })).toHaveText('Ana María');
});

test('a handle that is nobody’s says so', async ({ people, troubles }) => {
  troubles.allowStatus(404);
  const ana = await people.signedIn('ana');
  await ana.visits('/people/nobody_here');
  await expect(ana.page.getByText(profiles.nobody)).toBeVisible();
});
