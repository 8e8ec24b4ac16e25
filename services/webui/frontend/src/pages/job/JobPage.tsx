// One job: what it was given, what it gave, how it went, and its log while it is written.
import { useJob, useTrial } from "../../api/queries";
import type { Job } from "../../api/types";
import { AtMoment } from "../../moment/AtMoment";
import { useMoment } from "../../moment/context";
import { Link, trialPath } from "../../parts/Link";
import { Failure, Waiting } from "../../parts/Notes";
import { PageHead } from "../../parts/PageHead";
import { useQueryState } from "../../shell/location";
import { AsOf } from "./AsOf";
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
  return (
    <AtMoment>
      <Whole jobId={jobId} />
    </AtMoment>
  );
}

function Whole({ jobId }: { jobId: string }) {
  const job = useJob(jobId);
  const moment = useMoment();
  const number = numberOf(jobId);
  const isOfNow = !moment || !job.isError; // else what is here may be of the moment before
  if (job.data && isOfNow) return <Found job={job.data} />;
  return (
    <>
      <PageHead title={`Job ${number || jobId}`} tab={`Job ${number || jobId}`} />
      <AsOf />
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
      <AsOf />
      <Summary job={job} trial={trial} />
      <Verdict job={job} trial={trial} onLook={open} />
      <div className={classes["page"]}>
        <Values job={job} />
        <Details job={job} tab={tab} attempt={attempt} log={log} reports={metrics.data?.points ?? []} onTab={open} />
      </div>
    </>
  );
}
