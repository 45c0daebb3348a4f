import type { Browser, BrowserContextOptions } from '@playwright/test';
import { keepAccount } from './liveness.ts';
import { Person } from './person.ts';
import type { Server } from './server.ts';
import type { Troubles } from './troubles.ts';

/** Brings people, each with a browser of their own. */
export class People {
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
    return new Person(handle, context, await context.newPage(), withWasm);
  }

  /** Somebody who has an account and is signed in. */
  async signedIn(handle: string, options: BrowserContextOptions = {}): Promise<Person> {
    const person = await this.stranger(handle, options);
    await person.hasAnAccount();
    return person;
  }
}
