import { traceScope } from './trace-scope.ts'

/** What the gateway logs to; `fields` are facts beside the message. */
export interface GatewayLogger {
  debug(message: string, fields?: Record<string, unknown>): void
  info(message: string, fields?: Record<string, unknown>): void
  warn(message: string, fields?: Record<string, unknown>): void
  error(message: string, fields?: Record<string, unknown>): void
}

/** Adds the id of the trace that is worked for to warnings and errors. */
export function tracingLogger(logger: GatewayLogger): GatewayLogger {
  const traced = (fields?: Record<string, unknown>) => {
    const trace = traceScope.getStore()
    return trace ? { ...fields, traceId: trace.traceId } : fields
  }
  return {
    debug: (message, fields) => logger.debug(message, fields),
    info: (message, fields) => logger.info(message, fields),
    warn: (message, fields) => logger.warn(message, traced(fields)),
    error: (message, fields) => logger.error(message, traced(fields)),
  }
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
