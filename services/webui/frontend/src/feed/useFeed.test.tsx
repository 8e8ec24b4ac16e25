import { act, screen } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";

import type { Frame } from "../api/types";
import { fakeClient } from "../testing/fakeClient";
import { event } from "../testing/samples";
import { show } from "../testing/show";
import { useFeed, useFeedStatus } from "./useFeed";

interface Given {
  topics?: readonly string[] | null;
  after?: number | null;
  logs?: readonly string[];
  frames?: (frames: readonly Frame[]) => void;
  back?: () => void;
}

function Follower({ topics = ["trials"], frames = () => undefined, ...asked }: Given) {
  useFeed({ topics, frames, after: asked.after, ...asked });
  return null;
}
const Status = () => <output>{useFeedStatus() ?? "nothing"}</output>;
const status = () => screen.getByRole("status").textContent;

describe("following the feed", () => {
  it("waits until it is known from where on", () => {
    const client = fakeClient();
    const { unmount } = show(<Follower />, { client });
    expect(client.followed()).toEqual([]);
    unmount();
    show(<Follower after={7} logs={["a.1"]} />, { client });
    expect(client.followed()).toEqual([{ topics: ["trials"], after: 7, logs: ["a.1"] }]);
  });

  it("hears all topics, or none", () => {
    const { client } = show(
      <>
        <Follower topics={null} after={null} />
        <Follower topics={[]} after={null} />
      </>,
    );
    expect(client.followed().map((each) => each.topics)).toEqual([null, []]);
  });

  it("gives the frames as long as the component is there", () => {
    const frames = vi.fn();
    const { client, unmount } = show(<Follower after={1} frames={frames} />);
    const told = event("trial.paused.v1", { trial_id: "a" });
    act(() => client.tell(told));
    expect(frames).toHaveBeenCalledExactlyOnceWith([told]);
    unmount();
    expect(client.followed()).toEqual([]);
  });

  it("says when the connection is back after a break, once for each", async () => {
    const back = vi.fn();
    const { client } = show(
      <>
        <Follower after={1} back={back} />
        <Status />
      </>,
    );
    await screen.findByText("live");
    expect(back).not.toHaveBeenCalled();
    act(() => client.connection("away"));
    act(() => client.connection("live"));
    act(() => client.connection("live"));
    expect(back).toHaveBeenCalledTimes(1);
  });
});

describe("the state of the connection", () => {
  it("is that of the worst of all that are open", async () => {
    const { client, unmount } = show(
      <>
        <Follower after={1} />
        <Follower after={1} topics={["workers"]} />
        <Status />
      </>,
    );
    await screen.findByText("live");
    act(() => client.connection("away"));
    expect(status()).toBe("away");
    unmount();
    show(<Status />);
    expect(status()).toBe("nothing");
  });
});
