// Rows in the order of a number each: 100,000 of them between two frames of the screen. Numbers are
// turned into keys that sort as unsigned integers, and those are dealt out by 16 bits at a time; every
// deal keeps the order of the last one, so rows of the same number stay as they came.

const FEW = 512; // below this the counters cost more than comparing
const DIGITS = 1 << 16;
const SIGN = 0x8000_0000;

/** The rows by their numbers; those of NaN come last, either way. Equal ones stay as they came. */
export function ordered(rows: readonly number[], number: (row: number) => number, isDescending: boolean): number[] {
  const some = new Int32Array(rows.length);
  const numbers = new Float64Array(rows.length);
  const none: number[] = [];
  let count = 0;
  for (const row of rows) {
    const value = number(row);
    if (Number.isNaN(value)) none.push(row);
    else {
      some[count] = row;
      numbers[count++] = value;
    }
  }
  const order =
    count < FEW ? compared(numbers.subarray(0, count), isDescending) : dealt(numbers.subarray(0, count), isDescending);
  const found = new Array<number>(rows.length);
  for (let i = 0; i < count; i++) found[i] = some[order[i] ?? 0] ?? 0;
  for (let i = 0; i < none.length; i++) found[count + i] = none[i] ?? 0;
  return found;
}

function compared(numbers: Float64Array, isDescending: boolean): Uint32Array<ArrayBuffer> {
  const at = (place: number) => numbers[place] ?? 0;
  const order = placesOf(numbers.length);
  const less = (a: number, b: number) => Number(at(a) > at(b)) - Number(at(a) < at(b));
  return order.sort((a, b) => (isDescending ? less(b, a) : less(a, b)) || a - b);
}

function dealt(numbers: Float64Array, isDescending: boolean): Uint32Array<ArrayBuffer> {
  const { length } = numbers;
  const [low, high] = keysOf(numbers, isDescending);
  let from = placesOf(length);
  let to = new Uint32Array(length);
  const counts = new Uint32Array(DIGITS);
  for (const [keys, shift] of [
    [low, 0],
    [low, 16],
    [high, 0],
    [high, 16],
  ] as const) {
    counts.fill(0);
    for (let i = 0; i < length; i++) {
      const digit = ((keys[i] ?? 0) >>> shift) & (DIGITS - 1);
      counts[digit] = (counts[digit] ?? 0) + 1;
    }
    if (counts[((keys[0] ?? 0) >>> shift) & (DIGITS - 1)] === length) continue; // all the same
    let sum = 0;
    for (let digit = 0; digit < DIGITS; digit++) {
      const here = counts[digit] ?? 0;
      counts[digit] = sum;
      sum += here;
    }
    for (let i = 0; i < length; i++) {
      const place = from[i] ?? 0;
      const digit = ((keys[place] ?? 0) >>> shift) & (DIGITS - 1);
      const next = counts[digit] ?? 0;
      to[next] = place;
      counts[digit] = next + 1;
    }
    [from, to] = [to, from];
  }
  return from;
}

/** The lower and upper halves of keys that sort as the numbers do. */
function keysOf(numbers: Float64Array, isDescending: boolean): [Uint32Array, Uint32Array] {
  const { length } = numbers;
  const plain = new Float64Array(length);
  for (let i = 0; i < length; i++) plain[i] = (numbers[i] ?? 0) + 0; // -0 is 0
  const bits = new Uint32Array(plain.buffer);
  const [first, second] = IS_LITTLE ? [0, 1] : [1, 0];
  const [low, high] = [new Uint32Array(length), new Uint32Array(length)];
  const turned = isDescending ? -1 : 0;
  for (let i = 0; i < length; i++) {
    const upper = bits[2 * i + second] ?? 0;
    // Of negative numbers the larger one has the smaller bits, and all come before the others.
    const isNegative = upper >= SIGN;
    low[i] = (bits[2 * i + first] ?? 0) ^ (isNegative ? -1 : 0) ^ turned;
    high[i] = upper ^ (isNegative ? -1 : SIGN) ^ turned;
  }
  return [low, high];
}

function placesOf(length: number): Uint32Array<ArrayBuffer> {
  const places = new Uint32Array(length);
  for (let i = 0; i < length; i++) places[i] = i;
  return places;
}

const IS_LITTLE = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1;
