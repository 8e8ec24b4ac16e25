// How much is run, how many at once, and what each job may use.
import { AmountField, TextField } from "../fields";
import { useForm } from "../form";
import { targetOf } from "../target";
import { Fields, More, Section } from "./Section";

export function BudgetSection() {
  const { draft } = useForm();
  const isExternal = targetOf(draft.document) === "external";
  return (
    <Section title="Budget">
      <Fields>
        <AmountField field="budget.jobs" label="Jobs" placeholder="100" />
        <AmountField field="parallelism" label="Parallel jobs" placeholder="1" />
        <AmountField field="budget.wall_time" label="Wall time" placeholder="none, or 2h" />
        {!isExternal && <AmountField field="timeout" label="Timeout of a job" placeholder="none, or 10m" />}
      </Fields>
      <More
        fields={["budget.target_loss", "budget.max_failures", "priority", ...(isExternal ? [] : ["retries", "pool"])]}
      >
        <Fields>
          <AmountField
            field="budget.target_loss"
            label="Target loss"
            placeholder="none"
            description="Ends as soon as a job is as good"
          />
          <AmountField
            field="budget.max_failures"
            label="Failed jobs at most"
            placeholder="no limit"
            description="More end the trial as failed"
          />
          {!isExternal && (
            <AmountField
              field="retries"
              label="Retries"
              placeholder="3"
              description="After attempts that were lost"
            />
          )}
          <AmountField field="priority" label="Priority" placeholder="0" description="Higher goes first" />
          {!isExternal && (
            <TextField
              field="pool"
              label="Pool"
              placeholder="default"
              description="Only its workers run it"
            />
          )}
        </Fields>
      </More>
    </Section>
  );
}

export function ResourcesSection() {
  const { draft } = useForm();
  const kind = targetOf(draft.document);
  if (kind === "external") return null;
  return (
    <Section title="Resources of a job">
      <Fields>
        <AmountField field="resources.cpus" label="CPUs" placeholder="no limit" />
        <AmountField field="resources.memory" label="Memory" placeholder="no limit, or 4g" />
        <AmountField field="resources.gpus" label="GPUs" placeholder="0" />
        <AmountField field="resources.shm_size" label="Shared memory" placeholder="the engine's, or 1g" />
        <AmountField field="resources.disk" label="Disk" placeholder="no limit, or 20g" />
      </Fields>
    </Section>
  );
}
