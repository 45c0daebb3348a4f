// What becomes of messages while the connection, or the server, goes away.

import { expect, test } from '../support/test.ts';
import { words } from '../support/words.ts';

test.beforeEach(({ troubles }) => troubles.allowOutage());

test('a message sent while the server is down is delivered once when it is back', async ({
  people,
  server,
}) => {
  const { ana, ben, room } = await people.anaAndBen();
  await ana.opens(room);
  await ben.opens(room);
  await ana.says('Before');
  await expect(ben.delivered('Before')).toBeVisible();

  await ana.composer.pressSequentially('While the server ');
  await server.kill();
  await ana.composer.pressSequentially('is down');
  await expect(ana.banner).toBeVisible();
  await expect(ana.composer).toHaveValue('While the server is down');
  await ana.composer.press('Enter');
  await expect(ana.composer).toHaveValue('');
  await expect(ana.pending('While the server is down')).toContainText(words.messages.waiting);

  await server.start();
  await expect(ana.delivered('While the server is down')).toBeVisible();
  await expect(ben.delivered('While the server is down')).toBeVisible();
  await expect(ana.banner).toBeHidden();
  await ben.says('Welcome back');
  await expect(ana.delivered('Welcome back')).toBeVisible();

  for (const person of [ana, ben]) {
    await person.reloads();
    await expect(person.delivered('Before')).toHaveCount(1);
    await expect(person.message('While the server is down')).toHaveCount(1);
    await expect(person.delivered('Welcome back')).toHaveCount(1);
  }
});

test('a message that a dying server has not answered is delivered once', async ({
  people,
  server,
}) => {
  const ana = await people.signedIn('ana');
  const room = await ana.hasRoom('Work permits');
  await ana.opens(room);

  server.freeze();
  await ana.says('Is anybody there?');
  await expect(ana.pending('Is anybody there?')).toContainText(words.messages.sending);
  await server.kill();
  await server.start();
  await expect(ana.delivered('Is anybody there?')).toBeVisible();
  await ana.reloads();
  await expect(ana.message('Is anybody there?')).toHaveCount(1);
});

test('a message whose answer was lost on the way is not doubled', async ({
  people,
  server,
  troubles,
}) => {
  troubles.allowOutage();
  const { ana, ben, room } = await people.anaAndBen();
  let answered = true;
  await ana.page.routeWebSocket('**/live', (socket) => {
    const live = socket.connectToServer();
    live.onMessage((frame) => {
      const { type } = JSON.parse(frame.toString());
      if (answered || !['accepted', 'changes'].includes(type)) socket.send(frame);
    });
  });
  await ana.visits(`/rooms/${room.id}`);
  await ana.says('Hello');
  await expect(ana.delivered('Hello')).toBeVisible();
  await ben.opens(room);

  answered = false;
  await ana.says('Did that go out?');
  await expect(ben.delivered('Did that go out?')).toBeVisible();
  await expect(ana.pending('Did that go out?')).toBeVisible();
  await server.kill();
  answered = true;
  await server.start();

  await expect(ana.delivered('Did that go out?')).toBeVisible();
  await expect(ana.message('Did that go out?')).toHaveCount(1);
  await ben.reloads();
  await expect(ben.message('Did that go out?')).toHaveCount(1);
});

test('what waits to be sent survives a reload', async ({ people, server }) => {
  const ana = await people.signedIn('ana');
  const room = await ana.hasRoom('Work permits');
  await ana.opens(room);

  server.freeze();
  await ana.says('Patience');
  await expect(ana.pending('Patience')).toBeVisible();
  await server.kill();
  await server.start();
  await ana.reloads();
  await expect(ana.delivered('Patience')).toHaveCount(1);
});

test('what could not be sent is still there after a reload, and another tab sends it', async ({
  people,
}) => {
  const { ana, ben, room } = await people.anaAndBen();
  await ben.opens(room);
  const goesThrough = await ana.isCutShort();
  const other = await ana.opensTab();
  await other.visits(`/rooms/${room.id}`);
  await ana.visits(`/rooms/${room.id}`);

  for (const text of ['One', 'Two']) await ana.says(text);
  await expect(other.pending('Two')).toBeVisible();
  await ana.reloads();
  await expect(ana.pending('Two')).toBeVisible();
  await expect(ben.message('One')).toHaveCount(0);
  goesThrough();
  await ana.page.close();

  for (const text of ['One', 'Two']) await expect(other.delivered(text)).toBeVisible();
  await expect(ben.history.getByText(/^(One|Two)$/)).toHaveText(['One', 'Two']);
  await other.reloads();
  await expect(other.history.getByText(/^(One|Two)$/)).toHaveText(['One', 'Two']);
});

test('two tabs that come back together deliver everything once, each in its order', async ({
  people,
  server,
}) => {
  const { ana, ben, room } = await people.anaAndBen();
  const other = await ana.opensTab();
  for (const person of [ana, other, ben]) await person.opens(room);

  await server.kill();
  for (const tab of [ana, other]) await expect(tab.banner).toBeVisible();
  for (const count of [1, 2, 3]) {
    await ana.says(`Here ${count}`);
    await other.says(`There ${count}`);
  }
  await expect(ana.pending('There 3')).toBeVisible();
  await expect(other.pending('Here 1')).toBeVisible();
  await server.start();

  for (const person of [ana, other, ben]) {
    for (const count of [1, 2, 3]) {
      await expect(person.delivered(`Here ${count}`)).toHaveCount(1);
      await expect(person.delivered(`There ${count}`)).toHaveCount(1);
    }
  }
  await ben.reloads();
  for (const tab of ['Here', 'There']) {
    const inOrder = [1, 2, 3].map((count) => `${tab} ${count}`);
    await expect(ben.history.getByText(new RegExp(`^${tab} \\d$`))).toHaveText(inOrder);
  }
});

test('what one person has not sent is nothing to the next who uses the browser', async ({
  people,
}) => {
  const ana = await people.signedIn('ana');
  const room = await ana.hasRoom('Work permits');
  const goesThrough = await ana.isCutShort();
  await ana.visits(`/rooms/${room.id}`);
  await ana.says('From Ana');
  await expect(ana.pending('From Ana')).toBeVisible();
  await ana.context.clearCookies();

  const ben = await people.stranger('ben');
  await ben.hasAnAccount();
  await ben.isIn(room);
  await ana.context.addCookies(await ben.context.cookies());
  goesThrough();
  await ana.visits(`/rooms/${room.id}`);
  await ana.says('From Ben');
  await expect(ana.delivered('From Ben')).toBeVisible();
  await expect(ana.message('From Ana')).toHaveCount(0);

  // Whoever wrote it finds it again.
  await ana.context.clearCookies();
  await ana.signsInAgain();
  await ana.visits(`/rooms/${room.id}`);
  await expect(ana.delivered('From Ana')).toHaveCount(1);
});

test('a tab never speaks for somebody who has signed in after its owner', async ({
  people,
  server,
}) => {
  const { ana, ben, room } = await people.anaAndBen();
  await ana.opens(room);
  await server.kill();
  await expect(ana.banner).toBeVisible();
  await ana.says('From Ana');
  await ana.context.clearCookies();
  await ana.context.addCookies(await ben.context.cookies());
  await server.start();

  await expect(ana.page.getByText(words.live.signed_out)).toBeVisible();
  await expect(ana.pending('From Ana')).toBeVisible();
  await ben.opens(room);
  await expect(ben.message('From Ana')).toHaveCount(0);
});

test('a browser that was offline catches up and sends when it is online again', async ({
  people,
  server,
}) => {
  const { ana, ben, room } = await people.anaAndBen();
  await ana.opens(room);

  await ana.context.setOffline(true);
  // An open socket does not notice by itself: what breaks it is the server's end.
  await server.kill();
  await server.start();
  await expect(ana.banner).toBeVisible();
  await ben.opens(room);
  for (const text of ['One', 'Two', 'Three']) await ben.says(text);
  await expect(ben.delivered('Three')).toBeVisible();
  await ana.says('Four');
  await expect(ana.pending('Four')).toContainText(words.messages.waiting);

  await ana.context.setOffline(false);
  await expect(ana.delivered('Four')).toBeVisible();
  await expect(ben.delivered('Four')).toBeVisible();
  await expect(ana.banner).toBeHidden();
  const inOrder = ['One', 'Two', 'Three', 'Four'];
  for (const person of [ana, ben]) {
    await expect(person.history.getByText(/^(One|Two|Three|Four)$/)).toHaveText(inOrder);
  }
});

test('a page whose code cannot come says so, and another one opens when it can', async ({
  people,
  troubles,
}) => {
  troubles.allowOutage();
  const ana = await people.signedIn('ana');
  await ana.opens(await ana.hasRoom('Work permits'));
  await ana.context.setOffline(true);
  await ana.page.getByRole('link', { name: words.rooms.about }).click();
  await expect(ana.page.getByText(words.errors.offline)).toBeVisible();
  await ana.context.setOffline(false);
  await ana.page.getByRole('link', { name: words.pages.to_rooms }).click();
  await expect(ana.page.getByText(words.rooms.lead)).toBeVisible();
});

test('a server that is stopped and started again is hardly noticed', async ({
  people,
  server,
}) => {
  const ana = await people.signedIn('ana');
  const room = await ana.hasRoom('Work permits');
  await ana.opens(room);
  await ana.composer.fill('Half a sent');
  const subscribed = ana.hears('subscribed');
  await server.stop();
  await server.start();
  await subscribed;

  await ana.composer.pressSequentially('ence');
  await ana.composer.press('Enter');
  await expect(ana.delivered('Half a sentence')).toHaveCount(1);
});
