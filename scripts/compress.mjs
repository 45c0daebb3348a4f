// Compresses the built files anew: cargo-leptos does not tell brotli how large a file is, which makes the largest of
// them half a kilobyte larger. compress.mjs FOLDER
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';

const [folder] = process.argv.slice(2);
for (const name of readdirSync(folder)) {
  const packed = join(folder, name);
  if (!name.endsWith('.br')) continue;
  const plain = readFileSync(packed.slice(0, -'.br'.length));
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
    [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS,
    [constants.BROTLI_PARAM_SIZE_HINT]: plain.length,
  };
  const smaller = brotliCompressSync(plain, { params });
  if (smaller.length < statSync(packed).size) writeFileSync(packed, smaller);
}
