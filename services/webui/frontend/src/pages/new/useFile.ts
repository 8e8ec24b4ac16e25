// A trial file, chosen or dropped onto the page.
import { notifications } from "@mantine/notifications";
import { useState, type DragEvent } from "react";

import { messageOf } from "../../api/problem";
import type { Raw } from "./raw";

const LARGEST = 1_000_000; // bytes, as the gateway takes of a trial

type Taken = (text: string, document: Raw | null) => void;

export function useFile(taken: Taken) {
  const [isOver, setOver] = useState(false);
  const take = (file: File): void => {
    void read(file, taken).catch((error: unknown) => {
      notifications.show({ color: "red", title: `${file.name} cannot be read`, message: messageOf(error) });
    });
  };
  const hasFile = (event: DragEvent) => event.dataTransfer.types.includes("Files");
  const handlers = {
    onDragOver: (event: DragEvent) => {
      if (!hasFile(event)) return;
      event.preventDefault();
      setOver(true);
    },
    onDragLeave: (event: DragEvent) => {
      if (!(event.relatedTarget instanceof Node && event.currentTarget.contains(event.relatedTarget))) setOver(false);
    },
    onDrop: (event: DragEvent) => {
      setOver(false);
      const file = event.dataTransfer.files[0];
      if (!file) return;
      event.preventDefault();
      take(file);
    },
  };
  return { take, isOver, handlers };
}

async function read(file: File, taken: Taken): Promise<void> {
  if (file.size > LARGEST) throw new Error("It is larger than 1 MB: no trial file is.");
  const [text, { readYaml }] = await Promise.all([file.text(), import("./yamlText")]);
  const found = readYaml(text);
  taken(text, "document" in found ? found.document : null);
}
