// The tests' own `test`: a server, people, and no trouble at the end.

import { test as base, expect, type TestInfo } from '@playwright/test';
import { People } from './people.ts';
import { Redis } from './redis.ts';
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
    await attachLog(info, server);
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

interface Nodes {
  redis: Redis;
  /** A second node on the database of the first. */
  other: Server;
  /** People whose pages come from the second node. */
  elsewhere: People;
}

/** The same with two nodes, which hear of each other through Redis. */
export const onTwoNodes = test.extend<Nodes>({
  redis: async ({}, use) => {
    const redis = await Redis.start();
    await use(redis);
    await redis.stop();
  },

  server: async ({ redis }, use, info) => {
    const server = await Server.create(redis);
    await use(server);
    await attachLog(info, server);
    await server.destroy();
    expect(server.panics(), 'the first node does not panic').toEqual([]);
  },

  other: async ({ server }, use, info) => {
    const other = await server.joined();
    await use(other);
    await attachLog(info, other);
    await other.kill();
    expect(other.panics(), 'the second node does not panic').toEqual([]);
  },

  elsewhere: async ({ browser, other, troubles }, use) => {
    await use(new People(browser, other, troubles));
    for (const context of browser.contexts()) await context.close();
  },
});

async function attachLog(info: TestInfo, server: Server): Promise<void> {
  if (info.status !== info.expectedStatus) {
    await info.attach('server.log', { body: server.log.join('\n') });
  }
}

export { expect };
