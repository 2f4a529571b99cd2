/**
 * Wraps a listener so that its fault, thrown or rejected, reaches neither the caller nor other listeners. The first one
 * becomes a process warning; a broken listener would repeat it with every message.
 */
export const isolated = <T>(listener: (message: T) => unknown): ((message: T) => void) => {
  let warned = false
  const warn = (error: unknown) => {
    if (!warned) process.emitWarning(error instanceof Error ? error : String(error))
    warned = true
  }
  return message => {
    try {
      const result = listener(message)
      if (result instanceof Promise) result.catch(warn)
    } catch (error) {
      warn(error)
    }
  }
}
