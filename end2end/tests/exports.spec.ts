// Everything of one's own, to take away.

import { readFile } from 'node:fs/promises';
import { expect, test } from '../support/test.ts';
import { words } from '../support/words.ts';

for (const javaScriptEnabled of [true, false]) {
  const how = javaScriptEnabled ? 'with' : 'without';
  test(`a member takes what is theirs away, ${how} JavaScript`, async ({ people }) => {
    const ana = await people.signedIn('ana', { javaScriptEnabled });
    const room = await ana.hasRoom('Work permits');
    await ana.hasSaid(room, 'The letter is here');
    await ana.visits('/settings/data');
    const downloaded = ana.page.waitForEvent('download');
    await ana.page.getByRole('link', { name: words.exports.submit }).click();
    const download = await downloaded;
    expect(download.suggestedFilename()).toBe('layover-ana.zip');
    const archive = await readFile(await download.path());
    // What every such archive begins with, the name of its first file, and what it ends with.
    expect(archive.subarray(0, 4)).toEqual(Buffer.from('PK\x03\x04'));
    for (const name of ['README.txt', 'account.json', `messages/${room.id}.json`]) {
      expect(archive.includes(name), name).toBe(true);
    }
    expect(archive.subarray(-22, -18)).toEqual(Buffer.from('PK\x05\x06'));
    await expect(ana.page).toHaveURL('/settings/data');
  });
}
