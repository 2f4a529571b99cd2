import type { Objects } from '#ports/objects.ts'

/** A moment of a process: before or after the so many-th change of the store. */
export interface CrashPoint {
  change: number
  when: 'before' | 'after'
}

/** A store whose process is killed at that moment, as by SIGKILL from outside, but to the point. */
export function crashAt(objects: Objects, { change, when }: CrashPoint): Objects {
  let changes = 0
  const changing = async <T>(make: () => Promise<T>): Promise<T> => {
    const isIt = ++changes === change
    if (isIt && when === 'before') await die()
    const made = await make()
    if (isIt) await die()
    return made
  }
  return {
    ...objects,
    put: (key, content) => changing(() => objects.put(key, content)),
    putIfAbsent: (key, content) => changing(() => objects.putIfAbsent(key, content)),
    putFile: (key, path) => changing(() => objects.putFile(key, path)),
    delete: keys => changing(() => objects.delete(keys)),
  }
}

/** Nothing of this process may happen after it. */
async function die(): Promise<never> {
  process.kill(process.pid, 'SIGKILL')
  return new Promise(() => {})
}
