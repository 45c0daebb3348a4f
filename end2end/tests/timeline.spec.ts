// Moving through a long history: nothing jumps, nothing piles up, and everybody finds where they were.

import type { Page } from '@playwright/test';
import { type Person, type Room } from '../support/person.ts';
import { expect, test } from '../support/test.ts';
import { fill, words } from '../support/words.ts';

const { messages } = words;

/** How far below the upper edge of the window a line stands. */
async function top(person: Person, text: string): Promise<number> {
  const box = await person.page.getByText(text, { exact: true }).boundingBox();
  if (!box) throw new Error(`${text} is not on the page`);
  return box.y;
}

/** Scrolls near one end of what is loaded, until the next page has come in there. */
async function loadsMore(page: Page, back: boolean) {
  return page.evaluate(async (back) => {
    const scroller = document.getElementById('messages')!;
    const rows = () => [...scroller.querySelectorAll<HTMLElement>('.messages > li[id]')];
    const outermost = () => rows().at(back ? 0 : -1)!.id;
    const frame = () => new Promise(requestAnimationFrame);
    const edge = outermost();
    // The scroller counts from its end.
    scroller.scrollTop = back ? scroller.clientHeight - scroller.scrollHeight + 300 : -300;
    await frame();
    const upper = scroller.getBoundingClientRect().top;
    const { id } = rows().find((row) => row.getBoundingClientRect().top > upper)!;
    const stands = () => document.getElementById(id)!.getBoundingClientRect().top;
    const stood = stands();
    let moved = 0;
    for (let still = 0; still < 3; still = outermost() === edge ? 0 : still + 1) {
      await frame();
      moved = Math.max(moved, Math.abs(stands() - stood));
    }
    return { moved, nodes: scroller.querySelectorAll('li').length };
  }, back);
}

/** How far somebody has read a room. */
async function read(person: Person, room: Room): Promise<number> {
  return (await person.knows(room)).read;
}

test('5,000 messages are read back and forth, a few hundred at a time, and no line moves', async ({
  people,
  server,
}) => {
  test.slow();
  const ana = await people.signedIn('ana');
  const room = await ana.hasRoom('Work permits');
  await server.database.fill(room.id, ana.handle, 5000);
  await ana.opens(room);
  await expect(ana.message('Line 5000')).toBeInViewport();

  for (const [back, last] of [
    [true, 'Line 1'],
    [false, 'Line 1000'],
  ] as const) {
    while ((await ana.message(last).count()) === 0) {
      const { moved, nodes } = await loadsMore(ana.page, back);
      expect(moved).toBeLessThanOrEqual(1);
      expect(nodes).toBeLessThan(600);
    }
  }
  await expect(ana.page).toHaveURL(`/rooms/${room.id}`);
});

/** How far down the window what is new begins: 0 at its upper edge, 1 at its lower. */
async function dividerAt(person: Person): Promise<number> {
  const window = await person.page.locator('#messages').boundingBox();
  if (!window) throw new Error('there is no history');
  return ((await top(person, messages.new)) - window.y) / window.height;
}

test('a room opens where what is new begins, below a divider that stays', async ({
  people,
  server,
}) => {
  const { ana, ben, room } = await people.anaAndBen();
  await server.database.fill(room.id, ana.handle, 100);
  await ana.hasSaid(room, 'My own');
  await ben.hasSaid(room, ...Array.from({ length: 60 }, (_, at) => `News ${at + 1}`));
  await ana.opens(room);
  const divider = ana.history.getByText(messages.new, { exact: true });

  await expect(divider).toBeInViewport();
  await expect(ana.message('News 1')).toBeInViewport();
  await expect(ana.message('My own')).toBeInViewport();
  expect(await top(ana, 'News 1')).toBeGreaterThan(await top(ana, messages.new));
  const at = await dividerAt(ana);
  expect(at).toBeGreaterThan(0.2);
  expect(at).toBeLessThan(0.5);

  await ana.page.getByRole('link', { name: messages.latest }).click();
  await expect(ana.message('News 60')).toBeInViewport();
  await ben.hasSaid(room, 'Another one');
  await expect(ana.message('Another one')).toBeInViewport();
  await loadsMore(ana.page, true);
  await expect(divider).toHaveCount(1);

  const { last } = await ana.knows(room);
  await expect.poll(() => read(ana, room)).toBe(last);
  await ana.visits('/');
  await ana.opens(room);
  await expect(ana.message('Another one')).toBeInViewport();
  await expect(divider).toHaveCount(0);
});

test('whoever reads further up is told how much is new, and is led to the first of it', async ({
  people,
  server,
}) => {
  const { ana, ben, room } = await people.anaAndBen();
  await server.database.fill(room.id, ana.handle, 100);
  await ana.opens(room);
  await expect(ana.message('Line 100')).toBeInViewport();
  await ana.message('Line 80').scrollIntoViewIfNeeded();
  const stood = await top(ana, 'Line 80');

  await ben.hasSaid(room, 'One');
  const pill = (text: string) => ana.page.getByRole('link', { name: text, exact: true });
  await expect(pill(messages.new_one)).toBeVisible();
  await ben.hasSaid(room, 'Two\n'.repeat(60), 'Three');
  await expect(pill(fill(messages.new_many, { count: 3 }))).toBeVisible();
  expect(Math.abs((await top(ana, 'Line 80')) - stood)).toBeLessThanOrEqual(1);

  await pill(fill(messages.new_many, { count: 3 })).click();
  await expect(ana.message('One')).toBeInViewport();
  await expect(ana.message('Three')).not.toBeInViewport();
  await expect(pill(fill(messages.new_many, { count: 2 }))).toBeVisible();
  await ana.message('Three').scrollIntoViewIfNeeded();
  await expect(pill(messages.new_one)).toHaveCount(0);
});

test('a message that becomes longer, above or below, moves no line', async ({ people, server }) => {
  const { ana, room } = await people.anaAndBen();
  await server.database.fill(room.id, ana.handle, 45);
  await ana.opens(room);
  await expect(ana.message('Line 45')).toBeInViewport();
  await ana.message('Line 25').scrollIntoViewIfNeeded();
  const stood = await top(ana, 'Line 25');
  for (const [text, where] of [
    ['Line 3', 'above'],
    ['Line 44', 'below'],
  ] as const) {
    await ana.hasChanged(room, text, `${'And then\n'.repeat(20)}so much ${where}`);
    const changed = ana.history.getByText(`so much ${where}`);
    await expect(changed).toBeAttached();
    expect((await changed.boundingBox())?.height).toBeGreaterThan(400);
    expect(Math.abs((await top(ana, 'Line 25')) - stood), where).toBeLessThanOrEqual(1);
  }
});

test('what one says is in sight, however far from the present one has read', async ({
  people,
  server,
}) => {
  const { ana, room } = await people.anaAndBen();
  await server.database.fill(room.id, ana.handle, 400);
  await ana.visits(`/rooms/${room.id}?at=50#m50`);
  await expect(ana.message('Line 400')).toHaveCount(0);
  await ana.says('Back with you');
  await expect(ana.delivered('Back with you')).toBeInViewport();
  await expect(ana.message('Line 400')).toBeInViewport();
});

for (const javaScriptEnabled of [true, false]) {
  test(`a permalink leads to its message and marks it, ${javaScriptEnabled ? 'with' : 'without'} scripts`, async ({
    people,
    server,
  }) => {
    const ana = await people.signedIn('ana', { javaScriptEnabled });
    const room = await ana.hasRoom('Work permits');
    await server.database.fill(room.id, ana.handle, 400);
    await ana.visits(`/rooms/${room.id}?before=150`);
    const line = ana.message('Line 120');
    const link = await line.getByRole('link').first().getAttribute('href');

    await ana.visits(link ?? '');
    await expect(line).toBeInViewport({ ratio: 1 });
    await expect(line).toHaveClass(/marked/);
    await expect(ana.message('Line 400')).toHaveCount(0);
    // Scripts load on by themselves.
    if (javaScriptEnabled) await loadsMore(ana.page, false);
    else await ana.page.getByRole('link', { name: messages.later }).click();
    await expect(ana.message('Line 160')).toBeAttached();
    await ana.page.getByRole('link', { name: messages.latest }).click();
    await expect(ana.message('Line 400')).toBeInViewport();
  });
}

test('without scripts a room opens where what is new begins, too', async ({ people }) => {
  const ana = await people.signedIn('ana', { javaScriptEnabled: false });
  const ben = await people.signedIn('ben');
  const room = await ana.hasRoom('Work permits');
  await ben.isIn(room);
  await ana.hasSaid(room, ...'ABCDEFGHIJ');
  await ben.hasSaid(room, ...Array.from({ length: 60 }, (_, at) => `Line ${at + 1}`));
  await ana.opens(room);
  await expect(ana.history.getByText(messages.new, { exact: true })).toBeInViewport();
  await expect(ana.message('Line 1')).toBeInViewport();
  const at = await dividerAt(ana);
  expect(at).toBeGreaterThan(0.2);
  expect(at).toBeLessThan(0.5);
});

test('what comes while nobody looks is not read', async ({ people }) => {
  const { ana, ben, room } = await people.anaAndBen();
  const reads: number[] = [];
  ana.page.on('websocket', (socket) => {
    socket.on('framesent', ({ payload }) => {
      const frame = JSON.parse(payload.toString());
      if (frame.type === 'read') reads.push(frame.seq);
    });
  });
  const looks = (looks: boolean) =>
    ana.page.evaluate((looks) => {
      document.hasFocus = () => looks;
      window.dispatchEvent(new Event('focus'));
    }, looks);
  await ana.page.addInitScript(() => {
    document.hasFocus = () => false;
  });
  await ana.opens(room);
  await ben.hasSaid(room, 'One', 'Two');
  await expect(ana.message('Two')).toBeInViewport();
  expect(reads).toEqual([]);

  const { last } = await ana.knows(room);
  await looks(true);
  await expect.poll(() => read(ana, room)).toBe(last);
  expect(reads).toEqual([last]);

  await looks(false);
  await ben.hasSaid(room, 'Three');
  await expect(ana.message('Three')).toBeInViewport();
  expect(reads).toEqual([last]);
});

test('what is below the window is not read', async ({ people }) => {
  const { ana, ben, room } = await people.anaAndBen();
  await ben.hasSaid(room, ...Array.from({ length: 40 }, (_, at) => `Line ${at + 1}`));
  await ana.opens(room);
  await expect.poll(() => read(ana, room)).toBeGreaterThan(2);
  const { last } = await ana.knows(room);
  expect(await read(ana, room)).toBeLessThan(last - 10);
});

test('a message that is deleted out of sight is not there when one comes to it', async ({
  people,
  server,
}) => {
  const { ana, ben, room } = await people.anaAndBen();
  await ben.hasSaid(room, 'Not for long');
  await server.database.fill(room.id, ana.handle, 200);
  await ana.opens(room);
  await ana.page.getByRole('link', { name: messages.latest }).click();
  await expect(ana.message('Line 200')).toBeInViewport();
  await ben.hasDeleted(room, 'Not for long');
  const deleted = ana.history.getByText(messages.deleted);
  const atTheBeginning = async () => {
    await ana.page.evaluate(() => document.getElementById('messages')!.scrollTo(0, -1e6));
    return deleted.count();
  };
  await expect.poll(atTheBeginning).toBe(1);
  await expect(ana.message('Not for long')).toHaveCount(0);
});

test('Back and a reload lead to where one was', async ({ people, server }) => {
  const { ana, room } = await people.anaAndBen();
  await server.database.fill(room.id, ana.handle, 400);
  await ana.opens(room);
  for (let pages = 0; pages < 3; pages++) await loadsMore(ana.page, true);
  // The browser's entry has a name by then: what it is called under is kept when the page is left.
  await ana.page.waitForFunction(() => history.state !== null);
  const line = ana.message('Line 230');
  await line.scrollIntoViewIfNeeded();
  const stood = await top(ana, 'Line 230');
  await ana.page.getByRole('link', { name: words.rooms.about }).click();
  await ana.page.waitForURL(/about/);
  await ana.page.goBack();
  await expect(line).toBeInViewport();
  await expect.poll(async () => Math.abs((await top(ana, 'Line 230')) - stood)).toBeLessThanOrEqual(1);
  await ana.reloads();
  await expect.poll(async () => Math.abs((await top(ana, 'Line 230')) - stood)).toBeLessThanOrEqual(1);
});

test('the day that is read stays in sight', async ({ people, server }) => {
  const { ana, room } = await people.anaAndBen();
  await server.database.fill(room.id, ana.handle, 120);
  await server.database.run(
    `UPDATE messages SET created_at = now() - interval '1 day' WHERE seq < 100`,
  );
  await ana.opens(room);
  const inSight = async () => {
    const scroller = await ana.page.locator('#messages').boundingBox();
    return ana.page.evaluate(({ x, y, width }) => {
      const found = document.elementsFromPoint(x + width / 2, y + 12);
      return found.find((element) => element.matches('.day, .day *'))?.textContent?.trim();
    }, scroller!);
  };
  expect(await inSight()).toBe(words.time.today);
  await ana.message('Line 80').scrollIntoViewIfNeeded();
  expect(await inSight()).toBe(words.time.yesterday);
});

test('below another of its author, a message shows its time when pointed at, and that it was changed', async ({
  people,
}) => {
  const { ana, room } = await people.anaAndBen();
  await ana.hasSaid(room, 'One', 'Two', 'Three');
  await ana.hasChanged(room, 'Three', 'Three, changed');
  await ana.opens(room);
  const head = async (text: string) => {
    const box = await ana.message(text).locator('.message-head').boundingBox();
    return box?.width ?? 0;
  };
  expect(await head('Two')).toBeLessThan(2);
  await ana.message('Two').hover();
  await expect.poll(() => head('Two')).toBeGreaterThan(10);
  expect(await head('Three, changed')).toBeGreaterThan(10);
});
