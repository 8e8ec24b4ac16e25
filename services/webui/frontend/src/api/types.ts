// The gateway's documents by the names that the pages use.
import type { components } from "./schema";

type Schemas = components["schemas"];

export type Trial = Schemas["Trial"];
export type ListedTrial = Schemas["ListedTrial"];
export type TrialState = Trial["state"];
export type TrialPage = Schemas["TrialPage"];
export type TrialDocument = Schemas["TrialDocument"];
export type TrialSpec = Schemas["TrialSpec"];
export type Validated = Schemas["Validated"];
export type Changes = Schemas["Changes"];
export type Fork = Schemas["Fork"];
export type NewPoint = Schemas["NewPoint"];
export type Best = Schemas["Best"];
export type Job = Schemas["Job"];
export type JobState = Job["state"];
export type JobOrigin = Job["origin"];
export type JobPage = Schemas["JobPage"];
export type Attempt = Schemas["Attempt"];
export type Graph = Schemas["Graph"];
export type MetricPage = Schemas["MetricPage"];
export type JobFile = Schemas["File"];
export type Why = Schemas["Why"];
export type WhySentence = Schemas["WhySentence"];
export type EventName = Schemas["EventName"];
export type Worker = Schemas["Worker"];
export type RunningAttempt = Schemas["RunningAttempt"];
export type WorkerPage = Schemas["WorkerPage"];
export type RecordedEvent = Schemas["Event"];
export type EventPage = Schemas["EventPage"];
export type SetAside = Schemas["SetAside"];
export type Columns = Schemas["JobColumns"];
export type Me = Schemas["Me"];
export type Health = Schemas["Health"];
export type FieldProblem = Schemas["FieldProblem"];
export type LogFrame = Schemas["LogFrame"];
export type LogEndFrame = Schemas["LogEndFrame"];
export type AliveFrame = Schemas["AliveFrame"];
export type EventFrame = RecordedEvent & { kind: "event" };
export type Frame = EventFrame | LogFrame | LogEndFrame | AliveFrame;

/** By parameter, nested as in the search space. */
export type Params = Record<string, unknown>;
