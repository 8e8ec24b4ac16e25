// Params by their names.
import { flat } from "./writing";
import { shown } from "../../parts/format";
import { Facts } from "./Facts";

export function ParamsTable({ params }: { params: unknown }) {
  return <Facts facts={flat(params).map(([name, value]) => [name, shown(value)] as const)} />;
}
