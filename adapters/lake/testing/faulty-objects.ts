import type { Objects } from '#ports/objects.ts'

/** Called at every call that changes the store, from 1: before it does its work, and after. */
export type Fault = (call: number, moment: 'before' | 'after', what: string) => void

/** A store whose changing calls may fail, or end the process, wherever `fault` wants it. */
export const faultyObjects = (objects: Objects, fault: Fault): Objects => {
  let calls = 0
  const during = async <T>(what: string, work: () => Promise<T>): Promise<T> => {
    const call = ++calls
    fault(call, 'before', what)
    const result = await work()
    fault(call, 'after', what)
    return result
  }
  return {
    ...objects,
    put: (key, content) => during(`put ${key}`, () => objects.put(key, content)),
    putIfAbsent: (key, content) => during(`putIfAbsent ${key}`, () => objects.putIfAbsent(key, content)),
    putFile: (key, path) => during(`putFile ${key}`, () => objects.putFile(key, path)),
    delete: keys => during(`delete ${keys.length} keys`, () => objects.delete(keys)),
  }
}
