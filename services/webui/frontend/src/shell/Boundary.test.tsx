import { act, screen } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";

import { show } from "../testing/show";
import { Boundary } from "./Boundary";

function Broken({ how }: { how: { isBroken: boolean } }) {
  if (how.isBroken) throw new Error("nothing to draw");
  return <p>whole</p>;
}

describe("a page that breaks", () => {
  it("is replaced by what broke, and stands again at another place", () => {
    vi.spyOn(console, "error").mockImplementation(() => undefined);
    const how = { isBroken: true };
    show(
      <Boundary>
        <Broken how={how} />
      </Boundary>,
    );
    expect(screen.getByRole("alert")).toHaveTextContent("nothing to draw");
    expect(screen.getByRole("button", { name: "Load anew" })).toBeVisible();
    how.isBroken = false;
    act(() => {
      dispatchEvent(new HashChangeEvent("hashchange"));
    });
    expect(screen.getByText("whole")).toBeVisible();
  });
});
