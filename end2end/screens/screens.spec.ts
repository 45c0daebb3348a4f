import { join } from 'node:path';
import { screens } from '../support/screens.ts';
import { test } from '../support/test.ts';

const folder = process.env.SCREENS_DIR || 'test-results/screens';
const sizes = [
  { width: 390, height: 844 },
  { width: 1440, height: 900 },
];

for (const [name, show] of Object.entries(screens)) {
  test(`pictures of the ${name}`, async ({ browser, people, server, troubles }) => {
    const page = await show({ people, server, troubles });
    const picture = async (width: number, kind: string, of = page) => {
      const file = `${name.replaceAll(' ', '-')}-${width}-${kind}.png`;
      await of.screenshot({ path: join(folder, file), animations: 'disabled' });
    };
    for (const size of sizes) {
      await page.setViewportSize(size);
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
        await picture(size.width, colorScheme);
      }
    }
    await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
    await page.evaluate(() => (document.dir = 'rtl'));
    for (const size of sizes) {
      await page.setViewportSize(size);
      await picture(size.width, 'mirrored');
    }

    // The same address, opened by the same person, unless nothing is there just now.
    if (!server.runs) return;
    const withoutScripts = await browser.newPage({
      javaScriptEnabled: false,
      storageState: await page.context().storageState(),
    });
    await withoutScripts.goto(page.url());
    for (const size of sizes) {
      await withoutScripts.setViewportSize(size);
      await picture(size.width, 'without-scripts', withoutScripts);
    }
    await withoutScripts.context().close();
  });
}
