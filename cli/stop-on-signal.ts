/** The first signal ends in order, with exit code 0, or 1 where that fails or takes longer; a second one does not wait. */
export function stopOnSignal(stop: () => Promise<void>, { withinMs }: { withinMs?: number } = {}): void {
  let stopping = false
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (stopping) process.exit(1)
      stopping = true
      if (withinMs !== undefined) {
        const late = () => {
          process.stderr.write(`Not ended within ${withinMs / 1000} s; what is left is cut off.\n`)
          process.exit(1)
        }
        setTimeout(late, withinMs).unref()
      }
      stop().then(
        () => process.exit(0),
        error => {
          console.error(error)
          process.exit(1)
        },
      )
    })
  }
}
