import { readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { PortError } from '#ports/port-error.ts'
import { replaceFile } from './atomic-file.ts'

/** A small JSON object on disk, replaced whole. */
export interface StateFile {
  /** Null if the file does not exist. Throws `LOG_CORRUPT` if it holds no JSON object. */
  load(): Promise<Record<string, unknown> | null>
  /** Resolves once a state at least as new as the present one is durable. `content` is asked for it when it is written. */
  save(content: () => object): Promise<void>
}

export const createStateFile = (path: string): StateFile => {
  let writing: Promise<void> = Promise.resolve()
  let waiting: Promise<void> | null = null

  return {
    async load() {
      const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return null
        throw error
      })
      if (text === null) return null
      const state = parse(text)
      if (state) return state
      throw new PortError('LOG_CORRUPT', `${path} holds no JSON object.`, { details: { file: path } })
    },

    save(content) {
      // Whoever asks while a write is under way waits for the next one, which takes all of them along.
      waiting ??= writing.then(() => {
        waiting = null
        const written = replaceFile(path, JSON.stringify(content()), dirname(path))
        writing = written.catch(() => {})
        return written
      })
      return waiting
    },
  }
}

const parse = (text: string): Record<string, unknown> | null => {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null
  } catch {
    return null
  }
}
