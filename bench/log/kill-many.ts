import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { killRound } from '#adapters/event-log/kill-test/kill-round.ts'

/** A log is killed this often before the next one begins, since each round reads all that came before. */
const ROUNDS_PER_LOG = 10

export const killMany = async (
  directory: string,
  rounds: number,
): Promise<{ acknowledged: number; lost: number; torn: number }> => {
  const total = { acknowledged: 0, lost: 0, torn: 0 }
  for (let round = 0; round < rounds; round++) {
    const log = join(directory, `killed-${Math.floor(round / ROUNDS_PER_LOG)}`)
    const { acknowledged, lost, torn } = await killRound({
      directory: log,
      round,
      delayMs: (round * 37) % 150,
    })
    total.acknowledged += acknowledged
    total.lost += lost
    total.torn += torn
    if (round % ROUNDS_PER_LOG === ROUNDS_PER_LOG - 1) await rm(log, { recursive: true })
  }
  return total
}
