// How 2,000 random draws of one parameter would fall.
import { number } from "../../parts/format";
import { DRAWS, type Histogram } from "../draws";
import classes from "./Space.module.css";

const [WIDTH, HEIGHT] = [144, 30];

export function DrawsPreview({ name, histogram }: { name: string; histogram: Histogram | undefined }) {
  if (!histogram) return <span className={classes["noDraws"]}>not drawn yet</span>;
  const { bars, share } = histogram;
  const most = Math.max(1, ...bars.map(({ count }) => count));
  const wide = WIDTH / bars.length;
  const said = told(histogram);
  return (
    <span className={classes["draws"]}>
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`Draws of ${name || "it"}: ${said}`}
      >
        {bars.map(({ label, count }, i) => {
          const high = (count / most) * HEIGHT;
          return (
            <rect key={i} x={i * wide + 0.5} width={Math.max(0.5, wide - 1)} y={HEIGHT - high} height={high}>
              <title>{`${label}: ${percent(count / Math.max(1, share * DRAWS))}`}</title>
            </rect>
          );
        })}
      </svg>
      <span className={classes["drawsNote"]}>{said}</span>
    </span>
  );
}

const percent = (part: number): string => `${part > 0 && part < 0.01 ? "<1" : Math.round(part * 100)} %`;

/** In a few words: in how many it is, and about where. */
export function told({ share, bars, tenths }: Histogram): string {
  const where = tenths
    ? `half below ${number(tenths[1], 3)}`
    : bars.length === 1
      ? "always the same"
      : bars.length <= 3
        ? bars.map(({ label, count }) => `${short(label)} ${percent(count / Math.max(1, share * DRAWS))}`).join(", ")
        : `${bars.length} values`;
  if (!share) return "in no draw";
  return share < 1 ? `in ${percent(share)}, ${where}` : where;
}

const short = (label: string): string => (label.length > 9 ? `${label.slice(0, 8)}…` : label);
