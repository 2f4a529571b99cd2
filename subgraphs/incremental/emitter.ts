/** A typed event emitter whose subscriptions are disposables; a listener that throws harms nobody else. */
export interface Emitter<Events extends object> {
  emit<K extends keyof Events>(name: K, event: Events[K]): void
  on<K extends keyof Events>(name: K, listener: (event: Events[K]) => void): Disposable
}

type Listener = (event: unknown) => void

export function createEmitter<Events extends object>(): Emitter<Events> {
  const listeners = new Map<keyof Events, Set<Listener>>()
  return {
    emit(name, event) {
      for (const listener of listeners.get(name) ?? []) {
        try {
          listener(event)
        } catch (error) {
          process.emitWarning(error instanceof Error ? error : new Error(String(error)))
        }
      }
    },
    on(name, listener) {
      const set = listeners.get(name) ?? new Set<Listener>()
      listeners.set(name, set)
      // Each name has one event type, so what is emitted under it is what its listeners take.
      const entry = listener as Listener
      set.add(entry)
      return { [Symbol.dispose]: () => void set.delete(entry) }
    },
  }
}
