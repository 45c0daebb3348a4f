// Notifications of the system, for which a stand-in keeps account.

import type { People } from '../support/people.ts';
import type { Person } from '../support/person.ts';
import { expect, test } from '../support/test.ts';
import { words } from '../support/words.ts';

const { notices } = words;

interface Notice {
  title: string;
  body: string;
  tag: string;
  onclick?: () => void;
  close(): void;
}

declare global {
  interface Window {
    notices: Notice[];
  }
}

/** Ana, and Ben, who looks at something else. */
async function benIsAway(people: People, permission: NotificationPermission) {
  const { ana, ben, room } = await people.anaAndBen();
  await ben.context.addInitScript((permission) => {
    document.hasFocus = () => false;
    window.notices = [];
    class StandIn {
      static permission = permission;
      static requestPermission = async () => (StandIn.permission = 'granted');
      body: string;
      tag: string;
      constructor(
        public title: string,
        options: NotificationOptions,
      ) {
        this.body = options.body ?? '';
        this.tag = options.tag ?? '';
        window.notices.push(this);
      }
      close() {}
    }
    Object.assign(window, { Notification: StandIn });
  }, permission);
  await ben.visits('/');
  return { ana, ben, room };
}

function told({ page }: Person) {
  return page.evaluate(() => window.notices.map(({ title, body, tag }) => ({ title, body, tag })));
}

test('who looks elsewhere is told of what is new, by room, and gets there by a click', async ({
  people,
}) => {
  const { ana, ben, room } = await benIsAway(people, 'granted');
  await ana.hasSaid(room, 'It came');
  const notice = { title: room.name, body: notices.one, tag: room.id };
  await expect.poll(() => told(ben)).toEqual([notice]);
  await ben.page.evaluate(() => window.notices[0]?.onclick?.());
  await expect(ben.message('It came')).toBeVisible();
});

test('what was muted, or read elsewhere, is not told', async ({ people }) => {
  const { ana, ben, room } = await benIsAway(people, 'granted');
  const muted = await ana.hasRoom('Student visas');
  await ben.isIn(muted);
  await ben.hasMuted(muted, 'none');
  await ana.hasSaid(muted, 'Nobody is told of this');
  await ana.hasSaid(room, 'But of this');
  await expect.poll(async () => (await told(ben)).map(({ title }) => title)).toEqual([room.name]);
});

test('a browser is asked for it when it would have been of use, and not again if declined', async ({
  people,
}) => {
  const { ana, ben, room } = await benIsAway(people, 'default');
  const question = ben.page.getByText(notices.question);
  await expect(question).toHaveCount(0);
  await ana.hasSaid(room, 'It came');
  await expect(question).toBeVisible();
  await ben.presses(notices.decline);
  await expect(question).toHaveCount(0);

  await ben.reloads();
  await expect(ben.page).toHaveTitle(/^\(1\)/);
  await ana.hasSaid(room, 'And another one');
  await expect(ben.page).toHaveTitle(/^\(2\)/);
  await expect(question).toHaveCount(0);
});

test('who agrees is told from then on', async ({ people }) => {
  const { ana, ben, room } = await benIsAway(people, 'default');
  await ana.hasSaid(room, 'It came');
  await ben.presses(notices.accept);
  await expect(ben.page.getByText(notices.question)).toHaveCount(0);
  await ana.hasSaid(room, 'And another one');
  await expect.poll(() => told(ben)).toHaveLength(1);
});
