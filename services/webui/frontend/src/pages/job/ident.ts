// What a job's id says by itself: `digits-k3x9aa.7` is the seventh job of the trial digits-k3x9aa.

export const trialIdOf = (jobId: string): string => jobId.slice(0, Math.max(0, jobId.lastIndexOf(".")));
export const numberOf = (jobId: string): number => Number(jobId.slice(jobId.lastIndexOf(".") + 1));
export const jobIdOf = (trialId: string, number: number): string => `${trialId}.${number}`;
