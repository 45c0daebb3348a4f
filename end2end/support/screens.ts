// Every screen, and how it comes about: for what holds on all of them, and for their pictures.

import type { Page } from '@playwright/test';
import type { Person } from './person.ts';
import { accountScreens } from './account_screens.ts';
import { journeyScreens } from './journey_screens.ts';
import { mediaScreens } from './media_screens.ts';
import { profileScreens } from './profile_screens.ts';
import { answers, conversation, someRooms, type Stage } from './scenes.ts';
import { fill, words } from './words.ts';

/** Each returns the page that shows the screen. */
export const screens: Record<string, (stage: Stage) => Promise<Page>> = {
  ...accountScreens,
  ...journeyScreens,
  ...mediaScreens,
  ...profileScreens,

  'home of a visitor': async ({ people }) => {
    await someRooms(people);
    const visitor = await people.stranger('ben');
    await visitor.visits('/');
    return visitor.page;
  },

  'home without rooms': async ({ people }) => {
    const ana = await people.signedIn('ana');
    await ana.visits('/');
    return ana.page;
  },

  'home of a member': async ({ people }) => {
    const [room] = await someRooms(people);
    const ben = await people.signedIn('ben');
    await ben.isIn(room);
    await ben.visits('/');
    return ben.page;
  },

  'home with news': async ({ people }) => {
    const chi = await people.signedIn('chi');
    const [room] = await someRooms(people, chi);
    const ben = await people.signedIn('ben');
    await ben.isIn(room);
    await chi.hasSaid(room, 'Anyone from March who moved?', 'What about you, @ben?');
    await ben.visits('/');
    return ben.page;
  },

  'home with a question': async ({ people }) => {
    const chi = await people.signedIn('chi');
    const [room] = await someRooms(people, chi);
    const ben = await people.signedIn('ben');
    await ben.isIn(room);
    await ben.context.addInitScript(() => {
      document.hasFocus = () => false;
      Object.defineProperty(Notification, 'permission', { value: 'default' });
    });
    await ben.visits('/');
    await chi.hasSaid(room, 'Anyone from March who moved?');
    await ben.page.getByText(words.notices.question).waitFor();
    return ben.page;
  },

  finder: async (stage) => {
    const { ana, room } = await conversation(stage);
    await ana.opens(room);
    await ana.page.keyboard.press('Control+k');
    await ana.page.getByRole('combobox').fill('i');
    await ana.page.getByText('chi_ramos').last().waitFor();
    return ana.page;
  },

  'keyboard shortcuts': async (stage) => {
    const { ana, room } = await conversation(stage);
    await ana.opens(room);
    await ana.page.keyboard.press('Control+/');
    await ana.page.getByRole('dialog').waitFor();
    return ana.page;
  },

  mentions: async (stage) => {
    const { ana, ben, room } = await conversation(stage);
    await ben.hasSaid(room, '@ana, did you find the boarding passes?');
    await ben.hasSaid(room, 'Ask @ana: she has been through this.\nHer letter came on a Tuesday.');
    await ana.visits('/mentions');
    return ana.page;
  },

  'mentions without any': async ({ people }) => {
    const ana = await people.signedIn('ana');
    await ana.visits('/mentions');
    return ana.page;
  },

  settings: async ({ people }) => {
    const ana = await people.signedIn('ana');
    await ana.visits('/settings');
    return ana.page;
  },

  'new room': async ({ people }) => {
    const ana = await people.signedIn('ana');
    await ana.visits('/rooms/new');
    return ana.page;
  },

  'room that is new': async ({ people }) => {
    const ana = await people.signedIn('ana');
    await ana.opens(await ana.hasRoom('F-1 · Spring intake'));
    return ana.page;
  },

  'room in conversation': async (stage) => {
    const { ana, room } = await conversation(stage);
    await ana.opens(room);
    return ana.page;
  },

  'room of a reader': async (stage) => {
    const { room } = await conversation(stage);
    const reader = await stage.people.signedIn('dalia');
    await reader.visits(`/rooms/${room.id}`);
    return reader.page;
  },

  'room of a visitor': async (stage) => {
    const { room } = await conversation(stage);
    const visitor = await stage.people.stranger('eun');
    await visitor.visits(`/rooms/${room.id}`);
    return visitor.page;
  },

  'about a room, for its owner': async (stage) => {
    const chi = await stage.people.signedIn('owner');
    const own = await chi.hasRoom('K-1 · Accra · filed in May');
    await chi.hasDescribed(own, 'The interview letters', 'For all who filed in May.\nBe kind.');
    for (const handle of ['member_one', 'member_two']) {
      await (await stage.people.signedIn(handle)).isIn(own);
    }
    await chi.hasInvite(own);
    await chi.visits(`/rooms/${own.id}/about`);
    await chi.page.getByText(words.about.manage).first().click();
    await chi.page.getByText(words.about.leave, { exact: true }).click();
    return chi.page;
  },

  'about a room, for a visitor': async (stage) => {
    const { room } = await conversation(stage);
    const visitor = await stage.people.stranger('eun');
    await visitor.visits(`/rooms/${room.id}/about`);
    return visitor.page;
  },

  'invite of a visitor': async ({ people }) => {
    const ana = await people.signedIn('ana');
    const room = await ana.hasRoom('Our family, waiting in Accra', 'group');
    await ana.hasDescribed(room, 'The interview', '');
    const visitor = await people.stranger('ben');
    await visitor.visits(await ana.hasInvite(room));
    return visitor.page;
  },

  'invite of a member': async ({ people }) => {
    const ana = await people.signedIn('ana');
    const room = await ana.hasRoom('Our family, waiting in Accra', 'group');
    const ben = await people.signedIn('ben');
    await ben.visits(await ana.hasInvite(room));
    return ben.page;
  },

  'direct message': async ({ people }) => {
    const ana = await people.signedIn('ana');
    await people.signedIn('ben_okafor');
    await ana.visits('/');
    await ana.field(words.accounts.handle).fill('ben_okafor');
    await ana.presses(words.rooms.write);
    await ana.composer.waitFor();
    return ana.page;
  },

  'message too long': async (stage) => {
    const { ana, room } = await conversation(stage);
    await ana.opens(room);
    await ana.says('Everything that I have sent them so far, in full. '.repeat(81));
    await ana.page.getByText(words.errors.body_long).waitFor();
    return ana.page;
  },

  'room while the server is away': async (stage) => {
    const { ana, room } = await conversation(stage);
    await ana.opens(room);
    stage.troubles.allowOutage();
    await stage.server.kill();
    await ana.banner.waitFor();
    await ana.says('Thank you both. I will call them in the morning.');
    await ana.page.getByText(words.messages.waiting).waitFor();
    return ana.page;
  },

  'room with company': async (stage) => {
    const { ana, ben, room } = await conversation(stage);
    await ana.opens(room);
    await ben.opens(room);
    await ana.page.getByText(fill(words.presence.here, { count: 2 })).waitFor();
    await ben.composer.pressSequentially('I will');
    await ana.page.getByText(fill(words.presence.typing, { name: ben.handle })).waitFor();
    return ana.page;
  },

  'room after a removal': async (stage) => {
    const { ben, chi, room } = await conversation(stage);
    await ben.opens(room);
    await ben.composer.fill('We could also ask for');
    await chi.removes(ben, room);
    await ben.page.getByText(words.rooms.ended).waitFor();
    return ben.page;
  },

  'menu of a message': async (stage) => {
    const { ana, room } = await conversation(stage);
    await ana.opens(room);
    await lastOpener(ana).click();
    await ana.page.getByRole('menuitem', { name: words.messages.edit }).waitFor();
    return ana.page;
  },

  'message that is changed': async (stage) => {
    const { ana, room } = await conversation(stage);
    await ana.opens(room);
    await ana.composer.press('ArrowUp');
    await ana.page.getByText(words.messages.editing).waitFor();
    return ana.page;
  },

  'message that is deleted': async (stage) => {
    const { ana, room } = await conversation(stage);
    await ana.opens(room);
    await lastOpener(ana).click();
    await ana.page.getByRole('menuitem', { name: words.messages.delete }).click();
    await ana.page.getByText(words.messages.deleting).waitFor();
    return ana.page;
  },

  'room with something new': async (stage) => {
    const { ana, ben, chi, room } = await conversation(stage);
    await ana.hasRead(room);
    await stage.server.database.run(
      `UPDATE messages SET created_at = created_at - interval '1 day'`,
    );
    await ben.hasSaid(room, 'Good morning! Anything in the post?');
    await chi.hasSaid(room, 'An envelope. A thin one.', ...'I am afraid to open it.'.split(/(?<=d) /));
    for (const text of ['Open it.', 'Open it!', 'We are with you.', 'Thin ones are good, I read.']) {
      await ben.hasSaid(room, text);
    }
    await chi.hasSaid(room, ...'APPROVED\nI cannot believe it\nI have to sit down'.split('\n'));
    for (let left = 12; left > 0; left--) await ben.hasSaid(room, 'Congratulations! '.repeat(left));
    await ana.opens(room);
    await ana.history.getByText(words.messages.new, { exact: true }).waitFor();
    await chi.hasSaid(room, 'Thank you both. All of you.');
    await ana.page.getByText(words.messages.new_one).waitFor();
    return ana.page;
  },

  'room with answers': async (stage) => {
    const { ana, room } = await answers(stage);
    await ana.opens(room);
    return ana.page;
  },

  'room where a name is typed': async (stage) => {
    const { ana, room } = await answers(stage);
    await ana.opens(room);
    await ana.composer.pressSequentially('Thank you @');
    await ana.page.getByRole('option', { name: 'ben_okafor' }).waitFor();
    return ana.page;
  },

  'pinned messages': async (stage) => {
    const { ana, room } = await answers(stage);
    await ana.visits(`/rooms/${room.id}/pins`);
    return ana.page;
  },

  'page of one’s own message': async (stage) => {
    const { ana, room } = await conversation(stage);
    await ana.visits(`/rooms/${room.id}`);
    await ana.visits((await lastOpener(ana).getAttribute('href')) ?? '');
    return ana.page;
  },

  'page of another’s message': async (stage) => {
    const { ana, room } = await conversation(stage);
    await ana.visits(`/rooms/${room.id}`);
    const others = ana.history.locator('.message:not(.mine)');
    const opener = others.getByRole('link', { name: words.messages.actions }).last();
    await ana.visits((await opener.getAttribute('href')) ?? '');
    return ana.page;
  },

  'room with what is hidden': async (stage) => {
    const { ana, ben, room } = await answers(stage);
    await ana.hasBlocked(ben.handle);
    await ana.visits(`/rooms/${room.id}`);
    await ana.page.getByText(words.messages.hidden).last().click();
    return ana.page;
  },

  'conversation that has ended': async ({ people }) => {
    const ana = await people.signedIn('ana');
    const ben = await people.signedIn('ben_okafor');
    const room = await ana.hasConversation(ben.handle);
    await ben.hasSaid(room, 'I know somebody at the office. It costs 300.');
    await ana.hasBlocked(ben.handle);
    await ana.visits(`/rooms/${room.id}`);
    return ana.page;
  },

  'report of a message': async (stage) => {
    const { ana, room } = await conversation(stage);
    await ana.visits(`/report?room=${room.id}&message=6`);
    return ana.page;
  },

  'report that was sent': async (stage) => {
    const { ana, room } = await conversation(stage);
    await ana.visits(`/report?room=${room.id}&message=6&sent=1`);
    return ana.page;
  },

  'not found': async ({ people, troubles }) => {
    troubles.allowStatus(404);
    const ana = await people.stranger('ana');
    await ana.visits('/rooms/00000000-0000-4000-8000-000000000000');
    return ana.page;
  },
};

/** What opens the menu of the newest message of one's own. */
function lastOpener(person: Person) {
  const own = person.history.locator('.mine');
  return own.getByRole('link', { name: words.messages.actions }).last();
}
