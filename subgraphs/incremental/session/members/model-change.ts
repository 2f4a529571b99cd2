import type { DecisionSpec } from '#use-cases/define.ts'

/** A model that learns beside the champion, on the same events and labels. */
export interface ChallengerSpec {
  /** Unique among the models of a session. */
  name: string
  learner: string
  parameters: Readonly<Record<string, number | string | boolean>>
  seed: string
  /** Whether it takes over by itself once the test decides for it. */
  automatic: boolean
  decision?: DecisionSpec
}

/** What people, the test, or the session's pace ask of its models; it happens at one place in the order of its events. */
export type ModelChange =
  | { type: 'add'; challenger: ChallengerSpec }
  | { type: 'remove'; name: string }
  | { type: 'promote'; name: string }
  /** Back to the champion before the last promotion. */
  | { type: 'rollback' }
  /** Whether models that cost much are passed over, because the session lags behind. */
  | { type: 'shed'; on: boolean }
  /** Tells of a promotion that the test brought about; it follows from the events and is not applied again. */
  | { type: 'promoted'; name: string }
