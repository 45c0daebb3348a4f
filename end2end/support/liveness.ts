// When a page has come to life: WebAssembly listens to its links and to each form that changes something.
// One that only asks is the browser's own.

import type { BrowserContext, Page } from '@playwright/test';

declare global {
  interface Window {
    isLive(): boolean;
  }
}

/** Before any script of the page: keeps account of who listens. */
export async function keepAccount(context: BrowserContext): Promise<void> {
  await context.addInitScript(() => {
    const listening = new WeakSet<EventTarget>();
    const add = EventTarget.prototype.addEventListener;
    EventTarget.prototype.addEventListener = function (...args: Parameters<typeof add>) {
      if (['popstate', 'submit'].includes(args[0])) {
        listening.add(this ?? window);
      }
      return add.apply(this ?? window, args);
    };
    window.isLive = () =>
      listening.has(window) && [...document.forms].every((form) => form.method === 'get' || listening.has(form));
  });
}

export async function live(page: Page): Promise<void> {
  await page.waitForFunction(() => window.isLive(), undefined, { timeout: 10_000 });
}
