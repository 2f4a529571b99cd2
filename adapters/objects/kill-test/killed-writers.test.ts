import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { openFileObjects } from '../files.ts'
import { scratchFolder } from '../files/testing.ts'

const PROCESSES = 3
const ROUNDS = 2
/** Creations of all processes before they are killed. */
const ENOUGH = 60

test('of several processes that are killed one creates each object, and none is lost, torn or doubled', {
  timeout: 60_000,
}, async t => {
  const directory = await scratchFolder(t)
  const winners = new Map<number, string>()
  for (let round = 0; round < ROUNDS; round++) {
    for (const { name, numbers } of await createUntilKilled(directory, round)) {
      for (const number of numbers) {
        assert.equal(winners.get(number), undefined, `${number} was created twice.`)
        winners.set(number, name)
      }
    }
  }
  assert.ok(winners.size >= ENOUGH * ROUNDS)
  assert.ok(new Set(winners.values()).size > PROCESSES, 'Too few of the processes won anything.')

  const objects = await openFileObjects({ directory })
  assert.deepEqual(await readdir(join(directory, '.temporary')), [])
  let next = 0
  for await (const { key, sizeBytes } of objects.list('')) {
    assert.equal(key, `log/${String(next).padStart(8, '0')}`)
    const text = Buffer.from(await objects.get(key)).toString()
    const [name, number, padding = ''] = text.split(' ')
    assert.deepEqual([Number(number), padding.length, text.length], [next, (next * 37) % 5000, sizeBytes])
    // One that was killed before it could tell has created it all the same.
    if (winners.has(next)) assert.equal(name, winners.get(next))
    winners.delete(next)
    next += 1
  }
  assert.deepEqual([...winners.keys()], [])
})

const createUntilKilled = async (directory: string, round: number) => {
  const writer = fileURLToPath(new URL('writer.ts', import.meta.url))
  let created = 0
  let finish = () => {}
  const enough = new Promise<void>(resolve => {
    finish = resolve
  })
  const children = Array.from({ length: PROCESSES }, (_, i) => {
    const name = `writer-${round}-${i}`
    const args = ['--no-warnings', writer, directory, name]
    const child: ChildProcess = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
    const result = { name, child, output: '', closed: once(child, 'close') }
    child.stdout?.setEncoding('utf8').on('data', (part: string) => {
      result.output += part
      created += part.split('\n').length - 1
      if (created >= ENOUGH && children.every(({ output }) => output !== '')) finish()
    })
    return result
  })
  await Promise.race([enough, ...children.map(({ closed }) => closed)])
  for (const { child } of children) child.kill('SIGKILL')
  const results: { name: string; numbers: number[] }[] = []
  for (const child of children) {
    const [, signal] = await child.closed
    assert.equal(signal, 'SIGKILL', `${child.name} ended by itself.`)
    // A line that the kill cut short tells nothing.
    const lines = child.output.split('\n').slice(0, -1)
    results.push({ name: child.name, numbers: lines.map(Number) })
  }
  return results
}
