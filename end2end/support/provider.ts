// A real OpenID provider on this machine, the npm package oidc-provider, with its own pages for signing
// in and agreeing. Whoever signs in there may call themselves what they like.

import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { BrowserContext, Page } from '@playwright/test';
import OidcProvider, { type Configuration } from 'oidc-provider';

const CLIENT = 'layover-tests';
const SECRET = 'a secret of the tests';

export class Provider {
  /** What buttons call it. */
  readonly name = 'Example ID';
  private answer: RequestListener = (_, response) => void response.writeHead(503).end();
  private readonly http = createServer((request, response) => this.answer(request, response));

  private constructor() {}

  static async start(): Promise<Provider> {
    const provider = new Provider();
    provider.http.listen(0, '127.0.0.1');
    await once(provider.http, 'listening');
    return provider;
  }

  get issuer(): string {
    const { port } = this.http.address() as AddressInfo;
    return `http://127.0.0.1:${port}`;
  }

  /** The settings of a server to which people sign in through it. */
  get settings(): NodeJS.ProcessEnv {
    return {
      GOOGLE_CLIENT_ID: CLIENT,
      GOOGLE_CLIENT_SECRET: SECRET,
      OIDC_ISSUER: this.issuer,
      OIDC_NAME: this.name,
    };
  }

  /** Sends people back to the server at this address. */
  knows(address: string): void {
    const provider = new OidcProvider(this.issuer, configuration(address));
    this.answer = provider.callback();
  }

  /** Answers nobody from now on. */
  hangsUp(): void {
    this.answer = (request) => void request.socket.destroy();
  }

  async stop(): Promise<void> {
    this.http.closeAllConnections();
    this.http.close();
    await once(this.http, 'close');
  }
}

function configuration(address: string): Configuration {
  return {
    clients: [
      {
        client_id: CLIENT,
        client_secret: SECRET,
        redirect_uris: [`${address}/identities/callback`],
      },
    ],
    pkce: { methods: ['S256'], required: () => true },
    cookies: { keys: ['of the tests'] },
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['given_name'] },
    // The name that was typed is the person. It vouches for everybody's address but a stranger's.
    findAccount: (_, sub) => ({
      accountId: sub,
      claims: () => ({
        sub,
        given_name: sub,
        email: `${sub}@id.example`,
        email_verified: sub !== 'stranger',
      }),
    }),
  };
}

/** Its pages ask for a font from elsewhere, which they do not need. */
export async function withoutFonts(context: BrowserContext): Promise<void> {
  await context.route('https://fonts.googleapis.com/**', (route) =>
    route.fulfill({ contentType: 'text/css', body: '' }),
  );
}

/** Signs in at the provider, and agrees to what Layover asks for. */
export async function agrees(page: Page, name: string): Promise<void> {
  await page.getByPlaceholder('Enter any login').fill(name);
  await page.getByPlaceholder('and password').fill('any');
  await page.getByRole('button', { name: 'Sign-in' }).click();
  await page.getByRole('button', { name: 'Continue' }).click();
}

/** Goes back without agreeing. */
export async function declines(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Cancel' }).click();
}
