// All jobs of a trial in a table, and what can be done with the picked ones beside it.
import { FilterBar } from "../../jobs/FilterBar";
import { JobsTable } from "../../jobs/JobsTable";
import { useAnalysis } from "./analysis";
import classes from "./JobsTab.module.css";
import { Picked } from "./Picked";

export default function JobsTab() {
  const { selected } = useAnalysis();
  return (
    <>
      <FilterBar />
      <div className={classes["split"]} data-picked={selected.size > 0}>
        <div className={classes["table"]}>
          <JobsTable />
        </div>
        <Picked />
      </div>
    </>
  );
}
