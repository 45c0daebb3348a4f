// What becomes of messages while the connection, or the server, goes away.

import { expect, test } from '../support/test.ts';
import { words } from '../support/words.ts';

test.beforeEach(({ troubles }) => troubles.allowOutage());

test('a message sent while the server is down is delivered once when it is back', async ({
  people,
  server,
}) => {
  const ana = await people.signedIn('ana');
  const ben = await people.signedIn('ben');
  const room = await ana.hasRoom('Work permits');
  await ben.isIn(room);
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

test('a message whose answer was lost on the way is not doubled', async ({ people, server }) => {
  const ana = await people.signedIn('ana');
  const ben = await people.signedIn('ben');
  const room = await ana.hasRoom('Work permits');
  await ben.isIn(room);
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

test('a browser that was offline catches up and sends when it is online again', async ({
  people,
  server,
}) => {
  const ana = await people.signedIn('ana');
  const ben = await people.signedIn('ben');
  const room = await ana.hasRoom('Work permits');
  await ben.isIn(room);
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
