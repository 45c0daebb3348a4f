// What people send beside words: how it is picked, how it gets there, and what becomes of it on the way.

import { createHash, randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Locator } from '@playwright/test';
import { film, letter, picture, type Upload } from '../support/media.ts';
import type { Person } from '../support/person.ts';
import { expect, onTwoNodes, test } from '../support/test.ts';
import { fill, words } from '../support/words.ts';

const { media, messages, uploads } = words;

/** What is to be sent with the next message. */
const tray = (person: Person) => person.page.getByRole('list', { name: uploads.tray });

const inTray = (person: Person, name: string) => tray(person).getByRole('listitem').filter({ hasText: name });

const isReady = (person: Person, name: string) => expect(inTray(person, name)).toContainText(uploads.ready);

/** A picture in the history, by what it shows. */
const shown = (person: Person, alt: string) =>
  person.history.locator('.message:not(.pending)').getByRole('img', { name: alt, exact: true });

const isLoaded = (image: Locator) =>
  expect.poll(() => image.evaluate((image: HTMLImageElement) => image.complete && image.naturalWidth)).toBeGreaterThan(0);

/** A file that no packing makes smaller. */
function noise(name: string, size: number): Upload {
  return { name, mime: 'application/octet-stream', bytes: randomBytes(size) };
}

const sum = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

onTwoNodes('a picture and a video that one browser sends are seen in another on another node', async ({
  people,
  elsewhere,
}) => {
  const { ana, ben } = await people.anaAndBenOn(elsewhere);
  await ana.picks(picture(1600, 1000, '', 'envelope.png'), await film(ana.page));
  await isReady(ana, 'envelope.png');
  await isReady(ana, 'film.webm');
  const alt = ana.field(fill(uploads.alt_label, { name: 'envelope.png' }));
  await alt.fill('A thick envelope');
  await alt.press('Enter');
  await expect(ana.composer, 'that sends nothing yet').toBeFocused();
  await ana.says('It came');
  await expect(tray(ana)).toBeHidden();

  await expect(ben.delivered('It came')).toBeVisible();
  await isLoaded(shown(ben, 'A thick envelope'));
  const video = ben.history.getByLabel(fill(media.video_from, { name: 'ana' }));
  await expect(video).toBeVisible();
  expect(await video.getAttribute('poster'), 'a still that the browser has made').toMatch(/poster$/);
  await video.evaluate((video: HTMLVideoElement) => video.play());
  await expect.poll(() => video.evaluate((video: HTMLVideoElement) => video.currentTime)).toBeGreaterThan(0);
  await isLoaded(shown(ana, 'A thick envelope'));
  await expect(ana.history.locator('.pending')).toHaveCount(0);
});

test('an upload whose plug is pulled goes on where it was, and the message with it', async ({
  people,
  troubles,
}) => {
  troubles.allowOutage();
  const { ana, ben, room } = await people.anaAndBen();
  await ana.opens(room);
  await ben.opens(room);
  const sent = noise('scan.bin', 5 * 1024 * 1024);
  const offsets: number[] = [];
  let pulled = false;
  await ana.page.route('**/media/uploads/*', async (route) => {
    const request = route.request();
    if (request.method() === 'PATCH') {
      const offset = Number(request.headers()['upload-offset']);
      offsets.push(offset);
      if (offset > 0 && !pulled) {
        pulled = true;
        await ana.context.setOffline(true);
        return route.abort('internetdisconnected');
      }
    }
    return route.continue();
  });
  await ana.picks(sent);
  await expect(inTray(ana, 'scan.bin')).toContainText(uploads.troubled);
  // One does not wait for it.
  await ana.says('My scan');
  await expect(ana.pending('My scan')).toContainText('scan.bin');
  await ana.context.setOffline(false);

  await expect(ben.delivered('My scan')).toBeVisible({ timeout: 20_000 });
  expect(offsets.filter((offset) => offset === 0), 'it did not begin anew').toHaveLength(1);
  const download = ben.page.waitForEvent('download');
  await ben.history.getByRole('link', { name: 'scan.bin' }).click();
  expect(sum(await readFile(await (await download).path()))).toBe(sum(sent.bytes));
});

test('a message waits for its files, and those that come after it do not', async ({ people }) => {
  const { ana, ben, room } = await people.anaAndBen();
  await ana.opens(room);
  await ben.opens(room);
  let go = () => {};
  const held = new Promise<void>((resolve) => (go = resolve));
  await ana.page.route('**/media/uploads/*', async (route) => {
    await held;
    await route.continue();
  });
  await ana.picks(picture(800, 600, '', 'letter.png'));
  await expect(inTray(ana, 'letter.png')).toBeVisible();
  await ana.says('The letter');
  await expect(ana.pending('The letter').getByRole('progressbar')).toBeVisible();
  await ana.says('What does it mean?');
  await expect(ben.delivered('What does it mean?')).toBeVisible();
  await expect(ben.message('The letter')).toHaveCount(0);
  go();
  await expect(ben.delivered('The letter')).toBeVisible();
  await isLoaded(shown(ben, fill(media.picture_from, { name: 'ana' })));
});

test('a picture alone is a message', async ({ people }) => {
  const { ana, ben, room } = await people.anaAndBen();
  await ana.opens(room);
  await ben.opens(room);
  await ana.picks(picture(640, 480));
  await ana.composer.press('Enter');
  await isLoaded(shown(ben, fill(media.picture_from, { name: 'ana' })));
  await expect(ben.history.locator('.bubble')).toHaveCount(0);
});

test('files are pasted into the box and dropped onto the page', async ({ people }) => {
  const { ana, room } = await people.anaAndBen();
  await ana.opens(room);
  const carry = (of: string, type: string, words = '') =>
    ana.page.locator(of).evaluate((element, [type = '', words = '']) => {
      const data = new DataTransfer();
      if (words) data.items.add(words, 'text/plain');
      data.items.add(new File(['What the office says'], `${type}.txt`, { type: 'text/plain' }));
      const about = { bubbles: true, cancelable: true };
      const event =
        type === 'paste'
          ? new ClipboardEvent(type, { ...about, clipboardData: data })
          : new DragEvent(type, { ...about, dataTransfer: data });
      element.dispatchEvent(event);
      return event.defaultPrevented;
    }, [type, words]);
  expect(await carry('.composer textarea', 'paste', 'Words of an office program')).toBe(false);
  expect(await carry('.composer textarea', 'paste')).toBe(true);
  await isReady(ana, 'paste.txt');
  expect(await carry('.messages', 'dragover')).toBe(true);
  await expect(ana.page.locator('.composer.over')).toBeVisible();
  expect(await carry('.messages', 'drop')).toBe(true);
  await isReady(ana, 'drop.txt');
  await expect(ana.page.locator('.composer.over')).toHaveCount(0);
  await expect(ana.composer).toHaveValue('');
});

test('what is taken out of the tray is not kept, and the focus goes where one writes', async ({ people }) => {
  const { ana, room } = await people.anaAndBen();
  await ana.opens(room);
  await ana.picks(letter('first.txt'), letter('second.txt'));
  await isReady(ana, 'first.txt');
  await isReady(ana, 'second.txt');
  const taken = ana.page.waitForResponse((answer) => answer.request().method() === 'DELETE');
  await ana.presses(fill(uploads.remove, { name: 'first.txt' }));
  expect((await taken).status()).toBe(204);
  await expect(ana.composer).toBeFocused();
  await ana.says('One is enough');
  await expect(ana.delivered('One is enough')).toContainText('second.txt');
  await expect(ana.history).not.toContainText('first.txt');
});

test('what the server refuses says why, and the message can go without it', async ({ people, troubles }) => {
  troubles.allowStatus(422);
  const { ana, ben, room } = await people.anaAndBen();
  await ana.opens(room);
  await ben.opens(room);
  const broken = picture(900, 900, '', 'broken.png');
  broken.bytes = broken.bytes.subarray(0, 60);
  await ana.picks(broken);
  await expect(inTray(ana, 'broken.png').getByRole('alert')).toHaveText(words.errors.picture_broken);
  // It would be sent without a file, and so needs words.
  await ana.composer.press('Enter');
  await expect(ana.page.getByText(words.errors.body_empty)).toBeVisible();
  await ana.presses(fill(uploads.remove, { name: 'broken.png' }));

  let go = () => {};
  const held = new Promise<void>((resolve) => (go = resolve));
  await ana.page.route('**/media/uploads', async (route) => {
    await held;
    await route.continue();
  });
  await ana.picks(broken, picture(300, 300, '', 'good.png'));
  await ana.says('Two pictures');
  go();
  const queued = ana.pending('Two pictures');
  await expect(queued.getByRole('alert')).toContainText(words.errors.picture_broken);
  await queued.getByRole('button', { name: uploads.leave_out }).click();
  await expect(ben.delivered('Two pictures').locator('.media img:not(.placeholder)')).toHaveCount(1);

  let goes = () => {};
  const waits = new Promise<void>((resolve) => (goes = resolve));
  await ana.page.route('**/media/uploads/*', async (route) => {
    await waits;
    await route.continue();
  });
  await ana.picks(broken);
  await ana.says('No picture');
  goes();
  await ana.pending('No picture').getByRole('button', { name: uploads.leave_out }).click();
  await expect(ben.delivered('No picture')).toBeVisible();
  await expect(ana.history.locator('.pending')).toHaveCount(0);
});

test('a message whose files are on their way can be changed, and its files are kept', async ({ people }) => {
  const { ana, ben, room } = await people.anaAndBen();
  await ana.opens(room);
  await ben.opens(room);
  let go = () => {};
  const held = new Promise<void>((resolve) => (go = resolve));
  await ana.page.route('**/media/uploads/*', async (route) => {
    await held;
    await route.continue();
  });
  await ana.picks(letter('scan.txt'));
  await ana.says('My scna');
  await ana.pending('My scna').getByRole('button', { name: messages.edit }).click();
  await expect(ana.composer).toHaveValue('My scna');
  await expect(inTray(ana, 'scan.txt')).toBeVisible();
  await ana.composer.fill('My scan');
  await ana.composer.press('Enter');
  go();
  await expect(ben.delivered('My scan')).toContainText('scan.txt');
});

test('words whose files went with the page are still there, to be sent again', async ({ people, troubles }) => {
  troubles.allowOutage();
  const { ana, ben, room } = await people.anaAndBen();
  await ana.opens(room);
  await ben.opens(room);
  await ana.page.route('**/media/uploads/*', (route) => route.abort('internetdisconnected'));
  await ana.picks(letter('scan.txt'));
  await ana.says('My scan');
  await expect(ana.pending('My scan')).toBeVisible();
  ana.page.on('dialog', (dialog) => dialog.accept());
  await ana.reloads();
  await ana.page.unroute('**/media/uploads/*');
  await expect(ana.pending('My scan')).toContainText(uploads.lost);
  await ana.pending('My scan').getByRole('button', { name: messages.edit }).click();
  await expect(ana.composer).toHaveValue('My scan');
  await ana.picks(letter('scan.txt'));
  await ana.composer.press('Enter');
  await expect(ben.delivered('My scan')).toContainText('scan.txt');
  await expect(ana.history.locator('.pending')).toHaveCount(0);
});

test('a message takes ten files and says so of the eleventh', async ({ people }) => {
  const { ana, room } = await people.anaAndBen();
  await ana.opens(room);
  await ana.picks(...Array.from({ length: 11 }, (_, at) => letter(`${at}.txt`)));
  await expect(tray(ana).getByRole('listitem')).toHaveCount(10);
  await expect(ana.page.getByText(words.errors.media_many)).toBeVisible();
});

test('on a phone all of it is in reach', async ({ people }) => {
  const phone = { viewport: { width: 390, height: 740 }, hasTouch: true, isMobile: true };
  const { ana, room } = await people.anaAndBen(phone);
  await ana.opens(room);
  await ana.picks(picture(3000, 2000, '', 'a-name-that-is-much-too-long-for-a-narrow-screen-of-a-cheap-phone.png'));
  await expect(tray(ana)).toContainText(uploads.ready);
  for (const part of [ana.addFiles, ana.page.getByRole('button', { name: messages.send }), tray(ana).getByRole('button')]) {
    const box = await part.boundingBox();
    expect(box!.width).toBeGreaterThanOrEqual(44);
    expect(box!.height).toBeGreaterThanOrEqual(44);
    expect(box!.x + box!.width).toBeLessThanOrEqual(390);
  }
  await ana.page.getByRole('button', { name: messages.send }).tap();
  await isLoaded(shown(ana, words.media.picture_from.replace('{{ name }}', 'ana')));
  expect(await ana.page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
});

test('without WebAssembly a form sends words and files', async ({ people }) => {
  const { ana, ben, room } = await people.anaAndBen({ javaScriptEnabled: false });
  await ana.opens(room);
  await ana.addFiles.click();
  await ana.field(uploads.first_alt).fill('A thick envelope');
  const { name, bytes, mime } = picture(500, 400, '', 'envelope.png');
  await ana.field(uploads.choose).setInputFiles({ name, mimeType: mime, buffer: bytes });
  await ana.composer.fill('It came');
  await ana.presses(messages.send);
  await expect(ana.message('It came')).toBeVisible();
  await isLoaded(shown(ana, 'A thick envelope'));
  await ben.opens(room);
  await isLoaded(shown(ben, 'A thick envelope'));
  await ben.composer.fill('Words alone');
  await ben.presses(messages.send);
  await expect(ben.message('Words alone')).toBeVisible();
});

test('without WebAssembly a form that comes back says which files to choose again', async ({
  people,
  troubles,
}) => {
  troubles.allowStatus(422);
  const { ana, room } = await people.anaAndBen({ javaScriptEnabled: false });
  await ana.opens(room);
  const { name, bytes, mime } = picture(500, 400, '', 'envelope.png');
  const chooses = () =>
    ana.field(uploads.choose).setInputFiles({ name, mimeType: mime, buffer: bytes });
  await ana.addFiles.click();
  await chooses();
  await ana.composer.fill('Mine is IOE0912345678');
  await ana.presses(messages.send);
  await expect(ana.page.getByText(fill(uploads.again, { names: name }))).toBeVisible();
  await chooses();
  await ana.presses(messages.mask);
  await expect(ana.message('Mine is IOE••••••••••')).toBeVisible();
  await isLoaded(shown(ana, fill(words.media.picture_from, { name: 'ana' })));
});
