import type { Cache } from '#ports/cache.ts'
import type { Control } from '#ports/control.ts'
import type { Run, Tracking } from '#ports/tracking.ts'
import { CodedError } from '#subgraphs/coded-error.ts'
import type { UseCase } from '#use-cases/define.ts'
import { backOff } from '../jobs/back-off.ts'
import { createTurns } from '../jobs/turns.ts'
import { createCandidates } from './candidates.ts'
import { type Champion, type ChampionRecord, changed, type Promotion } from './champion.ts'
import { mirrorChampion } from './mirror-champion.ts'
import { verifyCandidate } from './verify-candidate.ts'

/** Trained models, and which of them answers. Control has the say; tracking's registry of models is told. */
export interface Registry extends AsyncDisposable {
  champion(useCase: string): Champion | null
  /**
   * Makes the model of a run the champion of its use case; one that is it already stays.
   * @throws CodedError `BAD_USER_INPUT`, `RUN_NOT_FOUND`, `RUN_NOT_BATCH`, `RUN_OF_OTHER_USE_CASE`, `RUN_FAILED`,
   * `RUN_NOT_FINISHED`, `MODEL_NOT_SERVABLE`, `MODEL_NOT_FOUND`, `MODEL_CORRUPT`, `BUSY`; and what the ports throw.
   */
  promote(promotion: PromoteOptions): Promise<Champion>
  /** Does so if the use case has no champion. False, and nothing done, if it has, or the model cannot be served. */
  promoteFirst(useCase: string, run: string): Promise<boolean>
  /**
   * Brings back the champion before this one. @throws CodedError `BAD_USER_INPUT`, `EARLIER_CHAMPION_MISSING`, and what `promote`
   * throws when that one may no longer answer.
   */
  rollback(rollback: { useCase: string; reason: string; by?: string | null | undefined }): Promise<Champion>
  /** Newest first. */
  history(useCase: string): readonly Promotion[]
  /** Finished runs of batch jobs, newest first. */
  candidates(useCase: string, limit?: number): Promise<readonly Run[]>
  /** The best of those that can be served, by default by the use case's primary metric. @throws CodedError `BAD_USER_INPUT`. */
  best(useCase: string, metric?: string): Promise<Run | null>
  /** Hears of every new champion, whoever made it. */
  onChange(listener: (champion: Champion) => void): Disposable
}

interface PromoteOptions {
  run: string
  /** Wanted use case of the run; default: whichever it is of. */
  useCase?: string | undefined
  reason: string
  by?: string | null | undefined
}

const PREFIX = 'batch-champion/'
const LONGEST_REASON = 1000
const RETRY_MS = 1000
const DEFAULT_LIMIT = 100

export async function openRegistry({
  useCases,
  control,
  cache,
  tracking,
  instance,
  retryMs = RETRY_MS,
  notice,
}: {
  useCases: readonly UseCase[]
  control: Control
  cache: Cache
  tracking: Tracking
  /** Names this process. */
  instance: string
  /** First pause after tracking failed to take a champion; doubles up to a minute. */
  retryMs?: number | undefined
  notice: (level: 'info' | 'warn' | 'error', message: string) => void
}): Promise<Registry> {
  const closing = new AbortController()
  const inTurn = createTurns({ cache, owner: instance })
  const found = createCandidates(tracking)
  const mirroring = new Map<string, Promise<void>>()

  /** A later version may write records that mean nothing here. */
  const recordOf = (useCase: string) => {
    const record = control.get<ChampionRecord>(PREFIX + useCase)
    return record?.v === 1 ? record : undefined
  }

  function useCaseOf(id: string): UseCase {
    const useCase = useCases.find(each => each.id === id)
    if (useCase) return useCase
    const wanted = useCases.map(each => each.id).join(', ')
    throw new CodedError('BAD_USER_INPUT', `useCase: "${id.slice(0, 80)}" given, one of ${wanted} wanted.`)
  }

  /** One change at a time over all processes; what `choose` gives becomes the champion, null changes nothing. */
  function change(
    useCase: string,
    choose: (record: ChampionRecord | undefined) => Promise<Omit<Promotion, 'at' | 'from'> | null>,
  ): Promise<boolean> {
    return inTurn(PREFIX + useCase, async () => {
      await control.settle()
      const record = recordOf(useCase)
      const chosen = await choose(record)
      if (!chosen) return false
      const at = Math.max(Date.now(), (record?.history.at(-1)?.at ?? 0) + 1)
      const next = changed(record, { ...chosen, at, from: record?.run ?? null })
      await control.put(PREFIX + useCase, next)
      notice('info', `${useCase}: run ${next.run} is the champion now. ${chosen.reason}`)
      await mirrorChampion(tracking, useCase, next).catch(() => mirrorLater(useCase))
      return true
    })
  }

  function mirrorLater(useCase: string): void {
    if (mirroring.has(useCase) || closing.signal.aborted) return
    const mirror = async () => {
      const record = recordOf(useCase)
      if (record) await mirrorChampion(tracking, useCase, record)
    }
    const done = backOff(() => inTurn(PREFIX + useCase, mirror), {
      retryMs,
      signal: closing.signal,
      onFailure: ({ message }) =>
        notice('warn', `${useCase}: tracking was not told of its champion: ${message}`),
      isFinal: error => ['NOT_FOUND', 'TRACKING_REFUSED'].includes((error as { code?: string }).code ?? ''),
    })
    mirroring.set(
      useCase,
      done.catch(() => {}).finally(() => mirroring.delete(useCase)),
    )
  }

  function championOf(useCase: string): Champion | null {
    const record = recordOf(useCase)
    const last = record?.history.at(-1)
    return record && last ? { useCase, run: record.run, since: last.at } : null
  }

  // A process that died may not have told tracking.
  for (const { id } of useCases) if (recordOf(id)) mirrorLater(id)

  return {
    champion: championOf,
    async promote({ run, useCase, reason, by = null }) {
      const text = checkedReason(reason)
      if (useCase !== undefined) useCaseOf(useCase)
      const { id } = useCaseOf(await verifyCandidate(tracking, run, useCase ?? null))
      await change(id, async record =>
        record?.run === run ? null : { kind: 'PROMOTION', to: run, reason: text, by },
      )
      return championOf(id) as Champion
    },
    async promoteFirst(useCase, run) {
      useCaseOf(useCase)
      if (recordOf(useCase)) return false
      return change(useCase, async record => {
        if (record) return null
        try {
          await verifyCandidate(tracking, run, useCase)
        } catch (error) {
          if ((error as { code?: string }).code === 'MODEL_NOT_SERVABLE') return null
          throw error
        }
        return { kind: 'FIRST', to: run, reason: 'It is the first model of its use case.', by: null }
      })
    },
    async rollback({ useCase, reason, by = null }) {
      const { id } = useCaseOf(useCase)
      const text = checkedReason(reason)
      await change(id, async record => {
        const to = record?.before.at(-1)
        if (to === undefined) {
          throw new CodedError('EARLIER_CHAMPION_MISSING', `${id} has had no champion before the one it has.`)
        }
        await verifyCandidate(tracking, to, id)
        return { kind: 'ROLLBACK', to, reason: text, by }
      })
      return championOf(id) as Champion
    },
    history: useCase => [...(recordOf(useCaseOf(useCase).id)?.history ?? [])].reverse(),
    candidates: async (useCase, limit = DEFAULT_LIMIT) => found.list(useCaseOf(useCase), limit),
    best: async (useCase, metric) => found.best(useCaseOf(useCase), metric),
    onChange: listener =>
      control.onChange<ChampionRecord>(PREFIX, key => {
        const champion = championOf(key.slice(PREFIX.length))
        if (champion) listener(champion)
      }),
    async [Symbol.asyncDispose]() {
      closing.abort()
      await Promise.all(mirroring.values())
    },
  }
}

function checkedReason(reason: string): string {
  const text = reason.trim()
  if (text.length > 0 && text.length <= LONGEST_REASON) return text
  throw new CodedError(
    'BAD_USER_INPUT',
    `reason: ${text.length} characters given, 1 to ${LONGEST_REASON} wanted.`,
  )
}
