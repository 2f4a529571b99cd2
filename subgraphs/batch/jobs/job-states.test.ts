import assert from 'node:assert/strict'
import { it } from 'node:test'
import type { JobState } from './job.ts'
import { checkTransition } from './job-states.ts'

const STATES: JobState[] = [
  'QUEUED',
  'LOADING',
  'FEATURES',
  'TRAINING',
  'EVALUATING',
  'REGISTERING',
  'DONE',
  'FAILED',
  'STOPPED',
]

/** What may follow each state. */
const FOLLOWING: Record<JobState, JobState[]> = {
  QUEUED: ['LOADING', 'FEATURES', 'TRAINING', 'EVALUATING', 'REGISTERING', 'FAILED', 'STOPPED'],
  LOADING: ['QUEUED', 'FEATURES', 'TRAINING', 'EVALUATING', 'REGISTERING', 'FAILED', 'STOPPED'],
  FEATURES: ['QUEUED', 'TRAINING', 'EVALUATING', 'REGISTERING', 'FAILED', 'STOPPED'],
  TRAINING: ['QUEUED', 'EVALUATING', 'REGISTERING', 'FAILED', 'STOPPED'],
  EVALUATING: ['QUEUED', 'REGISTERING', 'FAILED', 'STOPPED'],
  REGISTERING: ['QUEUED', 'DONE', 'FAILED', 'STOPPED'],
  DONE: [],
  FAILED: [],
  STOPPED: [],
}

for (const from of STATES) {
  it(`${from} is followed by ${FOLLOWING[from].join(', ') || 'nothing'}`, () => {
    const allowed = STATES.filter(to => {
      try {
        checkTransition(from, to)
        return true
      } catch (error) {
        assert.equal((error as { code?: string }).code, 'JOB_TRANSITION')
        return false
      }
    })
    assert.deepEqual(allowed.toSorted(), FOLLOWING[from].toSorted())
  })
}
