// Which losses the plots have room for: one choice for all of them, in the address.
import { useQueryState } from "../shell/location";
import type { LossView } from "./scale";

export function useLossView(): [LossView, (view: LossView) => void] {
  const [query, change] = useQueryState();
  const written = query.get("loss");
  const view = written === "all" || written === "log" ? written : "main";
  return [view, (to) => change({ loss: to === "main" ? "" : to })];
}
