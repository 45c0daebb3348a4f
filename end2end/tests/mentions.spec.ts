import { expect, test } from '../support/test.ts';
import { words } from '../support/words.ts';

const { mentions } = words;

test('without JavaScript, one’s mentions are listed, each with the way to it', async ({
  people,
}) => {
  const { ana, ben, room } = await people.anaAndBen({ javaScriptEnabled: false });
  await ben.visits('/');
  await ben.page.getByRole('link', { name: mentions.title }).click();
  await expect(ben.page.getByText(mentions.empty_title)).toBeVisible();

  await ana.hasSaid(room, 'First, @ben', 'To nobody', 'Then, @ben');
  await ben.reloads();
  const found = ben.page.getByRole('main').getByRole('listitem');
  await expect(found).toHaveText([/Work permits.*Then, @ben/, /Work permits.*First, @ben/]);
  await found.first().getByRole('link').click();
  await expect(ben.page).toHaveURL(new RegExp(`/rooms/${room.id}\\?at=\\d+#m\\d+$`));
  await expect(ben.message('Then, @ben')).toBeVisible();
});

test('on a phone, who, where and when stand on one line', async ({ people }) => {
  const { ana, ben } = await people.anaAndBen();
  const room = await ana.hasRoom('Spouse visas, waiting for the interview in Accra');
  await ben.isIn(room);
  await ana.hasSaid(room, 'It came, @ben');
  await ben.page.setViewportSize({ width: 390, height: 844 });
  await ben.visits('/mentions');
  const head = ben.page.locator('.mention-head');
  await expect(head).toContainText(words.time.now);
  const apart = await head.evaluate(({ children }) => {
    const middles = [...children].map((part) => {
      const { top, bottom } = part.getBoundingClientRect();
      return (top + bottom) / 2;
    });
    return Math.max(...middles) - Math.min(...middles);
  });
  expect(apart, 'pixels').toBeLessThan(8);
});

test('a visitor is asked to sign in', async ({ people }) => {
  const visitor = await people.stranger('eve');
  for (const path of ['/mentions', '/settings']) {
    await visitor.visits(path);
    const way = visitor.page.getByRole('link', { name: words.errors.sign_in_needed });
    await expect(way).toHaveAttribute('href', `/sign-in?next=${path}`);
  }
});
