import { expect, test } from '../support/test.ts';
import { fill, words } from '../support/words.ts';

const { blocks, errors, messages, reports } = words;

for (const javaScriptEnabled of [true, false]) {
  const how = javaScriptEnabled ? 'with' : 'without';
  test(`a message is reported, and who has said it is blocked, ${how} JavaScript`, async ({
    people,
    troubles,
  }) => {
    troubles.allowStatus(422);
    const { ana, ben, room } = await people.anaAndBen({ javaScriptEnabled });
    await ben.hasSaid(room, 'Pay me');
    await ana.visits(`/rooms/${room.id}`);
    if (javaScriptEnabled) {
      await ana.chooses('Pay me', reports.report);
    } else {
      await ana.message('Pay me').getByRole('link', { name: messages.actions }).click();
      await ana.page.getByRole('link', { name: reports.report, exact: true }).click();
    }
    await expect(ana.page.getByRole('heading', { level: 1 })).toHaveText(reports.message_title);
    await expect(ana.page.getByText('Pay me', { exact: true })).toBeVisible();
    await ana.field(reports.category).selectOption(reports.personal_data);
    await ana.field(reports.note).fill('n'.repeat(1001));
    await ana.presses(reports.submit);
    await expect(ana.field(reports.note)).toHaveAccessibleDescription(errors.note_long);
    await expect(ana.field(reports.category)).toHaveValue('personal_data');

    await ana.field(reports.note).fill('He asks everybody.');
    await ana.presses(reports.submit);
    await expect(ana.page.getByRole('heading', { level: 1 })).toHaveText(reports.thanks_title);
    await ana.presses(`${blocks.block} ben`);
    await expect(ana.page.getByText(fill(reports.blocked, { handle: 'ben' }))).toBeVisible();
    await ana.page.getByRole('link', { name: reports.back }).click();
    await expect(ana.history.getByText(messages.hidden)).toBeVisible();
  });
}

test('a person and a room are reported from the page about the room', async ({ people }) => {
  const { ana, room } = await people.anaAndBen();
  for (const [link, title] of [
    [`${reports.report} ben`, fill(reports.person_title, { handle: 'ben' })],
    [reports.report_room, fill(reports.room_title, { room: room.name })],
  ] as const) {
    await ana.visits(`/rooms/${room.id}/about`);
    await ana.page.getByRole('link', { name: link, exact: true }).click();
    await expect(ana.page.getByRole('heading', { level: 1 })).toHaveText(title);
    await ana.presses(reports.submit);
    await expect(ana.page.getByRole('heading', { level: 1 })).toHaveText(reports.thanks_title);
  }
});
