import { createHash } from 'node:crypto'
import type { Run, Tracking } from '#ports/tracking.ts'
import { CodedError } from '#subgraphs/coded-error.ts'
import { RUN_TAGS } from '#subgraphs/run-tags.ts'
import { RUN_FILES } from '../training/run-files.ts'
import { parseManifest } from './parse-manifest.ts'

/**
 * Checks that the model of a run may answer for a use case, down to its bytes. Gives the use case.
 * @throws CodedError `RUN_NOT_FOUND`, `RUN_NOT_BATCH`, `RUN_OF_OTHER_USE_CASE`, `RUN_FAILED`, `RUN_NOT_FINISHED`,
 * `MODEL_NOT_SERVABLE`, `MODEL_NOT_FOUND`, `MODEL_CORRUPT`; and what tracking throws.
 */
export async function verifyCandidate(
  tracking: Tracking,
  id: string,
  /** Null for whichever the run is of. */
  useCase: string | null,
): Promise<string> {
  const run = await tracking.run(id)
  const of = requireFinished(id, run, useCase)
  const manifest = parseManifest(id, await read(tracking, id, RUN_FILES.manifest))
  const model = await read(tracking, id, RUN_FILES.model)
  const hash = createHash('sha256').update(model).digest('hex')
  if (hash !== manifest.modelHash || hash !== run?.tags[RUN_TAGS.modelHash]) {
    throw new CodedError(
      'MODEL_CORRUPT',
      `The model file of run ${id} has the SHA-256 ${hash}, its manifest says ${manifest.modelHash}.`,
    )
  }
  if (manifest.spec.useCase === of) return of
  throw new CodedError(
    'RUN_OF_OTHER_USE_CASE',
    `Run ${id} holds a model of ${manifest.spec.useCase}, not of ${of}.`,
  )
}

function requireFinished(id: string, run: Run | null, wanted: string | null): string {
  const named = id.slice(0, 80)
  if (!run) throw new CodedError('RUN_NOT_FOUND', `There is no run "${named}".`)
  const { tags, status } = run
  const of = tags[RUN_TAGS.useCase]
  if (tags[RUN_TAGS.kind] !== 'batch' || of === undefined) {
    throw new CodedError('RUN_NOT_BATCH', `Run ${named} is not one of batch training.`)
  }
  if (wanted !== null && of !== wanted) {
    throw new CodedError('RUN_OF_OTHER_USE_CASE', `Run ${named} is of ${of}, one of ${wanted} wanted.`)
  }
  if (status === 'FAILED' || status === 'KILLED') {
    const why = tags[RUN_TAGS.reason]
    throw new CodedError('RUN_FAILED', `Run ${named} left no model${why ? `: ${why}` : '.'}`)
  }
  if (status !== 'FINISHED') {
    throw new CodedError('RUN_NOT_FINISHED', `Run ${named} is ${status}; a finished one wanted.`)
  }
  if (tags[RUN_TAGS.servable] === 'true') return of
  throw new CodedError(
    'MODEL_NOT_SERVABLE',
    `The model of run ${named} needs fields that are known only after the fact.`,
  )
}

async function read(tracking: Tracking, run: string, path: string): Promise<Uint8Array> {
  try {
    return await tracking.artifacts.read(run, path)
  } catch (error) {
    if ((error as { code?: string }).code !== 'NOT_FOUND') throw error
    throw new CodedError('MODEL_NOT_FOUND', `Run ${run} has no ${path}.`)
  }
}
