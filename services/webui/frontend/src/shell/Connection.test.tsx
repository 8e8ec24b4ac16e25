import { act, screen } from "@testing-library/react";
import { describe, expect, it } from "vitest";

import { useFeed } from "../feed/useFeed";
import { show } from "../testing/show";
import { Connection } from "./Connection";

function Follower() {
  useFeed({ topics: ["trials"], after: 1, frames: () => undefined });
  return null;
}

const word = () => screen.getByRole("status").textContent;

describe("the connection", () => {
  it("is told in words", async () => {
    const { client } = show(
      <>
        <Connection />
        <Follower />
      </>,
    );
    expect(await screen.findByText("live")).toBeVisible();
    act(() => client.connection("away"));
    expect(word()).toBe("no connection, trying again");
    act(() => client.connection("connecting"));
    expect(word()).toBe("connecting");
  });

  it("is not spoken of on a page that follows nothing", () => {
    show(<Connection />);
    expect(word()).toBe("");
  });
});
