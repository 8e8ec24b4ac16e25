// The plots of a trial with the filters above them and the picked jobs at the bottom of the screen.
import { FilterBar } from "../../jobs/FilterBar";
import { Picked } from "./Picked";
import PlotsTab from "./PlotsTab";

export default function PlotsView() {
  return (
    <>
      <FilterBar />
      <PlotsTab />
      <Picked />
    </>
  );
}
