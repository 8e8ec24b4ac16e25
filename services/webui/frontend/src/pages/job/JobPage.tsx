// One job: what it was given, what it gave, how it went, and its log while it is written.
import { useJob, useTrial } from "../../api/queries";
import type { Job } from "../../api/types";
import { Link, trialPath } from "../../parts/Link";
import { Failure, Waiting } from "../../parts/Notes";
import { PageHead } from "../../parts/PageHead";
import { useQueryState } from "../../shell/location";
import { Details, type Tab } from "./Details";
import { numberOf, trialIdOf } from "./ident";
import classes from "./Job.module.css";
import { JobActions } from "./JobActions";
import { useLog } from "./log/useLog";
import { Neighbours } from "./Neighbours";
import { Summary } from "./Summary";
import { useJobFeed } from "./useJobFeed";
import { Values } from "./Values";
import { Verdict } from "./Verdict";

const TABS: readonly string[] = ["log", "plots", "files", "attempts", "why"] satisfies Tab[];

export default function JobPage({ jobId }: { jobId: string }) {
  const job = useJob(jobId);
  const number = numberOf(jobId);
  if (job.data) return <Found job={job.data} />;
  return (
    <>
      <PageHead title={`Job ${number || jobId}`} tab={`Job ${number || jobId}`} />
      {job.isError ? <Failure error={job.error} retry={() => void job.refetch()} /> : <Waiting what="Loading the job" />}
    </>
  );
}

function Found({ job }: { job: Job }) {
  const trialId = trialIdOf(job.job_id);
  const trial = useTrial(trialId).data;
  const [query, change] = useQueryState();
  const asked = query.get("tab") ?? "log";
  const tab = (TABS.includes(asked) ? asked : "log") as Tab;
  const newest = Math.max(0, ...job.attempts.map((each) => each.attempt));
  const named = Number(query.get("attempt"));
  const attempt = job.attempts.some((each) => each.attempt === named) ? named : newest;
  const isWanted = tab === "log" && attempt > 0;
  const log = useLog(job.job_id, attempt, isWanted);
  const metrics = useJobFeed(job.job_id, {
    attempt,
    buffer: isWanted ? log.data : undefined,
    isOnItsWay: isWanted && log.isPending,
  });
  const open = (next: Tab, which?: number) =>
    change({
      tab: next === "log" ? undefined : next,
      ...(which !== undefined && { attempt: which === newest ? undefined : String(which) }),
    });
  const name = trial?.name ?? trialId;

  return (
    <>
      <PageHead
        title={
          <>
            Job {job.number} <span className={classes["of"]}>of</span> <Link inherit to={trialPath(trialId)}>{name}</Link>
          </>
        }
        tab={`Job ${job.number} of ${name}`}
      >
        <JobActions job={job} />
        <Neighbours trialId={trialId} number={job.number} last={trial?.jobs.proposed ?? job.number} />
      </PageHead>
      <Summary job={job} trial={trial} />
      <Verdict job={job} trial={trial} onLook={open} />
      <div className={classes["page"]}>
        <Values job={job} />
        <Details job={job} tab={tab} attempt={attempt} log={log} reports={metrics.data?.points ?? []} onTab={open} />
      </div>
    </>
  );
}
