// The plots that lay the trials over each other.
import { SegmentedControl, Title } from "@mantine/core";
import { useMemo } from "react";

import type { Trial } from "../../api/types";
import { Chart } from "../../charts/Chart";
import { useLook } from "../../charts/look";
import { useQueryState } from "../../shell/location";
import panel from "../trial/Panel.module.css";
import classes from "./Compare.module.css";
import {
  canLog,
  curvesData,
  curvesLabel,
  curvesOption,
  sharesData,
  sharesLabel,
  sharesOption,
  type CurveInput,
} from "./curves";
import { ranked, type Losses } from "./losses";

const HEIGHT = 320;

interface Given {
  trials: readonly Trial[];
  losses: readonly (Losses | undefined)[];
}

export default function Overlays({ trials, losses }: Given) {
  const [query, change] = useQueryState();
  const look = useLook();
  const along = query.get("by") === "time" ? "time" : "job";
  const mayLog = canLog(trials);
  const isLog = mayLog && query.get("y") === "log";
  const input = useMemo((): CurveInput => ({ trials, along, isLog }), [trials, along, isLog]);
  const curves = useMemo(() => curvesOption(input, look), [input, look]);
  const orders = useMemo(
    () => trials.map((trial, i) => (losses[i] ? ranked(losses[i], trial.objective) : new Float64Array())),
    [trials, losses],
  );
  const shares = useMemo(() => sharesOption(trials, orders, look), [trials, orders, look]);
  return (
    <div className={classes["plots"]}>
      <section className={`card ${panel["panel"] ?? ""}`} aria-labelledby="curves">
        <header className={panel["head"]}>
          <Title order={2} size="sm" id="curves">
            Best so far
          </Title>
          <div className={panel["aside"]}>
            {mayLog && (
              <SegmentedControl
                size="xs"
                aria-label="Scale of the loss"
                value={isLog ? "log" : "linear"}
                onChange={(value) => change({ y: value === "log" ? "log" : undefined })}
                data={["linear", "log"]}
              />
            )}
            <SegmentedControl
              size="xs"
              aria-label="Along"
              value={along}
              onChange={(value) => change({ by: value === "time" ? "time" : undefined })}
              data={[
                { value: "job", label: "by job" },
                { value: "time", label: "by time" },
              ]}
            />
          </div>
        </header>
        <Chart option={curves} height={HEIGHT} label={curvesLabel(input)} name="best so far" data={curvesData(input)} />
      </section>
      <section className={`card ${panel["panel"] ?? ""}`} aria-labelledby="shares">
        <header className={panel["head"]}>
          <Title order={2} size="sm" id="shares">
            Losses of all jobs
          </Title>
        </header>
        <Chart
          option={shares}
          height={HEIGHT}
          label={sharesLabel(trials, orders)}
          name="distribution of losses"
          data={sharesData(trials, orders)}
        />
      </section>
    </div>
  );
}
