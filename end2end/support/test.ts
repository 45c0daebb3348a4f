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
    await serve(await Server.create(), use, info);
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
    await serve(await Server.create(redis), use, info);
  },

  other: async ({ server }, use, info) => {
    const other = await server.joined();
    await serve(other, use, info, () => other.kill());
  },

  elsewhere: async ({ browser, other, troubles }, use) => {
    await bring(use, browser, other, troubles);
  },
});

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
    await serve(server, use, info);
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

/** Lets a test use a server, and looks at what it has written when that is over. */
async function serve(
  server: Server,
  use: (server: Server) => Promise<void>,
  info: TestInfo,
  end = () => server.destroy(),
): Promise<void> {
  await use(server);
  if (info.status !== info.expectedStatus) {
    await info.attach('server.log', { body: server.log.join('\n') });
  }
  await end();
  expect(server.panics(), 'no server panics').toEqual([]);
  expect(server.leaks(), 'no log holds a secret').toEqual([]);
}

export { expect };
