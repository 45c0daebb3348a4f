import type { Browser, BrowserContextOptions } from '@playwright/test';
import { keepAccount } from './liveness.ts';
import { Person } from './person.ts';
import type { Server } from './server.ts';
import type { Troubles } from './troubles.ts';

/** Brings people, each with a browser of their own. */
export class People {
  private readonly known: Person[] = [];

  constructor(
    private readonly browser: Browser,
    private readonly server: Server,
    private readonly troubles: Troubles,
  ) {}

  /** Somebody who has no account. */
  async stranger(handle: string, options: BrowserContextOptions = {}): Promise<Person> {
    const context = await this.browser.newContext({ baseURL: this.server.address, ...options });
    this.troubles.watch(context);
    await keepAccount(context);
    const withWasm = options.javaScriptEnabled ?? true;
    const person = new Person(handle, context, await context.newPage(), withWasm);
    this.known.push(person);
    return person;
  }

  /** What nobody but their owners may ever read: passwords, and what their browsers are known by. */
  async secrets(): Promise<string[]> {
    const secrets = this.known.map(({ password }) => password);
    for (const context of this.browser.contexts()) {
      for (const { name, value } of await context.cookies()) {
        if (/(session|device|oidc)$/.test(name)) secrets.push(value);
      }
    }
    return secrets;
  }

  /** Somebody who has an account and is signed in. */
  async signedIn(handle: string, options: BrowserContextOptions = {}): Promise<Person> {
    const person = await this.stranger(handle, options);
    await person.hasAnAccount();
    return person;
  }

  /** Ana, who has opened a room, and Ben, who is in it. */
  async anaAndBen(options: BrowserContextOptions = {}) {
    const ana = await this.signedIn('ana', options);
    const ben = await this.signedIn('ben', options);
    const room = await ana.hasRoom('Work permits');
    await ben.isIn(room);
    return { ana, ben, room };
  }

  /** The same, Ben's pages from another node, and both looking at the room. */
  async anaAndBenOn(elsewhere: People) {
    const ana = await this.signedIn('ana');
    const ben = await elsewhere.signedIn('ben');
    const room = await ana.hasRoom('Work permits');
    await ben.isIn(room);
    await ana.opens(room);
    await ben.opens(room);
    return { ana, ben, room };
  }
}
