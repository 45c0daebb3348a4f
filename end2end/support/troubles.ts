// What no page may do: say an error on its console, or throw one. A test names the messages of the
// network that it brings about on purpose.

import type { BrowserContext } from '@playwright/test';

export class Troubles {
  private readonly found: string[] = [];
  private readonly allowed: RegExp[] = [
    // The page was left while some of its code was on the way.
    /WebAssembly compilation aborted: Network error: Response body loading was aborted/,
    /TypeError: Failed to fetch[^]*\/pkg\/__wasm_split/,
  ];

  watch(context: BrowserContext): void {
    context.on('console', (message) => {
      if (message.type() === 'error') {
        // Of a panic, what it says: its stack is in the trace.
        const [text] = message.text().split('\n\nStack:');
        this.found.push(`console: ${text} (${message.location().url})`);
      }
    });
    context.on('weberror', (error) => this.found.push(`page: ${error.error()}`));
  }

  /** The answer to a request has this status, on purpose. */
  allowStatus(status: number): void {
    this.allowed.push(new RegExp(`Failed to load resource: .* status of ${status} `));
  }

  /** The server cannot be reached, on purpose. */
  allowOutage(): void {
    this.allowed.push(
      /Failed to load resource: net::ERR_(CONNECTION|EMPTY_RESPONSE|INTERNET_DISCONNECTED|NETWORK)/,
      /WebSocket connection to '.*\/live' failed: /,
      // The server is there again, and does not answer yet.
      /Failed to load resource: .* status of 503 /,
      // Code that was not there yet: one chunk of several, whose failure nobody waits for.
      /^page: TypeError: Failed to fetch$/,
      // Closed by the other side while a frame was on its way to it.
      /WebSocket is already in CLOSING or CLOSED state/,
    );
  }

  /** A script that is not the page's is kept from running, on purpose. */
  allowRefusedScript(): void {
    this.allowed.push(
      /^console: Executing inline script violates/,
      /^console: Blocked script execution in '.*' because the document's frame is sandboxed/,
    );
  }

  unexpected(): string[] {
    return this.found.filter((text) => !this.allowed.some((pattern) => pattern.test(text)));
  }
}
