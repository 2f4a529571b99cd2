import { spawn } from 'node:child_process'
import type { Writable } from 'node:stream'

/**
 * Reads `+ <pid>` and `- <pid>`, and when its input ends, which it does however its parent ends, kills the process groups that
 * are left.
 */
const SCRIPT = `
pids=" "
while read -r sign pid; do
  case "$sign" in
    +) pids="$pids$pid " ;;
    -) pids=$(printf %s "$pids" | sed "s/ $pid / /") ;;
  esac
done
for pid in $pids; do kill -KILL "-$pid" 2>/dev/null; done
`

let input: Writable | undefined

/** Makes sure that the process group does not outlive this process, even if this one is killed. Returns its release. */
export function reapWithUs(pid: number): () => void {
  input ??= startReaper()
  input.write(`+ ${pid}\n`)
  return () => input?.write(`- ${pid}\n`)
}

function startReaper(): Writable {
  const child = spawn('sh', ['-c', SCRIPT], { stdio: ['pipe', 'ignore', 'ignore'], detached: true })
  child.on('error', () => {})
  child.stdin.on('error', () => {})
  child.unref()
  // A pipe to a child is a socket, which would keep this process alive.
  ;(child.stdin as Writable & { unref(): void }).unref()
  return child.stdin
}
