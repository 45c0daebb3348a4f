// The tests' own `test`: a server, people, and no trouble at the end.

import { type Browser, expect, test as base, type TestInfo } from '@playwright/test';
import { People } from './people.ts';
import { Provider } from './provider.ts';
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
    expect(server.leaks(), 'the log holds no secret').toEqual([]);
  },

  troubles: async ({}, use) => {
    const troubles = new Troubles();
    await use(troubles);
    expect(troubles.unexpected(), 'no page is in trouble').toEqual([]);
  },

  people: async ({ browser, server, troubles }, use) => {
    await bring(use, browser, server, troubles);
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
    expect(server.leaks(), 'its log holds no secret').toEqual([]);
  },

  other: async ({ server }, use, info) => {
    const other = await server.joined();
    await use(other);
    await attachLog(info, other);
    await other.kill();
    expect(other.panics(), 'the second node does not panic').toEqual([]);
    expect(other.leaks(), 'its log holds no secret').toEqual([]);
  },

  elsewhere: async ({ browser, other, troubles }, use) => {
    await bring(use, browser, other, troubles);
  },
});

/** Brings people to a server, and tells it afterwards what its log must not hold. */
async function bring(
  use: (people: People) => Promise<void>,
  browser: Browser,
  server: Server,
  troubles: Troubles,
): Promise<void> {
  const people = new People(browser, server, troubles);
  await use(people);
  for (const secret of await people.secrets()) server.secrets.add(secret);
  for (const context of browser.contexts()) await context.close();
}
/** The same beside an OpenID provider that people can sign in through. */
export const besideProvider = test.extend<{ provider: Provider }>({
  provider: async ({}, use) => {
    const provider = await Provider.start();
    await use(provider);
    await provider.stop();
  },

  server: async ({ provider }, use, info) => {
    const server = await Server.create(undefined, provider.settings);
    provider.knows(server.address);
    await use(server);
    await attachLog(info, server);
    await server.destroy();
    expect(server.panics(), 'the server does not panic').toEqual([]);
  },
});

async function attachLog(info: TestInfo, server: Server): Promise<void> {
  if (info.status !== info.expectedStatus) {
    await info.attach('server.log', { body: server.log.join('\n') });
  }
}

export { expect };
