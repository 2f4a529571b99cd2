import { PortError } from '#ports/port-error.ts'
import type { KafkaSettings } from './kafka-options.ts'

export const logClosed = (): PortError =>
  new PortError('LOG_CLOSED', 'The event log is closed, wanted an open one.')

export const unknownTopic = (topic: string): PortError =>
  new PortError('UNKNOWN_TOPIC', `Topic ${topic} does not exist; create it first.`, { details: { topic } })

/** For a call that has met nothing but outages for so long. */
export const unreachable = (
  what: string,
  { brokers }: Pick<KafkaSettings, 'brokers'>,
  waitedMs: number,
  cause: unknown,
): PortError => {
  const message = cause instanceof Error ? cause.message : String(cause)
  const why = /[.!?]$/.test(message) ? message : `${message}.`
  return new PortError(
    'ENGINE_UNREACHABLE',
    `Kafka, ${what}: no broker of ${brokers.join(', ')} (KAFKA_BROKERS) could serve it within ${(waitedMs / 1000).toFixed(1)} s: ${why} Check that the brokers run and can be reached.`,
    { cause },
  )
}
