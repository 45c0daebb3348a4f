import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { answers, conversation } from '../support/scenes.ts';
import { screens } from '../support/screens.ts';
import { expect, test } from '../support/test.ts';
import { words } from '../support/words.ts';

/** What axe finds that keeps people out; by some rules alone, if they are named. */
async function obstacles(page: Page, ...rules: string[]): Promise<string[]> {
  const axe = new AxeBuilder({ page });
  const { violations } = await (rules.length ? axe.withRules(rules) : axe).analyze();
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, help, nodes }) => `${id} (${help}), ${nodes.length} times: ${nodes[0]?.html}`);
}

/** What reaches beyond the edge of the window. */
async function beyondTheEdge(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const { clientWidth, scrollWidth } = document.documentElement;
    const reaching = [...document.querySelectorAll('body *')]
      .filter((element) => {
        const { left, right } = element.getBoundingClientRect();
        return document.dir === 'rtl' ? left < -1 : right > clientWidth + 1;
      })
      .map((element) => element.outerHTML.slice(0, 120));
    return scrollWidth > clientWidth ? ['the page', ...reaching] : reaching;
  });
}

/** Those whose mirror image axe looks at, too: they hold most of what there is. */
const MIRRORED = ['home with news', 'room with answers', 'about a room, for its owner'];

for (const [name, show] of Object.entries(screens)) {
  test(`${name}: nobody is kept out, and a phone shows its whole width`, async ({
    people,
    server,
    troubles,
  }) => {
    const page = await show({ people, server, troubles });
    await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
    expect.soft(await obstacles(page), 'light').toEqual([]);
    // The scheme changes colours and nothing else.
    await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' });
    expect.soft(await obstacles(page, 'color-contrast'), 'dark').toEqual([]);
    await page.setViewportSize({ width: 390, height: 844 });
    expect.soft(await beyondTheEdge(page)).toEqual([]);
    expect.soft(await obstacles(page), 'on a phone').toEqual([]);
    await page.evaluate(() => (document.dir = 'rtl'));
    expect.soft(await beyondTheEdge(page), 'mirrored').toEqual([]);
    if (MIRRORED.includes(name)) expect.soft(await obstacles(page), 'mirrored').toEqual([]);
  });
}

// A window of 1280 × 720 at 200 %, and the smallest that WCAG 1.4.10 asks for: 1280 × 1024 at 400 %.
for (const size of [
  { width: 640, height: 360 },
  { width: 320, height: 256 },
]) {
  const shown = `${size.width} × ${size.height}`;
  test(`enlarged to ${shown}, pages scroll one way only and one can write`, async ({
    people,
    server,
    troubles,
  }) => {
    const { ana, room } = await conversation({ people, server, troubles });
    await ana.page.setViewportSize(size);
    for (const path of ['/', '/settings', `/rooms/${room.id}`]) {
      await ana.visits(path);
      expect.soft(await beyondTheEdge(ana.page), path).toEqual([]);
    }
    await expect(ana.composer).toBeInViewport({ ratio: 1 });
  });
}

test('the keyboard alone is enough to sign up, open a room and send', async ({ people }) => {
  const ana = await people.stranger('ana');
  const { keyboard } = ana.page;
  const focused = ana.page.locator(':focus');
  /** Presses Tab until this is reached; nothing may be in the way for more than a few presses. */
  const tabTo = async (role: 'link' | 'button' | 'textbox', name: string) => {
    const wanted = ana.page.getByRole(role, { name, exact: true });
    const reached = () =>
      wanted.evaluateAll((found) => found.some((element) => element === document.activeElement));
    for (let left = 12; left > 0 && !(await reached()); left--) await keyboard.press('Tab');
    await expect(focused).toHaveAccessibleName(name);
  };

  await ana.visits('/');
  await keyboard.press('Tab');
  await expect(focused).toHaveText(words.skip_to_content);
  await expect(focused).toBeInViewport();
  await keyboard.press('Enter');
  await expect(ana.page.getByRole('main')).toBeFocused();

  await keyboard.press('Tab');
  await expect(focused).toHaveText(words.welcome.join);
  await keyboard.press('Enter');
  await ana.page.waitForURL('/sign-up');
  await ana.page.waitForFunction(() => window.isLive());
  await tabTo('textbox', words.accounts.handle);
  await keyboard.type('ana');
  await keyboard.press('Tab');
  await expect(ana.field(words.accounts.email)).toBeFocused();
  await keyboard.type(ana.email);
  await keyboard.press('Tab');
  await expect(ana.field(words.accounts.password)).toBeFocused();
  await keyboard.type(ana.password);
  await keyboard.press('Enter');
  await ana.signOut.waitFor();
  await ana.page.waitForFunction(() => window.isLive());

  await tabTo('link', words.rooms.new);
  await keyboard.press('Enter');
  await ana.field(words.rooms.name).waitFor();
  await ana.page.waitForFunction(() => window.isLive());
  await tabTo('textbox', words.rooms.name);
  await keyboard.type('Student visas');
  await keyboard.press('Enter');
  await ana.composer.waitFor();
  await tabTo('textbox', words.messages.body);
  await keyboard.type('Typed without a mouse');
  await keyboard.press('Enter');
  await expect(ana.delivered('Typed without a mouse')).toBeVisible();
  await tabTo('button', words.messages.send);
});

test('who stands at the focus is seen', async ({ people }) => {
  const ana = await people.signedIn('ana');
  await ana.opens(await ana.hasRoom('Work permits'));
  const seen = () => {
    const { outlineStyle, outlineWidth } = getComputedStyle(document.activeElement!);
    return outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2;
  };
  for (let presses = 0; presses < 7; presses++) {
    await ana.page.keyboard.press('Tab');
    expect(await ana.page.evaluate(seen), await ana.page.locator(':focus').innerHTML()).toBe(true);
  }
});

test('the history is a log, which announces what is added to it', async ({ people }) => {
  const { ana, ben, room } = await people.anaAndBen();
  await ana.opens(room);
  await ana.history.evaluate((log) => log.setAttribute('data-kept', ''));
  await ben.hasSaid(room, 'Hello there');

  await expect(ana.delivered('Hello there')).toBeVisible();
  // It is still the same element: a new one would be read out from its beginning, or not at all.
  await expect(ana.history).toHaveAttribute('data-kept');
  await expect(ana.history).toHaveAccessibleName(/Work permits/);
});

test('what is new is announced with its author first; one’s own and history are not', async ({
  people,
  server,
}) => {
  const { ana, ben, room } = await people.anaAndBen();
  await server.database.fill(room.id, ben.handle, 200);
  await ana.hasRead(room);
  await ana.opens(room);
  await ben.hasSaid(room, 'Hello there');
  await expect(ana.delivered('Hello there')).toHaveText(/^ben/);
  await expect(ana.delivered('Hello there')).not.toHaveAttribute('aria-live');
  await ana.says('Good morning');
  await expect(ana.delivered('Good morning')).toHaveAttribute('aria-live', 'off');

  let arrive = () => {};
  const called = new Promise<void>((resolve) => (arrive = resolve));
  await ana.page.route('**/api/messages/page', async (route) => {
    await called;
    await route.continue();
  });
  await expect(ana.history).toHaveAttribute('aria-busy', 'false');
  await ana.page.locator('#messages').evaluate((scroller) => scroller.scrollTo(0, -1e6));
  await expect(ana.history).toHaveAttribute('aria-busy', 'true');
  arrive();
  await expect(ana.history).toHaveAttribute('aria-busy', 'false');
});

/** What would move by itself: each with how long that takes. */
async function motion(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const found = [];
    for (const element of document.querySelectorAll('*')) {
      for (const part of ['', '::before', '::after']) {
        const style = getComputedStyle(element, part);
        const moves = style.transitionProperty !== 'none' ? style.transitionDuration : '0s';
        const plays = style.animationName !== 'none' ? style.animationDuration : '0s';
        const longest = [moves, plays].flatMap((times) => times.split(',').map(parseFloat));
        if (Math.max(...longest) > 0.001) found.push(`${element.outerHTML.slice(0, 120)}${part}`);
      }
    }
    return found;
  });
}

test('nothing moves for people who do not want that', async ({ people, server, troubles }) => {
  const { ana, room } = await conversation({ people, server, troubles });
  for (const path of ['/', `/rooms/${room.id}`, `/rooms/${room.id}/about`]) {
    await ana.visits(path);
    await ana.page.emulateMedia({ reducedMotion: 'no-preference' });
    expect(await motion(ana.page), `${path} moves for others`).not.toEqual([]);
    await ana.page.emulateMedia({ reducedMotion: 'reduce' });
    expect(await motion(ana.page), path).toEqual([]);
  }
});

/** What a finger would miss: there is less than 44 px of height to hit. */
async function small(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const found = [];
    // The time of a message is as high as its line: its menu leads there, too.
    const things = 'a[href]:not(.place), button, select, textarea, summary';
    for (const thing of document.querySelectorAll<HTMLElement>(`${things}, input`)) {
      if (!thing.checkVisibility() || thing.matches('.skip, [type=hidden]')) continue;
      thing.scrollIntoView({ block: 'center', behavior: 'instant' });
      const { left, top, width, height } = thing.getBoundingClientRect();
      const hits = (off: number) => {
        const hit = document.elementFromPoint(left + width / 2, top + height / 2 + off);
        return thing.contains(hit) || hit?.closest('label')?.control === thing;
      };
      // From its middle up and down: a part of it may reach above it, where nothing else is in the way.
      const reach = (way: 1 | -1) => {
        let off = 0;
        while (off < 44 && hits(way * (off + 1))) off++;
        return off;
      };
      if (height < 44 && reach(-1) + reach(1) < 42) {
        found.push(`${height} px: ${thing.outerHTML.slice(0, 120)}`);
      }
    }
    return found;
  });
}

test('a finger has 44 px to hit of whatever a phone shows', async ({ people, server, troubles }) => {
  const { chi, room } = await answers({ people, server, troubles });
  await chi.hasInvite(room);
  // The older half is of a day each: what stands below a day's name has less room above it.
  await server.database.run(
    `UPDATE messages SET created_at = created_at - make_interval(days => greatest(0, 20 - seq)::integer)`,
  );
  const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
  for (const handle of ['ana', 'chi_ramos']) {
    const person = await people.stranger(handle, phone);
    await person.signsInAgain();
    for (const path of ['/', `/rooms/${room.id}`, `/rooms/${room.id}/about`]) {
      await person.visits(path);
      expect.soft(await small(person.page), `${path}, for ${handle}`).toEqual([]);
    }
  }
});
