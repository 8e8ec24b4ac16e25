// The trial's dialog for a new point, filled with this job's parameters.
import { useSpec, useTrial } from "../../api/queries";
import type { Job } from "../../api/types";
import { EnqueueDialog } from "../trial/EnqueueDialog";
import { flat } from "../trial/writing";

export default function EnqueueAgain({ job, onClose }: { job: Job; onClose: () => void }) {
  const trial = useTrial(job.trial_id).data;
  const spec = useSpec(job.trial_id).data;
  if (!trial || !spec) return null;
  return <EnqueueDialog trial={trial} spec={spec} values={flat(job.params)} close={onClose} />;
}
