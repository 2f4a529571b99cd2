import { dirname } from 'node:path/posix'
import type { Artifact } from '#ports/tracking.ts'
import { CodedError } from '#subgraphs/coded-error.ts'
import type { TrackingGate } from './tracking-gate.ts'

export interface ArtifactModel extends Artifact {
  /** The run that it belongs to. */
  run: string
}

export const LONGEST_TEXT = 256 * 1024
export const LONGEST_BASE64 = 1024 * 1024

export async function listArtifacts(
  gate: TrackingGate,
  run: string,
  path?: string | null,
): Promise<ArtifactModel[]> {
  const found = await gate.ask(({ artifacts }) => artifacts.list(run, ...(path ? [path] : [])))
  return found.map(artifact => ({ ...artifact, run }))
}

/** One file or folder; null if there is none. */
export async function findArtifact(
  gate: TrackingGate,
  run: string,
  path: string,
): Promise<ArtifactModel | null> {
  const folder = dirname(path)
  const siblings = await listArtifacts(gate, run, folder === '.' ? null : folder)
  return siblings.find(artifact => artifact.path === path) ?? null
}

/** @throws CodedError `ARTIFACT_TOO_LARGE`, `ARTIFACT_UNREADABLE`, and what the gate throws. */
export async function artifactText(gate: TrackingGate, artifact: ArtifactModel): Promise<string | null> {
  const content = await read(gate, artifact, LONGEST_TEXT)
  if (!content) return null
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(content)
  } catch {
    throw new CodedError('ARTIFACT_UNREADABLE', `${artifact.path} is not UTF-8 text; ask for base64.`)
  }
}

/** @throws as `artifactText`. */
export async function artifactJson(gate: TrackingGate, artifact: ArtifactModel): Promise<unknown> {
  const text = await artifactText(gate, artifact)
  if (text === null) return null
  try {
    return JSON.parse(text) as unknown
  } catch {
    throw new CodedError('ARTIFACT_UNREADABLE', `${artifact.path} is not JSON; ask for text.`)
  }
}

/** @throws as `artifactText`, but takes any content. */
export async function artifactBase64(gate: TrackingGate, artifact: ArtifactModel): Promise<string | null> {
  const content = await read(gate, artifact, LONGEST_BASE64)
  return content && Buffer.from(content).toString('base64')
}

async function read(gate: TrackingGate, artifact: ArtifactModel, limit: number): Promise<Uint8Array | null> {
  const { run, path, isDirectory, sizeBytes } = artifact
  if (isDirectory) return null
  if (sizeBytes !== null && sizeBytes > limit) throw tooLarge(path, sizeBytes, limit)
  const content = await gate.ask(({ artifacts }) => artifacts.read(run, path))
  if (content.length > limit) throw tooLarge(path, content.length, limit)
  return content
}

function tooLarge(path: string, size: number, limit: number): CodedError {
  return new CodedError(
    'ARTIFACT_TOO_LARGE',
    `${path} has ${size} bytes, at most ${limit} wanted; MLflow's own clients read files of any size.`,
  )
}
