import type { Response } from '@playwright/test';
import { expect, test } from '../support/test.ts';

test('the first load of a room is hashed, compressed, kept for long, and ours alone', async ({
  people,
  server,
}) => {
  const ana = await people.signedIn('ana');
  const room = await ana.hasRoom('Work permits');
  const answers: Response[] = [];
  const hosts = new Set<string>();
  ana.page.on('response', (response) => answers.push(response));
  ana.page.on('request', (request) => hosts.add(new URL(request.url()).host));
  ana.page.on('websocket', (socket) => hosts.add(new URL(socket.url()).host));
  await ana.opens(room);

  expect([...hosts]).toEqual([new URL(server.address).host]);
  const files = answers.filter((answer) => new URL(answer.url()).pathname.startsWith('/pkg/'));
  const kinds = new Set(files.map((file) => file.url().split('.').at(-1)));
  for (const kind of ['css', 'js', 'wasm']) expect(kinds).toContain(kind);

  let bytes = 0;
  for (const file of files) {
    const headers = await file.allHeaders();
    bytes += Number(headers['content-length']);
    expect.soft(file.status(), file.url()).toBe(200);
    expect.soft(file.url()).toMatch(/\/[\w-]+\.[\w-]{22}\.(css|js|wasm|json)$/);
    expect.soft(headers['cache-control'], file.url()).toBe('public, max-age=31536000, immutable');
    expect.soft(headers['content-encoding'], file.url()).toBe('br');
  }
  expect(bytes).toBeGreaterThan(100 * 1024);
  expect(bytes).toBeLessThanOrEqual(350 * 1024);
});

test('a second load asks for no file again', async ({ people }) => {
  const ana = await people.signedIn('ana');
  const room = await ana.hasRoom('Work permits');
  await ana.opens(room);
  await ana.opens(room);
  const files = await ana.page.evaluate(() =>
    performance
      .getEntriesByType('resource')
      .filter((entry) => entry.name.includes('/pkg/'))
      .map((entry) => entry as PerformanceResourceTiming),
  );
  expect(files.length).toBeGreaterThan(2);
  // What comes from the browser's own cache transfers nothing.
  expect(files.filter((file) => file.transferSize > 0).map((file) => file.name)).toEqual([]);
});

test('a page runs no script but its own, and stands in no frame', async ({ people }) => {
  const ana = await people.stranger('ana');
  const answer = await ana.page.goto('/');
  const policy = (await answer?.headerValue('content-security-policy')) ?? '';
  const scripts = policy.split(';').find((part) => part.trim().startsWith('script-src')) ?? '';

  expect(scripts).toContain("'self'");
  expect(scripts).toContain("'wasm-unsafe-eval'");
  expect(scripts).not.toContain("'unsafe-inline'");
  expect(scripts).not.toContain("'unsafe-eval'");
  expect(await answer?.headerValue('x-frame-options')).toBe('DENY');
  expect(await answer?.headerValue('x-content-type-options')).toBe('nosniff');
});

test('a script that got into a page does not run', async ({ people, troubles }) => {
  troubles.allowRefusedScript();
  const ana = await people.stranger('ana');
  await ana.page.route('/', async (route) => {
    const answer = await route.fetch();
    const page = (await answer.text()).replace('</body>', '<script>injected = 1</script></body>');
    await route.fulfill({ response: answer, body: page });
  });
  const refused = ana.page.waitForEvent('console', (message) =>
    message.text().includes('Content Security Policy'),
  );
  await ana.visits('/');
  await refused;
  expect(await ana.page.evaluate(() => 'injected' in window)).toBe(false);
});
