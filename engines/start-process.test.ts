import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { startProcess } from './start-process.ts'

const isReady = ({ output }: { output: () => string }) => output().includes('up')
const shell = (script: string) => ({ name: 'A shell', command: 'sh', args: ['-c', script], isReady })

test('a process is ready when its check says so, and its output is told as it comes', async () => {
  const parts: string[] = []
  await using running = await startProcess({
    ...shell('echo up; sleep 60'),
    onOutput: part => void parts.push(part),
  })
  assert.equal(running.output(), 'up\n')
  assert.deepEqual(parts, ['up\n'])
  await running.stop()
  assert.equal(await running.exited, null)
})

test('one that ends before, is silent, or is not there rejects with what it wrote', async () => {
  await assert.rejects(startProcess(shell('echo no luck >&2; exit 3')), /ended before it was ready.*no luck/s)
  await assert.rejects(startProcess({ ...shell('sleep 60'), timeoutMs: 100 }), /not ready after 0\.1 s/)
  await assert.rejects(startProcess({ ...shell(''), command: 'no-such-program' }), /ENOENT/)
})

test('a check that never answers hides neither its end nor that of patience', async () => {
  const hangs = () => new Promise<boolean>(() => {})
  await assert.rejects(startProcess({ ...shell('exit 3'), isReady: hangs }), /ended before it was ready/)
  await assert.rejects(
    startProcess({ ...shell('sleep 60'), isReady: hangs, timeoutMs: 50 }),
    /not ready after 0\.05 s/,
  )
})

test('one that ignores SIGTERM is killed after its grace', async () => {
  await using running = await startProcess(shell('trap "" TERM; echo up; while :; do sleep 1; done'))
  await running.stop({ graceMs: 50 })
  assert.equal(await running.exited, null)
})

test('processes end with the one that started them, even if that is killed, and so do their children', async () => {
  const module = new URL('./start-process.ts', import.meta.url).href
  const script = `
    import { startProcess } from '${module}'
    const { pid, output } = await startProcess({
      name: 'A shell', command: 'sh', args: ['-c', 'sleep 60 & echo up $!; wait'],
      isReady: ({ output }) => output().includes('up'),
    })
    console.log(pid, output().trim())
    process.kill(process.pid, 'SIGKILL')`
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let text = ''
  child.stdout.setEncoding('utf8').on('data', (part: string) => (text += part))
  await once(child, 'close')
  const [, shellPid, sleepPid] = /^(\d+) up (\d+)/.exec(text) ?? []
  assert.ok(shellPid && sleepPid, text)
  const deadline = performance.now() + 5000
  while (isAlive(Number(shellPid)) || isAlive(Number(sleepPid))) {
    assert.ok(performance.now() < deadline, 'The processes are still there.')
    await sleep(10)
  }
})

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
