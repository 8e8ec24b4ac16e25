import { screen } from "@testing-library/react";
import { describe, expect, it } from "vitest";

import { show } from "../testing/show";
import { Sparkline } from "./Sparkline";
import { sparkPath } from "./sparkPath";

const steps = (...losses: number[]) => losses.map((loss, at) => ({ number: 1 + 10 * at, loss, at: 0 }));

describe("the path of a sparkline", () => {
  it("steps at each improvement and goes flat up to the newest job", () => {
    expect(sparkPath(steps(3, 1), 21, 100, 20)).toBe("M0,0H50V20H100");
  });

  it("goes up where the losses grow", () => {
    expect(sparkPath(steps(1, 3), 11, 100, 20)).toBe("M0,20H100V0H100");
  });

  it("keeps the last steps visible behind a first loss that is far off", () => {
    const heights = [...sparkPath(steps(1000, 10, 1), 31, 100, 30).matchAll(/V([\d.]+)/g)].map((each) => Number(each[1]));
    expect(heights).toEqual([20, 30]);
  });

  it("is a flat line in the middle for one step, and nothing for none", () => {
    expect(sparkPath(steps(5), 9, 100, 20)).toBe("M0,10H100");
    expect(sparkPath([], 9, 100, 20)).toBe("");
  });
});

describe("a sparkline", () => {
  it("says in words what it draws", () => {
    show(<Sparkline improvements={steps(0.5, 0.2, 0.1)} objective="minimize" until={40} />);
    expect(screen.getByRole("img")).toHaveAccessibleName("Best loss down from 0.5 to 0.1 in 2 improvements");
  });

  it("says of a maximized loss that it goes up", () => {
    show(<Sparkline improvements={steps(0.1, 0.2)} objective="maximize" until={40} />);
    expect(screen.getByRole("img")).toHaveAccessibleName("Best loss up from 0.1 to 0.2 in 1 improvement");
  });

  it("draws nothing before the first loss", () => {
    show(<Sparkline improvements={[]} objective="minimize" until={0} />);
    expect(screen.queryByRole("img")).not.toBeInTheDocument();
  });
});
