// The end of an account.

import { expect, test } from '../support/test.ts';
import { words } from '../support/words.ts';

const { account, accounts, deletions, errors, messages } = words;

for (const javaScriptEnabled of [true, false]) {
  const how = javaScriptEnabled ? 'with' : 'without';
  test(`a member asks for the end of their account and takes it back, ${how} JavaScript`, async ({
    people,
    troubles,
  }) => {
    troubles.allowStatus(422);
    const ana = await people.signedIn('ana', { javaScriptEnabled });
    await ana.visits('/settings/data');
    await ana.field(deletions.messages).selectOption(deletions.erase);
    await ana.field(account.current).fill('something else');
    await ana.presses(deletions.submit);
    await expect(ana.page.getByText(errors.current_wrong)).toBeVisible();
    await expect(ana.field(deletions.messages)).toHaveValue('erase');
    await ana.field(account.current).fill(ana.password);
    await ana.presses(deletions.submit);
    const notice = ana.page.getByText(deletions.due_erase);
    await expect(notice).toBeVisible();
    await expect(ana.page).toHaveURL('/settings/data');
    await ana.reloads();
    await expect(notice).toBeVisible();
    await ana.presses(deletions.keep_account);
    await expect(ana.field(deletions.messages)).toBeVisible();
    await expect(notice).toHaveCount(0);
  });
}

test('what a member has said is gone for the others when their account ends', async ({
  people,
  server,
  troubles,
}) => {
  troubles.allowOutage();
  troubles.allowStatus(401);
  const { ana, ben, room } = await people.anaAndBen();
  await ana.hasSaid(room, 'A secret');
  await ana.visits('/settings/data');
  await ana.field(deletions.messages).selectOption(deletions.erase);
  await ana.field(account.current).fill(ana.password);
  await ana.presses(deletions.submit);
  await expect(ana.page.getByText(deletions.due_erase)).toBeVisible();
  await ben.opens(room);
  await expect(ben.message('A secret')).toBeVisible();
  const due = 'UPDATE users SET deletion_due_at = now() WHERE deletion_due_at IS NOT NULL';
  await server.database.run(due);
  // A server looks for what is due when it starts, and from time to time.
  await server.stop();
  await server.start();
  await expect(ben.message('A secret')).toHaveCount(0);
  await expect(ben.history).toContainText(messages.deleted);
  await ben.reloads();
  await expect(ben.history).toContainText(accounts.deleted);
  await ana.signsIn();
  await expect(ana.page.getByText(errors.credentials_wrong)).toBeVisible();
});
