// Parameters, metrics and where the job came from, as small tables.
import type { ReactNode } from "react";

import type { Job } from "../../api/types";
import { Ago } from "../../parts/Ago";
import { Copy } from "../../parts/Copy";
import { shown } from "../../parts/format";
import { jobPath, Link } from "../../parts/Link";
import { flat } from "../trial/writing";
import { numberOf } from "./ident";
import classes from "./Job.module.css";
import { originWords } from "./reasons";

export function Values({ job }: { job: Job }) {
  const metrics = flat(job.metrics);
  return (
    <div className={classes["side"]}>
      <Block title="Parameters" action={<Copy text={JSON.stringify(job.params, null, 2)} what="the parameters as JSON" />}>
        <Table rows={flat(job.params)} empty="This job has no parameters." />
      </Block>
      {metrics.length > 0 && (
        <Block title="Metrics" action={<Copy text={JSON.stringify(job.metrics, null, 2)} what="the metrics as JSON" />}>
          <Table rows={metrics} empty="" />
        </Block>
      )}
      <Block title="Origin" action={<Copy text={job.job_id} what="the job's id" />}>
        <table className={classes["values"]}>
          <tbody>
            <Row name="Came as">{originWords(job.origin)}</Row>
            {job.retry_of !== null && (
              <Row name="Runs again">
                <Link inherit to={jobPath(job.retry_of)}>job {numberOf(job.retry_of)}</Link>
              </Row>
            )}
            {job.point_id !== null && <Row name="Point">{job.point_id}</Row>}
            <Row name="Proposed">
              <Ago at={job.proposed_at} />
            </Row>
            <Row name="Id">{job.job_id}</Row>
          </tbody>
        </table>
      </Block>
    </div>
  );
}

function Block({ title, action, children }: { title: string; action?: ReactNode; children: ReactNode }) {
  return (
    <section className={`card ${classes["block"] ?? ""}`} aria-label={title}>
      <div className={classes["heading"]}>
        <h2>{title}</h2>
        {action}
      </div>
      {children}
    </section>
  );
}

function Table({ rows, empty }: { rows: readonly [string, unknown][]; empty: string }) {
  if (!rows.length) return empty;
  return (
    <table className={classes["values"]}>
      <tbody>
        {rows.map(([name, value]) => (
          <Row key={name} name={name} title={JSON.stringify(value)}>
            {shown(value)}
          </Row>
        ))}
      </tbody>
    </table>
  );
}

function Row({ name, title, children }: { name: string; title?: string; children: ReactNode }) {
  return (
    <tr>
      <th scope="row">{name}</th>
      <td className="numbers" title={title}>
        {children}
      </td>
    </tr>
  );
}
