import { expect, test } from '../support/test.ts';
import { words } from '../support/words.ts';
test('dbg click', async ({ people, troubles }) => {
  const ana = await people.signedIn('ana');
  const permits = await ana.hasRoom('Work permits');
  const students = await ana.hasRoom('Student visas');
  await ana.hasSaid(permits, 'About permits');
  await ana.hasSaid(students, 'About studies');
  const list = ana.page.getByRole('navigation', { name: words.rooms.list_label });
  await ana.opens(permits);
  await ana.page.waitForTimeout(1000);
  console.log('loaded', troubles.unexpected().length);
  await list.getByRole('link', { name: 'Student visas' }).click();
  await ana.page.waitForTimeout(1500);
  console.log('clicked', troubles.unexpected().map(s=>s.slice(0,200)));
  await ana.composer.fill('x'); await ana.page.waitForTimeout(500);
  console.log('typed', troubles.unexpected().length);
  await ana.composer.press('Enter'); await ana.page.waitForTimeout(1500);
  console.log('sent', troubles.unexpected().length);
  console.log(await ana.page.locator('h1').allTextContents(), await ana.history.allTextContents());
  await ana.page.goBack(); await ana.page.waitForTimeout(1500);
  console.log('back', troubles.unexpected().length, await ana.page.locator('h1').allTextContents());
});
test('dbg earlier', async ({ people }) => {
  const ana = await people.signedIn('ana');
  const room = await ana.hasRoom('Work permits');
  await ana.hasSaid(room, ...Array.from({length:120},(_, i)=>`Line ${i+1}`));
  await ana.opens(room);
  await ana.page.addStyleTag({content: '.earlier{overflow-anchor:none}'});
  const earlier = ana.page.getByRole('link', { name: words.messages.earlier });
  for (const [top, next] of [[71,21],[21,1]]) {
    await earlier.scrollIntoViewIfNeeded();
    const st = () => ana.page.evaluate(()=>{const s=document.querySelector('#messages')!; return [s.scrollTop,s.scrollHeight,s.clientHeight]});
    const before = (await ana.message(`Line ${top}`).boundingBox())!.y;
    console.log(await st());
    await earlier.click();
    await expect(ana.message(`Line ${next}`)).toBeAttached();
    console.log(before, (await ana.message(`Line ${top}`).boundingBox())!.y, await st());
  }
});
