// The loss as a surface over two parameters, from the jobs that are there: a grid of values, NaN where
// nothing is known. Near jobs are put together, then the plane is laid through each triangle of them.
import { Delaunay } from "d3-delaunay";

export const SIZE = 72; // cells of the grid along either axis
const BINS = 40; // along either axis; jobs of one bin become one corner
const MANY = 300;

/** A job: where it stands along both axes, from 0 to 1, and its loss. */
export type Sample = readonly [x: number, y: number, loss: number];

/** The mean place and loss of the jobs of each bin. */
export function corners(samples: readonly Sample[]): Sample[] {
  const [xs, ys, losses, counts] = [0, 1, 2, 3].map(() => new Float64Array(BINS * BINS)) as [Sums, Sums, Sums, Sums];
  for (const [x, y, loss] of samples) {
    if (!(x >= 0 && x <= 1 && y >= 0 && y <= 1) || Number.isNaN(loss)) continue;
    const bin = Math.min(BINS - 1, Math.floor(y * BINS)) * BINS + Math.min(BINS - 1, Math.floor(x * BINS));
    xs[bin] = (xs[bin] ?? 0) + x;
    ys[bin] = (ys[bin] ?? 0) + y;
    losses[bin] = (losses[bin] ?? 0) + loss;
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  const found: Sample[] = [];
  counts.forEach((count, bin) => {
    if (count) found.push([(xs[bin] ?? 0) / count, (ys[bin] ?? 0) / count, (losses[bin] ?? 0) / count]);
  });
  return found;
}

type Sums = Float64Array<ArrayBuffer>;

export interface Surface {
  /** Of `SIZE` by `SIZE` cells, line by line from the lower left. */
  grid: Float64Array;
  /** Around all jobs; empty: they do not span an area. */
  hull: readonly (readonly [x: number, y: number])[];
}

export function surface(samples: readonly Sample[]): Surface {
  const points = corners(samples);
  const grid = new Float64Array(SIZE * SIZE).fill(NaN);
  if (points.length < 3) return { grid, hull: [] };
  const { triangles, hull } = Delaunay.from(points.map(([x, y]): [number, number] => [x, y]));
  for (let i = 0; i + 2 < triangles.length; i += 3) {
    const [a, b, c] = [0, 1, 2].map((each) => points[triangles[i + each] ?? 0]);
    if (a && b && c) lay(grid, a, b, c);
  }
  const edge = Array.from(hull, (each): [number, number] => [points[each]?.[0] ?? 0, points[each]?.[1] ?? 0]);
  if (grid.every(Number.isNaN)) return { grid, hull: [] };
  return { grid: widened(widened(smooth(grid, samples.length))), hull: edge };
}

/** Where there are many jobs, their noise is evened out; a few are shown as they are. */
const smooth = (grid: Float64Array, samples: number): Float64Array =>
  samples < MANY ? grid : grid.map((value, cell) => (Number.isNaN(value) ? value : around(grid, cell)));

/** One cell more on all sides, by the mean of what is next to it: the hull then cuts a straight edge. */
const widened = (grid: Float64Array): Float64Array =>
  grid.map((value, cell) => (Number.isNaN(value) ? around(grid, cell) : value));

/** The mean of a cell and of those next to it, as far as they are known. */
function around(grid: Float64Array, cell: number): number {
  const [line, column] = [Math.floor(cell / SIZE), cell % SIZE];
  let [sum, count] = [0, 0];
  for (let up = Math.max(0, line - 1); up <= Math.min(SIZE - 1, line + 1); up++)
    for (let left = Math.max(0, column - 1); left <= Math.min(SIZE - 1, column + 1); left++) {
      const near = grid[up * SIZE + left] ?? NaN;
      if (!Number.isNaN(near)) [sum, count] = [sum + near, count + 1];
    }
  return sum / count;
}

const cellOf = (share: number): number => share * SIZE - 0.5;

/** Lays the plane through three corners into the cells whose middle is between them. */
function lay(grid: Float64Array, a: Sample, b: Sample, c: Sample): void {
  const area = (b[1] - c[1]) * (a[0] - c[0]) + (c[0] - b[0]) * (a[1] - c[1]);
  if (Math.abs(area) < 1e-12) return;
  const first = (values: number[]) => Math.max(0, Math.ceil(cellOf(Math.min(...values))));
  const last = (values: number[]) => Math.min(SIZE - 1, Math.floor(cellOf(Math.max(...values))));
  const [xs, ys] = [[a[0], b[0], c[0]], [a[1], b[1], c[1]]];
  for (let line = first(ys); line <= last(ys); line++)
    for (let column = first(xs); column <= last(xs); column++) {
      const [x, y] = [(column + 0.5) / SIZE, (line + 0.5) / SIZE];
      const one = ((b[1] - c[1]) * (x - c[0]) + (c[0] - b[0]) * (y - c[1])) / area;
      const two = ((c[1] - a[1]) * (x - c[0]) + (a[0] - c[0]) * (y - c[1])) / area;
      const three = 1 - one - two;
      if (one < -1e-9 || two < -1e-9 || three < -1e-9) continue;
      grid[line * SIZE + column] = one * a[2] + two * b[2] + three * c[2];
    }
}

/** Levels between which about as many cells lie: so one bad corner does not take all the colours. */
export function levels(values: ArrayLike<number>, count: number): number[] {
  const known = Float64Array.from(values).filter((value) => !Number.isNaN(value)).sort();
  const found = Array.from(
    { length: count - 1 },
    (_, i) => known[Math.floor(((i + 1) / count) * (known.length - 1))] ?? NaN,
  );
  return [...new Set(found)].filter((level) => !Number.isNaN(level) && level > (known[0] ?? Infinity));
}
