// The words that the pages show, from the file that the pages read.

import words from '../../app/locales/en.json' with { type: 'json' };

export { words };

/** Fills the places of a text: `{{ count }}`. */
export function fill(text: string, values: Record<string, string | number>): string {
  return text.replace(/\{\{\s*(\w+)\s*\}\}/g, (_, name: string) => String(values[name]));
}
