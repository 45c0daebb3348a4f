// Pictures, videos and files that tests send in: small, and sound enough for the server and for browsers.

import { deflateSync } from 'node:zlib';
import type { Page } from '@playwright/test';

/** Something on somebody's machine. */
export interface Upload {
  name: string;
  bytes: Buffer;
  /** What that machine takes it for. */
  mime: string;
  /** What it shows, in words. */
  alt?: string;
}

/** The sum that a PNG has of each of its parts. */
function crc(bytes: Buffer): number {
  let sum = ~0;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit++) sum = (sum >>> 1) ^ (sum & 1 ? 0xedb88320 : 0);
  }
  return ~sum >>> 0;
}

function chunk(kind: string, body: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(kind, 'latin1'), body]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(body.length);
  sum.writeUInt32BE(crc(named));
  return Buffer.concat([length, named, sum]);
}

/** A PNG that runs from one colour to another. */
function png(width: number, height: number, from: number[], to: number[]): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const row = 1 + 3 * width;
  const pixels = Buffer.alloc(row * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const part = (x / width + y / height) / 2;
      for (let of = 0; of < 3; of++) {
        const [begin = 0, end = 0] = [from[of], to[of]];
        pixels[row * y + 1 + 3 * x + of] = begin + (end - begin) * part;
      }
    }
  }
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const parts = [chunk('IHDR', header), chunk('IDAT', deflateSync(pixels)), chunk('IEND', Buffer.alloc(0))];
  return Buffer.concat([signature, ...parts]);
}

export function picture(width: number, height: number, alt = '', name = 'IMG_0001.png'): Upload {
  const bytes = png(width, height, [244, 186, 120], [28, 106, 101]);
  return { name, bytes, mime: 'image/png', alt };
}

/** A file that says what it is by its name. */
export function letter(name: string): Upload {
  return { name, mime: 'text/plain', bytes: Buffer.from('Dear applicant,\nplease wait.\n'.repeat(100)) };
}

/** A second of WebM, which the browser itself makes. */
export async function film(page: Page, alt = ''): Promise<Upload> {
  const bytes = await page.evaluate(async () => {
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [320, 180];
    const pen = canvas.getContext('2d')!;
    const recorder = new MediaRecorder(canvas.captureStream(10), { mimeType: 'video/webm;codecs=vp8' });
    const pieces: Blob[] = [];
    recorder.addEventListener('dataavailable', ({ data }) => pieces.push(data));
    const stopped = new Promise((resolve) => recorder.addEventListener('stop', resolve));
    recorder.start();
    for (let frame = 0; frame < 12; frame++) {
      pen.fillStyle = `hsl(${frame * 15} 40% 50%)`;
      pen.fillRect(0, 0, 320, 180);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    recorder.stop();
    await stopped;
    return [...new Uint8Array(await new Blob(pieces).arrayBuffer())];
  });
  return { name: 'film.webm', mime: 'video/webm', bytes: Buffer.from(bytes), alt };
}
