import { EventEmitter, once } from 'node:events';
import { expect, test } from '../support/test.ts';
import { fill, words } from '../support/words.ts';

const { rooms } = words;

test('where there are no rooms, the page says how there could be one', async ({ people }) => {
  const ana = await people.signedIn('ana');
  await ana.visits('/');

  const list = ana.page.getByRole('navigation', { name: rooms.list_label });
  await expect(list).toContainText(rooms.empty_title);
  await expect(list).toContainText(rooms.empty_lead);
  await expect(ana.page.getByRole('link', { name: rooms.new })).toBeVisible();
});

test('a room that one person opens is found and joined by another', async ({ people }) => {
  const ana = await people.signedIn('ana');
  const ben = await people.signedIn('ben');

  await ana.visits('/');
  await ana.page.getByRole('link', { name: rooms.new }).click();
  await ana.field(rooms.name).fill('K-1 · Manila');
  await ana.presses(rooms.create);
  await expect(ana.page.getByRole('heading', { name: 'K-1 · Manila' })).toBeVisible();
  await expect(ana.composer).toBeVisible();
  await expect(ana.history).toContainText(fill(words.messages.created_room, { handle: 'ana' }));

  await ben.visits('/');
  await ben.page.getByRole('link', { name: 'K-1 · Manila' }).click();
  await expect(ben.page.getByText(rooms.join_lead)).toBeVisible();
  await expect(ben.composer).toBeHidden();
  await ben.presses(rooms.join);
  await expect(ben.composer).toBeVisible();
  await expect(ben.history).toContainText(fill(words.messages.joined_room, { handle: 'ben' }));

  // Who is there already sees it happen.
  await expect(ana.history).toContainText(fill(words.messages.joined_room, { handle: 'ben' }));
  await ben.says('Hello from Cebu');
  await expect(ana.message('Hello from Cebu')).toBeVisible();
});

test('a room for those whom one invites is found by nobody else', async ({ people, troubles }) => {
  troubles.allowStatus(404);
  const ana = await people.signedIn('ana');
  const ben = await people.signedIn('ben');
  await ana.visits('/rooms/new');
  await ana.field(rooms.name).fill('Our family, waiting');
  await ana.field(rooms.kind).selectOption(rooms.kind_group);
  await ana.presses(rooms.create);
  await expect(ana.page.getByRole('heading', { name: 'Our family, waiting' })).toBeVisible();
  await expect(ana.composer).toBeVisible();

  await ben.visits('/');
  const list = ben.page.getByRole('navigation', { name: rooms.list_label });
  await expect(list).toContainText(rooms.empty_title);
  const answer = await ben.page.goto(ana.page.url());
  expect(answer?.status()).toBe(404);
});

test('the list says how many are in a room and which are one’s own', async ({ people }) => {
  const ana = await people.signedIn('ana');
  const ben = await people.signedIn('ben');
  const shared = await ana.hasRoom('Work permits');
  await ana.hasRoom('Student visas');
  await ben.isIn(shared);

  await ben.visits('/');
  const line = (name: string) => ben.page.getByRole('link', { name });
  await expect(line('Work permits')).toContainText(fill(rooms.members_many, { count: 2 }));
  await expect(line('Work permits')).toContainText(rooms.joined);
  await expect(line('Student visas')).toContainText(rooms.members_one);
  await expect(line('Student visas')).not.toContainText(rooms.joined);
});

test('a new room stands in the list beside it without a reload', async ({ people }) => {
  const ana = await people.signedIn('ana');
  await ana.visits('/rooms/new');
  await ana.field(rooms.name).fill('Student visas');
  await ana.presses(rooms.create);

  const list = ana.page.getByRole('navigation', { name: rooms.list_label });
  await expect(list.getByRole('link', { name: 'Student visas' })).toBeVisible();
  await expect(list.getByRole('link', { name: 'Student visas' })).toContainText(rooms.joined);
});

test('a list that could not be had says why, and comes by itself once it can', async ({
  people,
  troubles,
}) => {
  troubles.allowStatus(503);
  const ana = await people.signedIn('ana');
  const room = await ana.hasRoom('Work permits');
  const door = '**/api/rooms/list';
  await ana.page.route(door, (route) =>
    route.fulfill({ status: 503, json: { code: 'unavailable', message: '' } }),
  );
  await ana.visits('/settings');
  await ana.page.getByRole('link', { name: words.brand }).click();
  const why = ana.page.getByText(words.errors.unavailable);
  await expect(why).toBeVisible();

  await ana.page.unroute(door);
  await expect(ana.listed(room)).toBeVisible();
  await expect(why).toHaveCount(0);
});

test('from one room to another and back, each shows its own history', async ({ people }) => {
  const ana = await people.signedIn('ana');
  const permits = await ana.hasRoom('Work permits');
  const students = await ana.hasRoom('Student visas');
  await ana.hasSaid(permits, 'About permits');
  await ana.hasSaid(students, 'About studies');
  const list = ana.page.getByRole('navigation', { name: rooms.list_label });

  await ana.opens(permits);
  await expect(ana.message('About permits')).toBeVisible();
  await list.getByRole('link', { name: 'Student visas' }).click();
  await expect(ana.message('About studies')).toBeVisible();
  await expect(ana.message('About permits')).toHaveCount(0);
  await ana.says('More about studies');
  await expect(ana.delivered('More about studies')).toBeVisible();

  await ana.page.goBack();
  await expect(ana.message('About permits')).toBeVisible();
  await expect(ana.message('More about studies')).toHaveCount(0);
});

test('on a phone the list and a room are screens of their own, and Back leads to the list', async ({
  people,
}) => {
  const { ana, room } = await people.anaAndBen({ viewport: { width: 390, height: 844 } });
  const leaves = [
    () => ana.page.goBack(),
    () => ana.page.getByRole('link', { name: words.nav.back_to_rooms }).click(),
  ];
  for (const leave of leaves) {
    await ana.visits('/');
    await expect(ana.composer).toHaveCount(0);
    await ana.listed(room).click();
    await expect(ana.composer).toBeInViewport({ ratio: 1 });
    await expect(ana.listed(room)).toBeHidden();
    await leave();
    await expect(ana.listed(room)).toBeVisible();
    await expect(ana.composer).toHaveCount(0);
    await expect(ana.page).toHaveURL('/');
  }
});

test('who is removed is told, keeps what they typed, and can go on after joining again', async ({
  people,
}) => {
  const { ana, ben, room } = await people.anaAndBen();
  await ben.opens(room);
  await ben.composer.fill('Half a thought');
  const ended = ben.page.getByRole('status').filter({ hasText: rooms.ended });
  const send = ben.page.getByRole('button', { name: words.messages.send });
  const notice = ben.page.locator('.ended');
  await expect(notice).toBeHidden();

  await ana.removes(ben, room);
  await expect(ended).toBeVisible();
  await expect(ben.composer).not.toBeEditable();
  await expect(ben.composer).toHaveValue('Half a thought');
  await expect(send).toBeDisabled();
  await ana.hasSaid(room, 'Without Ben');

  await ben.isIn(room);
  await expect(ended).toBeHidden();
  await expect(ben.message('Without Ben')).toBeVisible();
  await ben.composer.press('Enter');
  await expect(ben.delivered('Half a thought')).toBeVisible();
});

test('a visitor reads along and is asked to sign in', async ({ people }) => {
  const ana = await people.signedIn('ana');
  const room = await ana.hasRoom('Work permits');
  await ana.hasSaid(room, 'Mine came today!');
  const visitor = await people.stranger('ben');

  await visitor.visits(`/rooms/${room.id}`);
  await expect(visitor.message('Mine came today!')).toBeVisible();
  await expect(visitor.page.getByText(rooms.sign_in_lead)).toBeVisible();
  await expect(visitor.composer).toBeHidden();
});

test('a room without a name is refused at its field', async ({ people, troubles }) => {
  troubles.allowStatus(422);
  const ana = await people.signedIn('ana');
  const name = ana.field(rooms.name);
  await ana.visits('/rooms/new');
  await name.fill('   ');
  await ana.presses(rooms.create);

  await expect(name).toHaveAccessibleDescription(words.errors.room_name_invalid);
});

test('an unknown room is a page that says so, with status 404', async ({ people, troubles }) => {
  troubles.allowStatus(404);
  const ana = await people.signedIn('ana');
  for (const id of ['00000000-0000-4000-8000-000000000000', 'not-even-an-id']) {
    const answer = await ana.page.goto(`/rooms/${id}`);
    expect(answer?.status()).toBe(404);
    await expect(
      ana.page.getByRole('heading', { name: words.pages.not_found_title }),
    ).toBeVisible();
    await expect(ana.page.getByRole('main')).toContainText(words.errors.room_unknown);
    await expect(ana.page.getByRole('link', { name: words.pages.to_rooms })).toBeVisible();
  }
});

test('an address that leads nowhere is a page that says so, with status 404', async ({
  people,
  troubles,
}) => {
  troubles.allowStatus(404);
  const ana = await people.stranger('ana');
  const answer = await ana.page.goto('/nowhere/at/all');
  expect(answer?.status()).toBe(404);
  await expect(ana.page.getByRole('heading', { name: words.pages.not_found_title })).toBeVisible();
  await ana.page.getByRole('link', { name: words.pages.to_rooms }).click();
  await expect(ana.page).toHaveURL('/');
});

test('while a room is on its way, its shape is there', async ({ people }) => {
  const { ana, room } = await people.anaAndBen();
  await ana.visits('/');
  const held = new EventEmitter();
  const arrival = once(held, 'arrive');
  await ana.page.route('**/api/rooms/open', async (route) => {
    await arrival;
    await route.continue();
  });
  await ana.listed(room).click();
  const shape = ana.page.getByText(words.pages.loading);
  await expect(shape).toHaveCount(1);
  held.emit('arrive');
  await expect(ana.composer).toBeVisible();
  await expect(shape).toHaveCount(0);
});
