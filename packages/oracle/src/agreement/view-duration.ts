/** T0 grows by half with every view and never exceeds an epoch. */
export function viewDurationMs(timing: { viewMs: number; epochMs: number }, view: number): number {
  return Math.min(timing.viewMs * 1.5 ** view, Math.max(timing.epochMs, timing.viewMs))
}
