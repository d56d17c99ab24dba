import type { Clock, CompletionEvent } from '@cortensor/interface'
import type { Attempt, AttemptStep } from './attempt.js'
import type { AttemptOutcome } from './run-attempt.js'

export interface RaceInit {
  clock: Clock
  first: Attempt
  /** When the first should have begun to answer, in ms from now; null for as long as it takes. */
  hedgeAfterMs: number | null
  /** The second one, or null when nobody else is free or allowed. Asked once. */
  hedge: () => Attempt | null
}

/** How the race went: of the one that answered, or of the last that failed. */
export interface RaceResult {
  outcome: AttemptOutcome
  attempt: Attempt
}

type Assigned = Extract<CompletionEvent, { type: 'assigned' }>

interface Runner {
  attempt: Attempt
  pending: Promise<{ runner: Runner; step: AttemptStep }> | null
  /** Told to the client when it begins to answer. */
  assigned: Assigned | null
}

/**
 * Passes on the answer of one assignment, and asks a second miner when the first is late. The first token decides; who loses is cancelled,
 * and its work is not paid. Whoever leaves early cancels both.
 */
export async function* race(init: RaceInit): AsyncGenerator<CompletionEvent, RaceResult> {
  const { clock, first } = init
  const runners: Runner[] = [{ attempt: first, pending: null, assigned: null }]
  const everybody = [first]
  let shown: Runner | null = null
  let winner: Runner | null = null
  let cancelTimer = (): void => {}
  let late: Promise<'late'> | null =
    init.hedgeAfterMs === null
      ? null
      : new Promise((resolve) => {
          cancelTimer = clock.after(init.hedgeAfterMs ?? 0, () => resolve('late'))
        })
  try {
    for (;;) {
      for (const runner of runners) {
        runner.pending ??= askedOf(runner)
      }
      const steps = runners.flatMap(({ pending }) => pending ?? [])
      const next = await Promise.race(late === null ? steps : [...steps, late])
      if (next === 'late') {
        late = null
        const second = init.hedge()
        if (second !== null) {
          everybody.push(second)
          runners.push({ attempt: second, pending: null, assigned: null })
        }
        continue
      }
      const { runner, step } = next
      runner.pending = null
      if (step.done === true && step.value.type !== 'completed') {
        runners.splice(runners.indexOf(runner), 1)
        if (runners.length === 0) {
          return { outcome: step.value, attempt: runner.attempt }
        }
        continue
      }
      if (step.done !== true && step.value.type === 'assigned') {
        runner.assigned = step.value
        if (shown === null) {
          shown = runner
          yield step.value
        }
        continue
      }
      if (winner === null) {
        winner = runner
        late = null
        cancelTimer()
        await cancelOthers(runners, runner)
        if (shown !== runner && runner.assigned !== null) {
          shown = runner
          yield runner.assigned
        }
      }
      if (step.done === true) {
        return { outcome: step.value, attempt: runner.attempt }
      }
      yield step.value
    }
  } finally {
    cancelTimer()
    await Promise.all(everybody.map((attempt) => attempt.close()))
  }
}

function askedOf(runner: Runner): NonNullable<Runner['pending']> {
  const pending = runner.attempt.next().then((step) => ({ runner, step }))
  // One that is cancelled ends with the abort, which nobody waits for any more.
  pending.catch(() => {})
  return pending
}

async function cancelOthers(runners: Runner[], winner: Runner): Promise<void> {
  const losers = runners.splice(0, runners.length, winner).filter((runner) => runner !== winner)
  for (const { attempt } of losers) {
    attempt.late()
    await attempt.close()
  }
}
