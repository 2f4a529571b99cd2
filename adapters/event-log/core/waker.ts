/** Lets one loop sleep until something happens; a wake before the sleep is not lost. */
export interface Waker {
  wake(): void
  sleep(): Promise<void>
}

export const createWaker = (): Waker => {
  let awake = false
  let resume: (() => void) | null = null
  return {
    wake() {
      awake = true
      resume?.()
    },
    async sleep() {
      if (!awake) {
        await new Promise<void>(resolve => {
          resume = resolve
        })
        resume = null
      }
      awake = false
    },
  }
}
