// What is the same at every moment of the past: it is not read anew for another one.
import type { Query } from "@tanstack/react-query";

export const ALWAYS = { isAlways: true } as const;

/** Whether what was read may be otherwise at another moment. */
export const isOfMoment = ({ meta, state }: Query): boolean => !meta?.["isAlways"] || state.status === "error";
