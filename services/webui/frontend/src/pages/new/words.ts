// A command as one line, as in a shell without its magic: blanks divide words, quotes and backslashes hold them
// together.
export function wordsOf(line: string): string[] {
  const words: string[] = [];
  let word = "";
  let isWord = false; // also an empty one, in quotes
  let quote = "";
  for (let i = 0; i < line.length; i++) {
    const character = line[i] ?? "";
    if (quote) {
      if (character === quote) quote = "";
      else if (quote === '"' && character === "\\" && /["\\]/.test(line[i + 1] ?? "")) word += line[++i] ?? "";
      else word += character;
    } else if (/\s/.test(character)) {
      if (isWord) words.push(word);
      [word, isWord] = ["", false];
    } else {
      isWord = true;
      if (character === '"' || character === "'") quote = character;
      else word += character === "\\" ? (line[++i] ?? "\\") : character;
    }
  }
  return isWord ? [...words, word] : words;
}

export const lineOfWords = (words: readonly unknown[]): string =>
  words
    .map(String)
    .map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `"${word.replace(/["\\]/g, "\\$&")}"`))
    .join(" ");
