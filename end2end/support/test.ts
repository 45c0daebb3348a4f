// The tests' own `test`: a server, people, and no trouble at the end.

import { test as base, expect } from '@playwright/test';
import { People } from './people.ts';
import { Server } from './server.ts';
import { Troubles } from './troubles.ts';

interface Fixtures {
  server: Server;
  troubles: Troubles;
  people: People;
}

export const test = base.extend<Fixtures>({
  server: async ({}, use, info) => {
    const server = await Server.create();
    await use(server);
    if (info.status !== info.expectedStatus) {
      await info.attach('server.log', { body: server.log.join('\n') });
    }
    await server.destroy();
    expect(server.panics(), 'the server does not panic').toEqual([]);
  },

  troubles: async ({}, use) => {
    const troubles = new Troubles();
    await use(troubles);
    expect(troubles.unexpected(), 'no page is in trouble').toEqual([]);
  },

  people: async ({ browser, server, troubles }, use) => {
    await use(new People(browser, server, troubles));
    for (const context of browser.contexts()) await context.close();
  },
});

export { expect };
