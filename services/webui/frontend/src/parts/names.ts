// What people call a trial and a job, out of their ids: `digits-k3x9aa.12` is job 12 of digits.

/** The name that a trial's id begins with; two trials may have the same. */
export const trialName = (trialId: string): string => trialId.replace(/(?<=.)-[a-z0-9]{6}$/, "");

export const jobNumber = (jobId: string): string => jobId.slice(jobId.lastIndexOf(".") + 1);

/** `job 12 of digits`. */
export const jobWords = (jobId: string): string =>
  `job ${jobNumber(jobId)} of ${trialName(jobId.slice(0, Math.max(0, jobId.lastIndexOf("."))))}`;
