import { join } from 'node:path';
import { screens } from '../support/screens.ts';
import { test } from '../support/test.ts';

const folder = process.env.SCREENS_DIR || 'test-results/screens';
const sizes = [
  { width: 390, height: 844 },
  { width: 1440, height: 900 },
];

for (const [name, show] of Object.entries(screens)) {
  test(`pictures of the ${name}`, async ({ people, server, troubles }) => {
    const page = await show({ people, server, troubles });
    for (const size of sizes) {
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.setViewportSize(size);
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
        const file = `${name.replaceAll(' ', '-')}-${size.width}-${colorScheme}.png`;
        await page.screenshot({ path: join(folder, file), animations: 'disabled' });
      }
    }
  });
}
