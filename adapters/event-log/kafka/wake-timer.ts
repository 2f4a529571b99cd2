/** Runs something soon, however often it is asked to, and at the earliest of the times it was asked for. */
export interface WakeTimer {
  /** After what the current turn of the event loop does. */
  wake(): void
  /** At a time of `performance.now()`. */
  wakeAt(time: number): void
  stop(): void
}

export const createWakeTimer = (run: () => void): WakeTimer => {
  let scheduled = false
  let stopped = false
  let timer: NodeJS.Timeout | null = null
  let timerAt = 0

  const wake = () => {
    if (scheduled || stopped) return
    scheduled = true
    setImmediate(() => {
      scheduled = false
      if (!stopped) run()
    })
  }
  return {
    wake,
    wakeAt(time) {
      if (stopped || (timer && time >= timerAt)) return
      if (timer) clearTimeout(timer)
      timerAt = time
      timer = setTimeout(
        () => {
          timer = null
          wake()
        },
        Math.max(1, time - performance.now()),
      )
      timer.unref()
    },
    stop() {
      stopped = true
      if (timer) clearTimeout(timer)
    },
  }
}
