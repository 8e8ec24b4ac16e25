// What tests of plots need: a small trial to draw, colours, and ECharts without a canvas.
import type { EChartsOption } from "echarts";

import type { Columns, TrialSpec } from "../api/types";
import { columnsOf } from "../jobs/filters";
import { STATES } from "../jobs/table";
import { parametersOf } from "../space/outline";
import * as samples from "../testing/samples";
import { jobsOf } from "../testing/showAnalysis";
import { allRows, type PlotInput } from "./input";
import type { Look } from "./look";

/** Colours by what they are for, so that a test reads which was taken. */
export const LOOK: Look = {
  text: "text",
  dimmed: "dimmed",
  line: "line",
  surface: "surface",
  accent: "accent",
  point: "point",
  picked: "picked",
  state: Object.fromEntries(STATES.map((state) => [state, state])) as Look["state"],
  kinds: ["kind 1", "kind 2", "kind 3"],
  scale: ["best", "good", "fair", "poor", "bad", "worst"],
  font: "sans-serif",
};

/** Jobs of these losses in the order of their numbers; null: it failed. */
export function withLosses(losses: readonly (number | null)[], changes: Partial<Columns> = {}): Columns {
  const base = samples.columns(losses.length);
  return {
    ...base,
    state: losses.map((loss) => (loss === null ? "failed" : "succeeded")),
    loss: [...losses],
    finished_at: base.started_at.map((at) => (at ?? 0) + 5),
    ...changes,
  };
}

export function inputOf(
  columns: Columns,
  changes: Partial<PlotInput> = {},
  spec: TrialSpec = samples.spec(),
): PlotInput {
  const { table } = jobsOf(columns, spec);
  return {
    table,
    columns: columnsOf(table),
    rows: [...allRows(table)],
    selected: new Set(),
    parameters: parametersOf(spec.space),
    objective: "minimize",
    targetLoss: null,
    ...changes,
  };
}

type Series = Record<string, unknown> & { id: string; data: unknown[] };

/** A series of an option by its id. */
export function seriesOf(option: EChartsOption, id: string): Series {
  const found = (option.series as Series[]).find((each) => each.id === id);
  if (!found) throw new Error(`there is no series ${id}`);
  return found;
}

/** A canvas that notes what it is given, and lets a test play the user. */
export class FakeChart {
  static made: FakeChart[] = [];
  readonly options: EChartsOption[] = [];
  readonly actions: unknown[] = [];
  readonly themes: unknown[];
  isGone = false;
  readonly #listeners = new Map<string, (what: unknown) => void>();

  constructor(_: HTMLElement, theme: unknown) {
    this.themes = [theme];
    FakeChart.made.push(this);
  }

  /** The newest chart of all. */
  static get last(): FakeChart {
    const last = FakeChart.made.at(-1);
    if (!last) throw new Error("no chart was made");
    return last;
  }

  get option(): EChartsOption {
    return this.options.at(-1) ?? {};
  }

  setOption = (option: EChartsOption) => void this.options.push(option);
  setTheme = (theme: unknown) => void this.themes.push(theme);
  dispatchAction = (action: unknown) => void this.actions.push(action);
  on = (name: string, listener: (what: unknown) => void) => void this.#listeners.set(name, listener);
  off = (name: string) => void this.#listeners.delete(name);
  resize = () => undefined;
  isDisposed = () => this.isGone;
  dispose = () => {
    this.isGone = true;
  };
  getWidth = () => 1_000;
  containPixel = () => true;
  /** One pixel is one unit, on either axis. */
  convertFromPixel = (_: unknown, at: unknown) => at;
  renderToCanvas = () => ({ toBlob: (done: (picture: Blob) => void) => done(new Blob(["png"])) });

  /** What ECharts would tell of the user. */
  emit(name: string, what: unknown): void {
    this.#listeners.get(name)?.(what);
  }
}

/** In the place of `echarts.ts`: `vi.mock("./echarts", () => fakeEcharts)`. */
export const fakeEcharts = { init: (element: HTMLElement, theme: unknown) => new FakeChart(element, theme) };

/** The place of a plot, which hears of the mouse. */
export function aroundOf(picture: HTMLElement): HTMLElement {
  if (!picture.parentElement) throw new Error("the picture stands nowhere");
  return picture.parentElement;
}
