// Why the job is as it is: from its proposal to its end.
import type { Job } from "../../api/types";
import { Story } from "../../why/Story";
import { useJobStory } from "../../why/useWhy";
import classes from "./Job.module.css";

export default function WhyTab({ job }: { job: Job }) {
  const told = useJobStory(job);
  return (
    <div className={classes["why"]}>
      <Story told={told} of={`job ${job.number}`} />
    </div>
  );
}
