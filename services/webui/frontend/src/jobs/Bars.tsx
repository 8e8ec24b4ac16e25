// How a column's numbers spread, as bars; those in the range stand out.
import type { Histogram } from "./histogram";
import classes from "./JobsTable.module.css";

const HEIGHT = 44;

export function Bars({ histogram, from, to }: { histogram: Histogram; from: number; to: number }) {
  const { bins } = histogram;
  const most = Math.max(...bins);
  return (
    <svg className={classes["bars"]} viewBox={`0 0 ${bins.length} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden>
      {bins.map((count, at) => {
        // The root lets few beside many be seen at all.
        const height = count ? Math.max(1.5, Math.sqrt(count / most) * HEIGHT) : 0;
        const middle = (at + 0.5) / bins.length;
        return (
          <rect
            key={at}
            x={at + 0.08}
            y={HEIGHT - height}
            width={0.84}
            height={height}
            data-in={(middle >= from && middle <= to) || undefined}
          />
        );
      })}
    </svg>
  );
}
