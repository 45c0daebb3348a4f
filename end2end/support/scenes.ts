// What has been said before a screen is shown.

import { film, letter, picture } from './media.ts';
import type { People } from './people.ts';
import type { Person, Room } from './person.ts';
import type { Server } from './server.ts';
import type { Troubles } from './troubles.ts';

/** What a screen comes about on. */
export interface Stage {
  people: People;
  server: Server;
  troubles: Troubles;
}

export async function someRooms(people: People, owner?: Person): Promise<[Room, ...Room[]]> {
  const chi = owner ?? (await people.signedIn('chi'));
  const first = await chi.hasRoom('K-1 · Manila · filed in March');
  const more = [];
  for (const name of [
    'F-1 · Spring intake',
    'Spouse visas, waiting for the interview',
    'Arbeitsvisum — Botschaft Accra',
    'تأشيرات الدراسة',
  ]) {
    more.push(await chi.hasRoom(name));
  }
  return [first, ...more];
}

/** Three people, twenty messages. */
export async function conversation({ people, server }: Stage) {
  const ana = await people.signedIn('ana');
  const ben = await people.signedIn('ben_okafor');
  const chi = await people.signedIn('chi_ramos');
  const [room] = await someRooms(people, chi);
  for (const person of [ana, ben, chi]) await person.isIn(room);
  for (const [person, text] of [
    [chi, 'Day 94. Still “case received”. Anyone from March who moved?'],
    [ben, 'Same here, received on the 12th.'],
    [ben, 'My lawyer says that the March files are only now being opened.'],
    [ana, 'Mine changed on Tuesday! The letter asks for more evidence.'],
    [chi, 'Oh no. Which evidence?'],
    [ana, 'Proof that we met in person. Photos, tickets, hotel bills.\nI had sent two photos.'],
    [ben, 'Two is few. We sent boarding passes as well, both directions.'],
    [chi, 'Do they take screenshots of an airline app?'],
    [ben, 'They took ours, printed, with the booking number in sight.'],
    [ana, 'That helps. I still have the passes somewhere.'],
    [ana, 'How long did it take after you answered?'],
    [ben, 'Nineteen days until the next line in the status.'],
    [chi, 'That is faster than the first step 😅'],
    [ana, 'I can live with nineteen days.'],
    [chi, 'Send it with tracking. A friend’s answer got lost and she only found out in June.'],
    [ana, 'Good idea. Post office tomorrow.'],
    [ben, 'And keep a copy of every page, in the same order.'],
    [chi, 'https://example.org/checklists/evidence-of-meeting has a list that I used'],
    [ana, 'You two are better than the hotline.'],
    [ben, 'We have waited longer than the hotline.'],
  ] as const) {
    await person.hasSaid(room, text);
  }
  // It took them an afternoon.
  await server.database.run(
    `UPDATE messages SET created_at = now() - make_interval(mins => 7 * (40 - seq::integer))`,
  );
  return { ana, ben, chi, room };
}

/** The same three, who answer, react and pin. */
export async function answers(stage: Stage) {
  const known = await conversation(stage);
  const { ana, ben, chi, room } = known;
  await ben.hasAnswered(room, 'How long did it take after you answered?', 'Nineteen days, **in total**.');
  for (const person of [ana, ben, chi]) {
    await person.hasReacted(room, 'Good idea. Post office tomorrow.', '👍');
  }
  await chi.hasReacted(room, 'Good idea. Post office tomorrow.', '📬');
  await chi.hasSaid(
    room,
    'What I sent, @ana:\n\n- boarding passes\n- `photos`, *ten* of them\n\n> keep a copy\n\n```\nMSC-21-123\n```',
  );
  await chi.hasPinned(room, 'And keep a copy of every page, in the same order.');
  await chi.hasAnswered(room, 'Good idea. Post office tomorrow.', 'Tell us how it went!');
  await ana.hasRead(room);
  return known;
}

/** The same three, who show what they have. */
export async function pictures(stage: Stage) {
  const known = await conversation(stage);
  const { ana, ben, chi, room } = known;
  await ben.visits('/');
  await chi.hasShown(room, '', picture(1200, 1600, 'The board of the airport, with our flight'));
  await ana.hasShown(room, 'All that I still have. The first one is from **Lisbon**.', ...[
    picture(1600, 900, 'Two people before a tram'),
    picture(900, 1600),
    picture(800, 800),
  ]);
  await ben.hasShown(
    room,
    'How ours was filled in',
    await film(ben.page, 'Pages of a form that are turned'),
    letter('Checklist for the evidence of a genuine and continuing relationship, signed copy.pdf'),
  );
  await ana.hasShown(room, '', ...[1, 2, 3, 4, 5].map((at) => picture(600 + 40 * at, 500, `Ticket ${at}`)));
  await ana.hasRead(room);
  return known;
}
