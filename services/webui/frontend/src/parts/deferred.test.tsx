import { render, screen } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";

import { Boundary } from "../shell/Boundary";
import { show } from "../testing/show";
import { deferred } from "./deferred";

const Greeting = ({ name }: { name: string }) => <p>Hello {name}</p>;

describe("a deferred component", () => {
  it("shows that it waits, then what came", async () => {
    const Late = deferred(() => Promise.resolve({ default: Greeting }), <p>waiting</p>);
    render(<Late name="Ada" />);
    expect(screen.getByText("waiting")).toBeInTheDocument();
    expect(await screen.findByText("Hello Ada")).toBeInTheDocument();
  });

  it("is there at once when its code was fetched before, and fetches it once", async () => {
    const load = vi.fn(() => Promise.resolve({ default: Greeting }));
    const Late = deferred(load, <p>waiting</p>);
    Late.preload();
    await load.mock.results[0]?.value;
    await Promise.resolve();
    render(<Late name="Ada" />);
    expect(screen.getByText("Hello Ada")).toBeInTheDocument();
    expect(load).toHaveBeenCalledTimes(1);
  });

  it("breaks the page where its code cannot be had, and tries anew when it is opened anew", async () => {
    vi.spyOn(console, "error").mockImplementation(() => undefined);
    const load = vi.fn(() => Promise.resolve({ default: Greeting }));
    load.mockImplementationOnce(() => Promise.reject(new Error("no connection")));
    const Late = deferred(load);
    const broken = show(
      <Boundary>
        <Late name="Ada" />
      </Boundary>,
    );
    expect(await screen.findByText("no connection")).toBeInTheDocument();
    broken.unmount();
    render(<Late name="Ada" />);
    expect(await screen.findByText("Hello Ada")).toBeInTheDocument();
  });
});
