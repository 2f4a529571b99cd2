import type { DriftChange, ProducerChange, ProducerStatus } from '#use-cases/producer-protocol.ts'

export type { ProducerStatus }

/**
 * What the graph asks of the generators; they may run in this process or elsewhere. What is thrown carries `PRODUCER_NOT_FOUND`
 * where the use case has no generator, `PRODUCER_UNREACHABLE` where none answers.
 */
export interface ProducerControl {
  /** Undefined while nobody is known to generate events of the use case. */
  status(useCase: string): ProducerStatus | undefined
  change(useCase: string, change: ProducerChange): Promise<ProducerStatus>
  drift(useCase: string, drift: DriftChange): Promise<ProducerStatus>
}
