// What a card tells the plot in it: where its buttons belong, and whether anybody can see it.
import { createContext, use } from "react";

export interface Slot {
  /** Where the buttons of the plot go; null: not there yet. */
  tools: HTMLElement | null;
  isSeen: boolean;
}

export const SlotContext = createContext<Slot | null>(null);

/** Null: the plot stands in no card, and shows its buttons itself. */
export const useSlot = (): Slot | null => use(SlotContext);
