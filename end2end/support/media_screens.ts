// The screens of pictures, videos and files.

import type { Page } from '@playwright/test';
import { letter, picture } from './media.ts';
import { conversation, pictures, type Stage } from './scenes.ts';
import { fill, words } from './words.ts';

export const mediaScreens: Record<string, (stage: Stage) => Promise<Page>> = {
  'room with pictures': async (stage) => {
    const { ana, room } = await pictures(stage);
    await ana.opens(room);
    return ana.page;
  },

  'picture that is looked at': async (stage) => {
    const { ben, room } = await pictures(stage);
    await ben.opens(room);
    await ben.page.getByRole('link', { name: 'Two people before a tram' }).click();
    await ben.page.getByRole('dialog', { name: fill(words.media.counter, { at: 2, count: 9 }) }).waitFor();
    return ben.page;
  },

  'room with files to be sent': async (stage) => {
    const { ana, room } = await conversation(stage);
    await ana.opens(room);
    const broken = picture(900, 900, '', 'IMG_0007.png');
    broken.bytes = broken.bytes.subarray(0, 60);
    stage.troubles.allowStatus(422);
    await ana.picks(picture(1200, 800, '', 'IMG_0006.png'), letter('Appointment letter.pdf'), broken);
    const tray = ana.page.getByRole('list', { name: words.uploads.tray });
    await tray.getByText(words.uploads.ready).nth(1).waitFor();
    await tray.getByText(words.errors.picture_broken).waitFor();
    await ana.composer.fill('It came today');
    return ana.page;
  },

  'room whose message waits for its file': async (stage) => {
    const { ana, room } = await conversation(stage);
    await ana.opens(room);
    await ana.page.route('**/media/uploads/*', () => {});
    await ana.picks(picture(1200, 800, '', 'IMG_0006.png'));
    await ana.says('It came today');
    await ana.history.getByRole('progressbar').waitFor();
    return ana.page;
  },
};
