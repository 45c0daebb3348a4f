// Shortens the hashes in the names of the chunks of the WASM: their list is a part of the first load, and random
// letters do not compress. 48 bits are enough to tell a chunk from what it was in a former build. shorten.mjs FOLDER
import { readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';

const KEPT = 8;
const [folder] = process.argv.slice(2);
const chunk = /\b((?:chunk|split)_\w+)\.([\w-]{22})(?![\w-])/g;
const shortened = (text) => text.replace(chunk, (_, name, hash) => `${name}.${hash.slice(0, KEPT)}`);

for (const name of readdirSync(folder)) {
  const path = join(folder, name);
  if (shortened(name) !== name) renameSync(path, join(folder, shortened(name)));
  // Those that name them: the list, and what the server says beforehand of each page.
  if (!/^__wasm_split.*\.(js|json)$/.test(name)) continue;
  const text = shortened(readFileSync(path, 'utf8'));
  writeFileSync(path, text);
  writeFileSync(`${path}.gz`, gzipSync(text, { level: 9 }));
  writeFileSync(`${path}.br`, brotliCompressSync(text));
}
