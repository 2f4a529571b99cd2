/** What the gateway logs to; `fields` are facts beside the message. */
export interface GatewayLogger {
  debug(message: string, fields?: Record<string, unknown>): void
  info(message: string, fields?: Record<string, unknown>): void
  warn(message: string, fields?: Record<string, unknown>): void
  error(message: string, fields?: Record<string, unknown>): void
}

type Log = (message?: unknown) => void

/** For Apollo, which logs errors as objects and tells at length that it has started. */
export function quietLogger({
  debug,
  warn,
  error,
}: GatewayLogger): Record<'debug' | 'info' | 'warn' | 'error', Log> {
  const asText = (message: unknown) =>
    message instanceof Error ? (message.stack ?? message.message) : String(message)
  return {
    debug: message => debug(asText(message)),
    info: message => debug(asText(message)),
    warn: message => warn(asText(message)),
    error: message => error(asText(message)),
  }
}
